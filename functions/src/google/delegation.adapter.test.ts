import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Delegation } from "../ports/credentials.port.ts";
import { createDelegation } from "./delegation.adapter.ts";

const nowMs = 1_800_000_000_000;
const robot = "robot@project.iam.gserviceaccount.com";
const secrets = ["own-secret", "signed-secret", "access-secret"];

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

let server: Server;
let delegation: Delegation;
/** By the last part of the path. */
let answers: { signJwt: Answer; token: Answer; userinfo: Answer };
let asked: Asked[];
let ownToken: () => Promise<string>;

beforeEach(async () => {
  asked = [];
  answers = {
    signJwt: { status: 200, body: { keyId: "k", signedJwt: "signed-secret" } },
    token: { status: 200, body: { access_token: "access-secret", expires_in: 3599, token_type: "Bearer" } },
    userinfo: { status: 200, body: { sub: "123", email: "ada@corp.example", email_verified: true } },
  };
  ownToken = () => Promise.resolve("own-secret");
  server = createServer((request, response) => {
    let body = "";
    request.on("data", chunk => (body += String(chunk)));
    request.on("end", () => {
      const path = request.url ?? "";
      asked.push({ path, authorization: request.headers.authorization, body });
      const kind = path.endsWith(":signJwt") ? "signJwt" : path === "/token" ? "token" : "userinfo";
      const answer = answers[kind];
      response
        .writeHead(answer.status, { "Content-Type": "application/json" })
        .end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  delegation = createDelegation({
    domains: ["corp.example", "sub.corp.example"],
    serviceAccount: robot,
    ownToken: async () => await ownToken(),
    emulatorUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clock: { now: () => nowMs, sleep: () => Promise.resolve() },
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const act = async () => await delegation.impersonate("ada@corp.example");

describe("acting for a user", () => {
  test("is signed for by IAM, for an hour and for reading only, and says whose mailbox it is", async () => {
    expect(await act()).toEqual({
      kind: "delegated",
      accessToken: "access-secret",
      accessTokenExpiresAtMs: nowMs + 3_599_000,
      identity: { subject: "123", email: "ada@corp.example" },
    });
    const [sign, token, userinfo] = asked;
    expect(sign).toMatchObject({
      path: `/v1/projects/-/serviceAccounts/${robot}:signJwt`,
      authorization: "Bearer own-secret",
    });
    const { payload } = JSON.parse(sign?.body ?? "") as { payload: string };
    expect(JSON.parse(payload)).toEqual({
      iss: robot,
      sub: "ada@corp.example",
      aud: expect.stringMatching(/\/token$/),
      iat: nowMs / 1000,
      exp: nowMs / 1000 + 3600,
      scope:
        "https://www.googleapis.com/auth/userinfo.email" +
        " https://www.googleapis.com/auth/calendar.events.readonly" +
        " https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    });
    expect(new URLSearchParams(token?.body).get("assertion")).toBe("signed-secret");
    expect(userinfo?.authorization).toBe("Bearer access-secret");
  });

  test.each([
    ["a user who is suspended or unknown", 400, "invalid_grant", "unauthorized"],
    ["a Workspace that does not let us", 401, "unauthorized_client", "unauthorized"],
    ["a Workspace whose policy forbids it", 400, "access_denied", "unauthorized"],
    ["too many at once", 429, "rate_limit_exceeded", "rateLimited"],
    ["a bad moment", 503, "internal_failure", "unavailable"],
    ["a mistake of ours", 400, "invalid_scope", "badRequest"],
  ])("fails for %s", async (_what, status, error, reason) => {
    answers.token = { status, body: { error, error_description: "words that vary" } };
    expect(await act()).toMatchObject({ kind: "failed", reason, status, googleReason: error });
  });

  test.each([
    ["we may not sign", 403, "badRequest"],
    ["there is no such service account", 404, "badRequest"],
    ["IAM has had enough", 429, "rateLimited"],
    ["IAM is away", 503, "unavailable"],
  ])("is nobody's fault but ours when %s: no user is asked to consent", async (_what, status, reason) => {
    answers.signJwt = { status, body: { error: { code: status, status: "PERMISSION_DENIED" } } };
    expect(await act()).toMatchObject({ kind: "failed", reason, status, googleReason: "signJwt" });
    expect(asked).toHaveLength(1);
  });

  test.each([404, 408, 409, 429, 500, 502, 503])(
    "is not refused by words that come under %d: somebody else is speaking",
    async status => {
      for (const error of ["invalid_grant", "unauthorized_client", "access_denied"]) {
        answers.token = { status, body: { error } };
        const failure = await act();
        expect(failure).toMatchObject({ kind: "failed", status, googleReason: error });
        expect(failure).not.toMatchObject({ reason: "unauthorized" });
      }
    },
  );

  test.each(["signJwt", "userinfo"] as const)("is not refused by what %s says", async which => {
    for (const status of [400, 401, 403]) {
      answers[which] = { status, body: { error: "invalid_grant" } };
      const failure = await act();
      expect(failure).toMatchObject({ kind: "failed", status });
      expect(failure).not.toMatchObject({ reason: "unauthorized" });
    }
  });

  test("waits for better times without an identity of our own", async () => {
    ownToken = () => Promise.reject(new Error("metadata server: own-secret"));
    expect(await act()).toEqual({ kind: "failed", reason: "unavailable", googleReason: "noOwnToken" });
  });

  test.each(["signJwt", "token", "userinfo"] as const)("does not trust an odd answer of %s", async which => {
    answers[which] = { status: 200, body: { surprise: true } };
    expect(await act()).toMatchObject({ kind: "failed", reason: "unavailable" });
  });

  test.each(["signJwt", "token", "userinfo"] as const)(
    "carries no secret in a failure of %s",
    async which => {
      answers[which] = { status: 500, body: { error: "internal_failure" } };
      const text = JSON.stringify(await act());
      for (const secret of secrets) expect(text).not.toContain(secret);
    },
  );
});

test.each([
  ["ada@corp.example", true],
  ["Ada@CORP.example", true],
  ["ada@sub.corp.example", true],
  ["ada@other.corp.example", false],
  ["ada@evilcorp.example", false],
  ["ada@corp.example@evil.example", false],
  ["corp.example@evil.example", false],
  ["", false],
])("%j is covered: %s", (email, covered) => {
  expect(delegation.covers(email)).toBe(covered);
});
