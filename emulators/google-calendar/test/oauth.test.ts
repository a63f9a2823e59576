import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { createLocalJWKSet, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { ALICE, BOB, failure, Harness, useHarness } from "./harness.ts";
import type { OAuth2Client } from "./harness.ts";

const SCOPE = "https://www.googleapis.com/auth/calendar.readonly";
const REDIRECT = "http://127.0.0.1/callback";
const DAY_MS = 86_400_000;
const harness = useHarness();

/** Runs a consent until the authorization code. */
async function codeFor(client: OAuth2Client, params: Record<string, string> = {}): Promise<string> {
  const url = client.generateAuthUrl({ scope: ["openid", "email", "profile", SCOPE], ...params });
  return (await harness.consent(url, ALICE)).searchParams.get("code") ?? "";
}

async function tokenError(call: Promise<unknown>): Promise<{ status: number; error: string }> {
  try {
    await call;
  } catch (error) {
    const { status, data } = Reflect.get(Object(error), "response") as {
      status: number;
      data: { error: string };
    };
    return { status, error: data.error };
  }
  throw new Error("the call succeeded");
}

describe("consent", () => {
  test("allow leads back with code, state and scope; deny with access_denied", async () => {
    const url = harness.oauth().generateAuthUrl({ scope: SCOPE, state: "s t&1" });
    const allowed = await harness.consent(url, ALICE);
    expect(allowed.href.startsWith(REDIRECT)).toBe(true);
    expect(Object.fromEntries(allowed.searchParams)).toMatchObject({
      state: "s t&1",
      scope: SCOPE,
      code: expect.stringMatching(/^4\//) as unknown,
    });
    const denied = await harness.consent(url, ALICE, "deny");
    expect(Object.fromEntries(denied.searchParams)).toEqual({ state: "s t&1", error: "access_denied" });
  });

  test("the page lists the users and escapes what it is given", async () => {
    const url = harness.oauth("<b>evil</b>").generateAuthUrl({ scope: SCOPE });
    const { text, status } = await harness.fetch(url.slice(harness.url.length));
    expect(status).toBe(200);
    expect(text).toContain(ALICE);
    expect(text).toContain(BOB);
    expect(text).not.toContain("<b>evil");
  });

  test("an unknown user gets the form again with a message", async () => {
    const url = harness.oauth().generateAuthUrl({ scope: SCOPE });
    const answer = await harness.fetch(url.slice(harness.url.length), {
      method: "POST",
      body: new URLSearchParams({ email: "nobody@example.com", decision: "allow" }),
    });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("There is no user nobody@example.com");
  });

  test.each([
    ["client_id", { client_id: undefined }],
    ["redirect_uri", { redirect_uri: undefined }],
    ["scope", { scope: undefined }],
    ["response_type", { response_type: "token" }],
  ])("without a right %s there is no form", async (_name, change) => {
    const query = new URLSearchParams({
      client_id: "c",
      redirect_uri: REDIRECT,
      scope: SCOPE,
      response_type: "code",
    });
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined) query.delete(name);
      else query.set(name, value);
    }
    const answer = await harness.fetch(`/o/oauth2/v2/auth?${query.toString()}`);
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain("<form");
  });
});

describe("tokens", () => {
  test("a code becomes tokens once", async () => {
    const client = harness.oauth();
    const code = await codeFor(client, { access_type: "offline" });
    const { tokens } = await client.getToken(code);
    expect(tokens).toMatchObject({ token_type: "Bearer", scope: `openid email profile ${SCOPE}` });
    expect(tokens.access_token).toMatch(/^ya29\./);
    expect(tokens.refresh_token).toMatch(/^1\/\//);
    expect(await tokenError(client.getToken(code))).toEqual({ status: 400, error: "invalid_grant" });
    client.setCredentials(tokens);
    expect((await harness.clientFor(client).calendarList.list()).data.items).toHaveLength(3);
  });

  test("no refresh token without access_type=offline, nor at a second consent without prompt=consent", async () => {
    const client = harness.oauth();
    const refreshToken = async (params: Record<string, string>): Promise<unknown> =>
      (await client.getToken(await codeFor(client, params))).tokens.refresh_token;
    expect(await refreshToken({})).toBeUndefined();
    expect(await refreshToken({ access_type: "offline" })).toEqual(expect.any(String));
    expect(await refreshToken({ access_type: "offline" })).toBeUndefined();
    expect(await refreshToken({ access_type: "offline", prompt: "consent" })).toEqual(expect.any(String));
  });

  test("the redirect URI must be the same in both calls", async () => {
    const code = await codeFor(harness.oauth());
    const other = harness.oauth("client", "http://127.0.0.1/other");
    expect(await tokenError(other.getToken(code))).toEqual({ status: 400, error: "redirect_uri_mismatch" });
  });

  test("PKCE: the verifier must fit the challenge", async () => {
    const client = harness.oauth();
    const verifier = "v".repeat(64);
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const params = { code_challenge: challenge, code_challenge_method: "S256" };
    const wrong = client.getToken({ code: await codeFor(client, params), codeVerifier: "w".repeat(64) });
    expect(await tokenError(wrong)).toEqual({ status: 400, error: "invalid_grant" });
    expect(await tokenError(client.getToken(await codeFor(client, params)))).toMatchObject({
      error: "invalid_grant",
    });
    const { tokens } = await client.getToken({ code: await codeFor(client, params), codeVerifier: verifier });
    expect(tokens.access_token).toEqual(expect.any(String));
  });

  test("the ID token is signed with the published key and names the user", async () => {
    const client = harness.oauth("my-client");
    const { tokens } = await client.getToken(await codeFor(client, { nonce: "n1" }));
    const { json } = await harness.fetch("/oauth2/v3/certs");
    const { payload } = await jwtVerify(tokens.id_token ?? "", createLocalJWKSet(json as JSONWebKeySet), {
      issuer: "https://accounts.google.com",
      audience: "my-client",
    });
    expect(payload).toMatchObject({ email: ALICE, email_verified: true, name: "Alice Example", nonce: "n1" });
    expect(payload.sub).toMatch(/^\d{21}$/);
    client.setCredentials(tokens);
    const userInfo = await harness.fetch("/v1/userinfo", {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(userInfo.json).toMatchObject({ sub: payload.sub, email: ALICE, email_verified: true });
    const old = await harness.fetch("/oauth2/v2/userinfo", {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(old.json).toMatchObject({ id: payload.sub, verified_email: true });
  });

  test("an access token ends after an hour, a refresh gives another", async () => {
    const client = harness.oauth();
    const { tokens } = await client.getToken(await codeFor(client, { access_type: "offline" }));
    await harness.control("POST", "clock", { advanceMs: 3_600_000 });
    const stale = harness.oauth();
    stale.setCredentials({ access_token: tokens.access_token ?? "" });
    expect(await failure(harness.clientFor(stale).calendarList.list())).toMatchObject({
      status: 401,
      reason: "authError",
    });
    client.setCredentials({ refresh_token: tokens.refresh_token ?? "" });
    expect((await harness.clientFor(client).calendarList.list()).status).toBe(200);
  });

  test("a refresh token that is not used for six months is dead", async () => {
    const client = harness.oauth();
    const { tokens } = await client.getToken(await codeFor(client, { access_type: "offline" }));
    client.setCredentials({ refresh_token: tokens.refresh_token ?? "" });
    await harness.control("POST", "clock", { advanceMs: 184 * DAY_MS });
    expect(await tokenError(client.getAccessToken())).toEqual({ status: 400, error: "invalid_grant" });
  });

  test("the hundred-and-first refresh token of an account and client ends the first", async () => {
    const give = async (): Promise<string> =>
      (
        await harness.control<{ refresh_token: string }>("POST", "tokens", {
          email: ALICE,
          clientId: "client",
        })
      ).refresh_token;
    const first = await give();
    const second = await give();
    for (let index = 0; index < 99; index += 1) await give();
    const use = async (refresh_token: string): Promise<unknown> => {
      const client = harness.oauth();
      client.setCredentials({ refresh_token });
      return await client.getAccessToken();
    };
    expect(await tokenError(use(first))).toEqual({ status: 400, error: "invalid_grant" });
    expect(await use(second)).toBeDefined();
  });

  test("rotation gives a new refresh token and ends the old one", async () => {
    await harness.control("POST", "habits", { rotateRefreshTokens: true });
    const client = harness.oauth();
    const { tokens } = await client.getToken(await codeFor(client, { access_type: "offline" }));
    const first = tokens.refresh_token ?? "";
    client.setCredentials({ refresh_token: first });
    // The library reports a rotated refresh token only with this event.
    const rotated: unknown[] = [];
    client.on("tokens", fresh => rotated.push(fresh.refresh_token));
    await client.getAccessToken();
    expect(rotated).toEqual([expect.stringMatching(/^1\/\//)]);
    expect(rotated[0]).not.toBe(first);
    const old = harness.oauth();
    old.setCredentials({ refresh_token: first });
    expect(await tokenError(old.getAccessToken())).toMatchObject({ error: "invalid_grant" });
  });

  test("revoke ends the grant with 200, and answers 400 the second time", async () => {
    const client = harness.oauth();
    const { tokens } = await client.getToken(await codeFor(client, { access_type: "offline" }));
    expect((await client.revokeToken(tokens.refresh_token ?? "")).status).toBe(200);
    expect(await tokenError(client.revokeToken(tokens.refresh_token ?? ""))).toMatchObject({
      status: 400,
      error: "invalid_token",
    });
    client.setCredentials({ access_token: tokens.access_token ?? "" });
    expect(await failure(harness.clientFor(client).calendarList.list())).toMatchObject({ status: 401 });
  });

  test("POST grants/revoke: refresh answers invalid_grant, access tokens 401", async () => {
    const client = harness.oauth();
    const { tokens } = await client.getToken(await codeFor(client, { access_type: "offline" }));
    await harness.control("POST", "grants/revoke", { email: ALICE });
    client.setCredentials({ refresh_token: tokens.refresh_token ?? "" });
    expect(await tokenError(client.getAccessToken())).toEqual({ status: 400, error: "invalid_grant" });
    client.setCredentials({ access_token: tokens.access_token ?? "" });
    expect(await failure(harness.clientFor(client).calendarList.list())).toMatchObject({ status: 401 });
  });

  test("include_granted_scopes adds what was granted before", async () => {
    const client = harness.oauth();
    await client.getToken(await codeFor(client));
    const url = client.generateAuthUrl({ scope: "email", include_granted_scopes: true });
    const back = await harness.consent(url, ALICE);
    expect(back.searchParams.get("scope")?.split(" ")).toContain(SCOPE);
  });

  test("registered clients: another id or secret is refused", async () => {
    const strict = await new Harness().start({
      clients: [{ clientId: "client", clientSecret: "right", redirectUris: [REDIRECT] }],
    });
    try {
      const good = strict.oauth("client", REDIRECT, "right");
      const url = good.generateAuthUrl({ scope: SCOPE });
      const code = (await strict.consent(url, ALICE)).searchParams.get("code") ?? "";
      expect(await tokenError(strict.oauth("client", REDIRECT, "wrong").getToken(code))).toEqual({
        status: 401,
        error: "invalid_client",
      });
      expect((await good.getToken(code)).tokens.access_token).toEqual(expect.any(String));
      const other = strict.oauth("client", "http://127.0.0.1/evil").generateAuthUrl({ scope: SCOPE });
      const refused = await strict.fetch(other.slice(strict.url.length));
      expect([refused.status, refused.text.includes("redirect_uri_mismatch")]).toEqual([400, true]);
    } finally {
      await strict.close();
    }
  });
});

describe("scopes", () => {
  test("a call without a fitting scope is 403 with both of Google's reasons", async () => {
    const client = await harness.client(ALICE, ["https://www.googleapis.com/auth/calendar.readonly"]);
    expect((await client.events.list({ calendarId: "primary" })).status).toBe(200);
    const write = client.events.insert({ calendarId: "primary", requestBody: {} });
    expect(await failure(write)).toMatchObject({ status: 403, reason: "insufficientPermissions" });
    const raw = await harness.fetch("/calendar/v3/calendars/primary/events/x", {
      method: "DELETE",
      headers: { authorization: `Bearer ${await harness.token(ALICE, [SCOPE])}` },
    });
    expect(raw.text).toContain("ACCESS_TOKEN_SCOPE_INSUFFICIENT");
  });

  test("without a token 401 `required`, with a wrong one 401 `authError`", async () => {
    const none = await harness.fetch("/calendar/v3/users/me/calendarList");
    expect(none.json).toMatchObject({ error: { code: 401, errors: [{ reason: "required" }] } });
    const wrong = await harness.fetch("/calendar/v3/users/me/calendarList", {
      headers: { authorization: "Bearer nope" },
    });
    expect(wrong.json).toMatchObject({
      error: { code: 401, errors: [{ reason: "authError", location: "Authorization" }] },
    });
  });
});
