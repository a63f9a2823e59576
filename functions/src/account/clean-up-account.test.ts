import { beforeEach, describe, expect, test } from "@jest/globals";
import type { AccountRemoval, RemovalStatus } from "../ports/account-removal.port.ts";
import type { GoogleFailure, GoogleFailureReason } from "../ports/google-failure.port.ts";
import type { WatchRecord } from "../ports/watch-store.port.ts";
import { cleanUpAccount, type CleanUpAccount } from "./clean-up-account.ts";
import { FakeCredentials } from "./credentials.fake.ts";

const nowMs = 1_800_000_000_000;
const opened = "open acc refresh sealed";
const failed = (reason: GoogleFailureReason): GoogleFailure => ({ kind: "failed", reason });

let steps: string[];
let logged: unknown[];
let superseded: "calendar" | "account" | undefined;
let status: RemovalStatus;
let watches: WatchRecord[];
let stopAnswers: GoogleFailure[];
let revokeAnswers: GoogleFailure[];
let shared: boolean;
let delegated: boolean;

const watch = (channelId: string, fields: Partial<WatchRecord> = {}): WatchRecord => ({
  channelId,
  calendarKey: "key",
  resource: "events",
  uid: "uid",
  accountId: "acc",
  calendarId: "id",
  status: "open",
  resourceId: "resource",
  expiresAtMs: nowMs + 1,
  createdAtMs: nowMs,
  ...fields,
});
const step = <T>(name: string, value: T): Promise<T> => {
  steps.push(name);
  return Promise.resolve(value);
};
const removal: AccountRemoval = {
  markDisconnecting: () => Promise.resolve("marked"),
  status: () => Promise.resolve(status),
  accountsOf: () => Promise.resolve([]),
  forgetAttempts: () => Promise.resolve(),
  unfinished: () => Promise.resolve([]),
  watchesOf: () => Promise.resolve(watches),
  calendarKeysOf: () => Promise.resolve(["key"]),
  sharesGrant: () => Promise.resolve(shared),
  deleteCalendar: () =>
    step(
      "delete calendar",
      superseded === "calendar" ? { kind: "superseded" } : { kind: "deleted", documents: 3 },
    ),
  deleteAccount: () =>
    step(
      "delete account",
      superseded === "account" ? { kind: "superseded" } : { kind: "deleted", documents: 2 },
    ),
  deleteUnwanted: () => Promise.resolve({ kind: "superseded" }),
};

const note = (level: string) => (_: string, fields?: unknown) => logged.push([level, fields]);

async function run(attempt = 0) {
  const credentials = new FakeCredentials();
  credentials.stored.set("acc", {
    uid: "uid",
    subject: "sub",
    scopes: [],
    grantId: "grant",
    ...(delegated ? { delegatedEmail: "ada@corp.example" } : { refreshToken: "sealed" }),
    accessToken: "sealed",
    accessTokenExpiresAtMs: 0,
  });
  const dependencies: CleanUpAccount = {
    removal,
    watches: {
      forget: channelId => {
        watches = watches.filter(other => other.channelId !== channelId);
        return Promise.resolve();
      },
    },
    channels: {
      stop: ({ channelId }) => step(`stop ${channelId}`, stopAnswers.shift() ?? { kind: "stopped" }),
    },
    oauth: { revoke: () => step("revoke", revokeAnswers.shift() ?? { kind: "revoked" }) },
    credentials,
    seal: { open: (...of) => step(`open ${of.join(" ")}`, "token") },
    clock: { now: () => nowMs, sleep: () => Promise.resolve() },
    log: { info: note("info"), warn: note("warn"), error: note("error"), alarm: note("alarm") },
  };
  return await cleanUpAccount(dependencies, { uid: "uid", accountId: "acc" }, attempt);
}

beforeEach(() => {
  steps = [];
  logged = [];
  superseded = undefined;
  status = "disconnecting";
  watches = [watch("a"), watch("b")];
  stopAnswers = [];
  revokeAnswers = [];
  shared = false;
  delegated = false;
});

describe("cleaning up an account", () => {
  test("deletes data first, stops channels while the grant still works, and the account last", async () => {
    expect(await run()).toEqual({ kind: "removed", documents: 5 });
    expect(steps).toEqual(["delete calendar", "stop a", "stop b", opened, "revoke", "delete account"]);
    expect(logged).toEqual([["info", { uid: "uid", accountId: "acc", documents: 5 }]]);
  });

  test.each([
    ["calendar", ["delete calendar"]],
    ["account", ["delete calendar", "stop a", "stop b", opened, "revoke", "delete account"]],
  ] as const)("ends where another worker, or a new connection, has the %s by now", async (what, done) => {
    superseded = what;
    expect(await run()).toEqual({ kind: "superseded" });
    expect(steps).toEqual(done);
  });

  test("waits for a channel that may yet be stopped, though Google refuses another for good", async () => {
    for (const reasons of [
      ["forbidden", "unavailable"],
      ["unavailable", "forbidden"],
    ] as const) {
      watches = [watch("a"), watch("b")];
      stopAnswers = reasons.map(failed);
      logged = [];
      expect(await run(2)).toEqual({ kind: "tryAgain", failure: failed("unavailable") });
      expect(logged).toEqual([
        ["warn", { accountId: "acc", channelId: "a", reason: reasons[0] }],
        ["warn", { accountId: "acc", channelId: "b", reason: reasons[1] }],
        ["warn", { accountId: "acc", attempt: 2, reason: "unavailable" }],
      ]);
    }
  });

  test("does not end the grant before every channel is stopped, and asks only for what is left", async () => {
    stopAnswers = [failed("unavailable")];
    expect(await run()).toMatchObject({ kind: "tryAgain" });
    expect(steps).toEqual(["delete calendar", "stop a", "stop b"]);
    steps = [];
    expect(await run(1)).toMatchObject({ kind: "removed" });
    expect(steps).toEqual(["delete calendar", "stop a", opened, "revoke", "delete account"]);
  });

  test("keeps the account while the grant could not be ended", async () => {
    revokeAnswers = [failed("unavailable")];
    expect(await run()).toMatchObject({ kind: "tryAgain" });
    expect(steps).not.toContain("delete account");
  });

  test("is not held up for ever by Google", async () => {
    stopAnswers = [failed("unavailable"), failed("unavailable")];
    revokeAnswers = [failed("unavailable")];
    expect(await run(6)).toMatchObject({ kind: "removed" });
    expect(logged).toContainEqual(["error", { accountId: "acc", attempt: 6, reason: "unavailable" }]);
  });

  test("does not wait where waiting would not help: the grant is dead", async () => {
    stopAnswers = [failed("unauthorized"), failed("unauthorized")];
    expect(await run()).toMatchObject({ kind: "removed" });
  });

  test("does not ask Google about channels that are over", async () => {
    watches = [
      watch("a", { status: "closed" }),
      watch("b", { expiresAtMs: nowMs }),
      watch("c", { resourceId: null }),
    ];
    await run();
    expect(steps).toEqual(["delete calendar", opened, "revoke", "delete account"]);
  });

  test("keeps the grant that another user lives on", async () => {
    shared = true;
    await run();
    expect(steps).not.toContain("revoke");
    expect(logged[0]).toEqual(["info", { accountId: "acc" }]);
  });

  test("of a delegated user ends no grant: there is none of theirs", async () => {
    delegated = true;
    expect(await run()).toMatchObject({ kind: "removed" });
    expect(steps).toEqual(["delete calendar", "stop a", "stop b", "delete account"]);
  });

  test.each(["connected", "gone"] as const)("does nothing to an account that is %s", async now => {
    status = now;
    expect(await run()).toEqual({ kind: "superseded" });
    expect(steps).toEqual([]);
  });
});
