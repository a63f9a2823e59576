import { describe, expect, test } from "@jest/globals";
import { importPKCS8, SignJWT } from "jose";
import { ALICE, BOB, failure, useHarness } from "./harness.ts";

const SCOPE = "https://www.googleapis.com/auth/calendar.readonly";
const EMAIL = "robot@project.iam.gserviceaccount.com";
const harness = useHarness();

async function assertion(privateKey: string, claims: Record<string, unknown>): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return await new SignJWT({ aud: `${harness.url}/token`, iat: now, exp: now + 3_600, ...claims })
    .setProtectedHeader({ alg: "RS256" })
    .sign(await importPKCS8(privateKey, "RS256"));
}
async function exchange(text: string): Promise<{ status: number; json: unknown }> {
  return await harness.fetch("/token", {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: text,
    }),
  });
}

test("a signed assertion acts for a user, for the delegated scopes only", async () => {
  const key = await harness.control<{ private_key: string }>("POST", "service-accounts", {
    email: EMAIL,
    delegatedScopes: [SCOPE],
  });
  const good = await exchange(await assertion(key.private_key, { iss: EMAIL, sub: ALICE, scope: SCOPE }));
  expect(good.json).toMatchObject({ token_type: "Bearer", access_token: expect.any(String) as unknown });
  const client = harness.oauth();
  client.setCredentials({ access_token: (good.json as { access_token: string }).access_token });
  expect((await harness.clientFor(client).calendarList.get({ calendarId: "primary" })).data.id).toBe(ALICE);
  const wide = await exchange(
    await assertion(key.private_key, {
      iss: EMAIL,
      sub: ALICE,
      scope: "https://www.googleapis.com/auth/calendar",
    }),
  );
  expect([wide.status, wide.json]).toMatchObject([401, { error: "unauthorized_client" }]);
});

describe("the quota of delegated calls", () => {
  async function clients() {
    const key = await harness.control<{ private_key: string }>("POST", "service-accounts", {
      email: EMAIL,
      delegatedScopes: [SCOPE],
    });
    const actAs = async (sub: string) => {
      const { json } = await exchange(await assertion(key.private_key, { iss: EMAIL, sub, scope: SCOPE }));
      const client = harness.oauth();
      client.setCredentials({ access_token: (json as { access_token: string }).access_token });
      return harness.clientFor(client);
    };
    const both = [await actAs(ALICE), await actAs(BOB)] as const;
    await harness.control("POST", "habits", { quotas: { perUserPerMinute: 1 } });
    return both;
  }

  test("is the service account's, whomever it acts for", async () => {
    const [alice, bob] = await clients();
    expect((await alice.colors.get()).status).toBe(200);
    expect(await failure(bob.colors.get())).toMatchObject({ status: 403, reason: "userRateLimitExceeded" });
  });

  test("is the user's where quotaUser names one", async () => {
    const [alice, bob] = await clients();
    expect((await alice.colors.get({ quotaUser: "alice" })).status).toBe(200);
    expect((await bob.colors.get({ quotaUser: "bob" })).status).toBe(200);
    expect(await failure(bob.colors.get({ quotaUser: "bob" }))).toMatchObject({ status: 403 });
  });
});

test("IAM signs an assertion for whoever has a token, without the key leaving it", async () => {
  await harness.control("POST", "service-accounts", { email: EMAIL, delegatedScopes: [SCOPE] });
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: EMAIL,
    sub: ALICE,
    scope: SCOPE,
    aud: `${harness.url}/token`,
    iat: now,
    exp: now + 60,
  };
  const sign = async (email: string, headers: Record<string, string>, payload: unknown) =>
    await harness.fetch(`/v1/projects/-/serviceAccounts/${email}:signJwt`, {
      method: "POST",
      headers,
      body: JSON.stringify({ payload }),
    });
  const token = { Authorization: "Bearer mine" };
  const signed = (await sign(EMAIL, token, JSON.stringify(claims))).json as { signedJwt: string };
  expect((await exchange(signed.signedJwt)).json).toMatchObject({ token_type: "Bearer" });
  expect(await sign(EMAIL, {}, JSON.stringify(claims))).toMatchObject({ status: 401 });
  expect(await sign("nobody@x.example", token, "{}")).toMatchObject({ status: 404 });
  expect(await sign(EMAIL, token, "no JSON")).toMatchObject({ status: 400 });
});

test("a wrong signature, an unknown account and an expired assertion are invalid_grant", async () => {
  const key = await harness.control<{ private_key: string }>("POST", "service-accounts", {
    email: EMAIL,
    delegatedScopes: [SCOPE],
  });
  const other = await harness.control<{ private_key: string }>("POST", "service-accounts", {
    email: "other@project.iam.gserviceaccount.com",
  });
  const claims = { iss: EMAIL, sub: ALICE, scope: SCOPE };
  for (const text of [
    await assertion(other.private_key, claims),
    await assertion(key.private_key, { ...claims, iss: "nobody@project.iam.gserviceaccount.com" }),
    await assertion(key.private_key, { ...claims, exp: 1_000_000_000 }),
    "nonsense",
  ]) {
    expect(await exchange(text)).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
  }
});
