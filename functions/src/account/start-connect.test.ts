import { beforeEach, describe, expect, test } from "@jest/globals";
import type { GoogleFailureReason } from "../model/google-failure.ts";
import { ConnectWorld } from "./connect-world.fake.ts";
import type { OwnGoogleAccount } from "./connect-delegated.ts";
import { accountIdOf } from "../model/keys.ts";
import { startConnect } from "./start-connect.ts";

let world: ConnectWorld;
const own: OwnGoogleAccount = { subject: "sub", email: "ada@corp.example" };
const accountId = accountIdOf("uid", "sub");

beforeEach(() => {
  world = new ConnectWorld();
  world.domains = ["corp.example"];
});

async function start(signedIn: OwnGoogleAccount = own, returnTo?: string): Promise<string> {
  const outcome = await startConnect(world.ports(), { uid: "uid", own: signedIn, returnTo });
  return outcome.kind === "started" ? outcome.url : outcome.kind;
}
const consentPage = /^https:\/\/google\.example\/consent/;

describe("a user whose Workspace has consented for them", () => {
  test("is connected without a consent page, and sent back with the outcome", async () => {
    expect(await start(own, "https://app.example/agenda?tab=1")).toBe(
      `https://app.example/agenda?tab=1&connected=${accountId}`,
    );
    expect(world.connections[0]?.credential).toMatchObject({
      uid: "uid",
      subject: "sub",
      delegatedEmail: "ada@corp.example",
    });
    expect(world.connections[0]?.credential).not.toHaveProperty("refreshToken");
    expect(world.queued).toContain("sync calendar 5");
    expect(world.states.size).toBe(0);
  });

  test("gets the consent page for another account once their own is connected", async () => {
    world.active.add(accountId);
    expect(await start()).toMatch(consentPage);
    expect(world.impersonated).toEqual([]);
  });

  test("never gets the mailbox of whoever has their address now", async () => {
    world.delegated = {
      kind: "delegated",
      accessToken: "the successor's",
      accessTokenExpiresAtMs: world.nowMs + 1,
      identity: { subject: "the successor", email: own.email },
    };
    expect(await start()).toMatch(consentPage);
    expect(world.connections).toEqual([]);
  });

  test.each<GoogleFailureReason>(["unauthorized", "forbidden"])(
    "can still consent themselves when Google does not let us (%s)",
    async reason => {
      world.delegated = { kind: "failed", reason };
      expect(await start()).toMatch(consentPage);
      expect(world.connections).toEqual([]);
    },
  );

  test.each<GoogleFailureReason>(["unavailable", "rateLimited", "badRequest"])(
    "is asked to try again while Google cannot say (%s)",
    async reason => {
      world.delegated = { kind: "failed", reason };
      expect(await start()).toBe("https://app.example/?connect_error=try_again");
      expect([world.connections, world.states.size]).toEqual([[], 0]);
    },
  );

  test("is not sent to a foreign address, and nothing is connected for it", async () => {
    expect(await start(own, "https://evil.example/")).toBe("foreignReturnAddress");
    expect([world.impersonated, world.connections]).toEqual([[], []]);
  });
});

describe("nobody is acted for", () => {
  test.each([
    ["outside of the delegated domains", { ...own, email: "ada@other.example" }],
    ["in a domain that only ends like one", { ...own, email: "ada@evilcorp.example" }],
    ["without a Google account behind their sign-in", undefined],
  ])("%s", async (_who, signedIn) => {
    const outcome = await startConnect(world.ports(), { uid: "uid", own: signedIn, returnTo: undefined });
    expect(outcome).toMatchObject({ url: expect.stringMatching(consentPage) });
    expect([world.impersonated, world.connections]).toEqual([[], []]);
  });
});

test("an attempt by consent may be finished within ten minutes", async () => {
  world.active.add(accountId);
  await start();
  expect([...world.states.values()]).toMatchObject([{ uid: "uid", expiresAtMs: world.nowMs + 600_000 }]);
});
