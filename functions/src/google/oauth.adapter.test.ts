import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import type { OAuthProvider } from "../ports/credentials.port.ts";
import { createOAuthProvider } from "./oauth.adapter.ts";

const clientId = "our-client";
const nowMs = 1_800_000_000_000;
const seconds = nowMs / 1000;

type Key = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];

let server: Server;
let google: Key;
let provider: OAuthProvider;
/** The token endpoint's answer. */
let answer: { status: number; body: string };
let certificatesStatus: number;

beforeEach(async () => {
  const pair = await generateKeyPair("RS256");
  google = pair.privateKey;
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: "g1", alg: "RS256", use: "sig" }] };
  certificatesStatus = 200;
  server = createServer((request, response) => {
    if (request.url === "/oauth2/v3/certs") {
      response
        .writeHead(certificatesStatus, { "Content-Type": "application/json" })
        .end(JSON.stringify(jwks));
    } else response.writeHead(answer.status, { "Content-Type": "application/json" }).end(answer.body);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  provider = createOAuthProvider({
    clientId,
    clientSecret: () => "a-client-secret",
    redirectUrl: "https://app.example/callback",
    writeAccess: false,
    emulatorUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clock: { now: () => nowMs, sleep: () => Promise.resolve() },
  });
});
afterEach(async () => {
  await new Promise(resolve => server.close(resolve));
});

const claims = {
  iss: "https://accounts.google.com",
  aud: clientId,
  sub: "123",
  email: "a@example.com",
  exp: seconds + 600,
};
const sign = async (payload: object, key: Key = google, header: object = {}) =>
  await new SignJWT({ ...payload }).setProtectedHeader({ alg: "RS256", kid: "g1", ...header }).sign(key);

async function exchangeWith(idToken: string | undefined) {
  const tokens = {
    access_token: "at",
    expires_in: 3599,
    refresh_token: "rt",
    scope: "openid a b",
    id_token: idToken,
  };
  answer = { status: 200, body: JSON.stringify(tokens) };
  return await provider.exchange("code", "verifier");
}

describe("the consent page's address", () => {
  const address = (writeAccess: boolean) =>
    createOAuthProvider({
      clientId: "123-abc.apps.googleusercontent.com",
      clientSecret: () => "a-client-secret",
      redirectUrl: "https://app.example/callback",
      writeAccess,
      emulatorUrl: undefined,
      clock: { now: () => nowMs, sleep: () => Promise.resolve() },
    }).consentUrl({ state: "a-state", codeChallenge: "a-challenge" });
  const begin =
    "https://accounts.google.com/o/oauth2/v2/auth?client_id=123-abc.apps.googleusercontent.com" +
    "&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&response_type=code&scope=openid+email+";
  const end =
    "+https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcalendar.calendarlist.readonly&access_type=offline" +
    "&prompt=consent&state=a-state&code_challenge=a-challenge&code_challenge_method=S256";

  test("without write access, asks to read events, in the same bytes as before there was write access", () => {
    const readEvents = "https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcalendar.events.readonly";
    expect(address(false)).toBe(`${begin}${readEvents}${end}`);
  });

  test("with write access, asks to change events instead", () => {
    const changeEvents = "https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcalendar.events";
    expect(address(true)).toBe(`${begin}${changeEvents}${end}`);
  });
});

describe("the identity", () => {
  test("of a good ID token is believed", async () => {
    expect(await exchangeWith(await sign(claims))).toEqual({
      kind: "grant",
      accessToken: "at",
      accessTokenExpiresAtMs: nowMs + 3_599_000,
      refreshToken: "rt",
      scopes: ["openid", "a", "b"],
      identity: { subject: "123", email: "a@example.com" },
    });
  });

  test.each([
    ["made for another client", { ...claims, aud: "another-client" }],
    ["of another issuer", { ...claims, iss: "https://accounts.evil.example" }],
    ["that has expired", { ...claims, exp: seconds - 61 }],
    ["that never expires", { ...claims, exp: undefined }],
    ["without a subject", { ...claims, sub: undefined }],
    ["without an address", { ...claims, email: undefined }],
  ])("of a token %s is refused", async (_, payload) => {
    expect(await exchangeWith(await sign(payload))).toEqual({ kind: "refused", reason: "identityRejected" });
  });

  test("of a token that somebody else signed is refused", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    expect(await exchangeWith(await sign(claims, privateKey))).toMatchObject({ kind: "refused" });
    expect(await exchangeWith(await sign(claims, privateKey, { kid: "other" }))).toMatchObject({
      kind: "refused",
    });
  });

  test("of a token without a signature, or none at all, is refused", async () => {
    expect(await exchangeWith(new UnsecuredJWT(claims).encode())).toMatchObject({ kind: "refused" });
    expect(await exchangeWith(undefined)).toMatchObject({ kind: "refused" });
    expect(await exchangeWith("not.a.token")).toMatchObject({ kind: "refused" });
  });

  test("is unknown, not refused, while Google's keys cannot be had", async () => {
    certificatesStatus = 503;
    expect(await exchangeWith(await sign(claims))).toMatchObject({ kind: "failed", reason: "unavailable" });
  });
});

describe("Google's refusals and odd answers", () => {
  const refusal = (status: number, error: string) => {
    answer = { status, body: JSON.stringify({ error, error_description: "words that vary" }) };
  };

  test("of a code and of a grant are told apart", async () => {
    refusal(400, "invalid_grant");
    expect(await provider.exchange("code", "verifier")).toEqual({ kind: "refused", reason: "codeRejected" });
    expect(await provider.refresh("token")).toMatchObject({ kind: "failed", reason: "unauthorized" });
  });

  test.each([
    [429, "rate_limit", "rateLimited"],
    [500, "internal_failure", "unavailable"],
    [401, "invalid_client", "operator"],
    [401, "unauthorized_client", "operator"],
    [400, "invalid_request", "operator"],
    [400, "something_new", "badRequest"],
    [503, "invalid_grant", "unavailable"],
  ])("%s %s is %s", async (status, error, reason) => {
    refusal(status, error);
    expect(await provider.refresh("token")).toMatchObject({
      kind: "failed",
      reason,
      status,
      googleReason: error,
    });
  });

  test("to revoke a token that is dead already count as revoked", async () => {
    refusal(400, "invalid_token");
    expect(await provider.revoke("token")).toEqual({ kind: "revoked" });
  });

  test("carry nothing of the request", async () => {
    refusal(503, "unavailable");
    expect(JSON.stringify(await provider.refresh("secret-refresh-token"))).not.toContain("secret");
    await new Promise(resolve => server.close(resolve));
    const network = await provider.refresh("secret-refresh-token");
    expect(network).toMatchObject({ kind: "failed", reason: "unavailable", googleReason: "ECONNREFUSED" });
    expect(JSON.stringify(network)).not.toContain("secret");
  });

  test.each([
    ["3600", 300],
    [null, 300],
    [undefined, 300],
    [-1, 300],
    [1e300, 86_400],
    [1e308, 86_400],
    [3_599, 3_599],
  ])("cost no token for its life alone: %j", async (expires_in, lifeSeconds) => {
    answer = { status: 200, body: JSON.stringify({ access_token: "at", expires_in }) };
    const refreshed = await provider.refresh("token");
    if (refreshed.kind !== "refreshed") throw new Error(refreshed.reason);
    expect(refreshed.accessTokenExpiresAtMs).toBe(nowMs + lifeSeconds * 1000);
    expect(() => Timestamp.fromMillis(refreshed.accessTokenExpiresAtMs)).not.toThrow();
  });

  test.each([{ refresh_token: null }, { refresh_token: "" }, { scope: 7 }, { id_token: null }])(
    "cost no token for what a refresh need not say: %j",
    async odd => {
      answer = { status: 200, body: JSON.stringify({ access_token: "at", expires_in: 60, ...odd }) };
      expect(await provider.refresh("token")).toEqual({
        kind: "refreshed",
        accessToken: "at",
        accessTokenExpiresAtMs: nowMs + 60_000,
      });
    },
  );

  test("that are not JSON do not get through as tokens", async () => {
    answer = { status: 200, body: "<html>" };
    expect(await provider.refresh("token")).toMatchObject({ kind: "failed", reason: "unavailable" });
  });
});
