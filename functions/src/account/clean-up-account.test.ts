import { beforeEach, describe, expect, test } from "@jest/globals";
import type { AccountRemoval, RemovalStatus } from "../ports/account.port.ts";
import type { GoogleFailure, GoogleFailureReason } from "../model/google-failure.ts";
import type { WatchRecord } from "../ports/watch.port.ts";
import { cleanUpAccount, type CleanUpAccountPorts } from "./clean-up-account.ts";
import { FakeCredentials } from "./credentials.fake.ts";
import { type BrokenBecause, SealBroken } from "./token-seal.ts";

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
let credentials: FakeCredentials;
/** Steps of the clean-up, which tests replace in order to make them fail. `open` opens the refresh token. */
let open: () => Promise<string>;
let stop: ((channelId: string) => Promise<GoogleFailure>) | undefined;
let listing: () => Promise<readonly WatchRecord[]>;
let sharing: () => Promise<boolean>;

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
  watchesOf: () => listing(),
  calendarKeysOf: () => Promise.resolve(["key"]),
  sharesGrant: () => sharing(),
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
  credentials.stored.set("acc", {
    uid: "uid",
    subject: "sub",
    scopes: [],
    grantId: "grant",
    ...(delegated ? { delegatedEmail: "ada@corp.example" } : { refreshToken: "sealed" }),
    accessToken: "sealed",
    accessTokenExpiresAtMs: 0,
  });
  const dependencies: CleanUpAccountPorts = {
    removal,
    watches: {
      forget: channelId => {
        watches = watches.filter(other => other.channelId !== channelId);
        return Promise.resolve();
      },
    },
    channels: {
      stop: async ({ channelId }) => {
        const answer = await step(`stop ${channelId}`, stopAnswers.shift() ?? { kind: "stopped" as const });
        return stop === undefined ? answer : await stop(channelId);
      },
    },
    oauth: { revoke: () => step("revoke", revokeAnswers.shift() ?? { kind: "revoked" }) },
    credentials,
    seal: {
      open: async (...of) => {
        await step(`open ${of.join(" ")}`, undefined);
        return await open();
      },
    },
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
  credentials = new FakeCredentials();
  open = () => Promise.resolve("token");
  stop = undefined;
  listing = () => Promise.resolve(watches);
  sharing = () => Promise.resolve(shared);
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

describe("an account is removed in the end", () => {
  const outcomes = async () => {
    const kinds: string[] = [];
    for (const attempt of [0, 3, 5, 6, 11]) {
      watches = [watch("a"), watch("b")];
      kinds.push((await run(attempt)).kind);
    }
    return kinds;
  };
  const patiently = ["tryAgain", "tryAgain", "tryAgain", "removed", "removed"];
  const atOnce = Array(5).fill("removed");
  const broken = (because: BrokenBecause) => () => Promise.reject(new SealBroken("broken", because, "old"));

  test.each([
    ["its key is gone", "keyMissing", patiently],
    ["its key is another one by now", "keyWrong", patiently],
    ["no key would open its token", "foreign", atOnce],
  ] as const)(
    "although %s: its channels are given up, its grant is not ended",
    async (_, because, expected) => {
      open = broken(because);
      const failure = failed(because === "foreign" ? "unauthorized" : "unavailable");
      stop = () => Promise.resolve(failure);
      expect(await outcomes()).toEqual(expected);
      expect(steps).not.toContain("revoke");
      expect(steps.at(-1)).toBe("delete account");
      expect(JSON.stringify(logged)).toContain('"keyId":"old"');
    },
  );

  test("although its channels can be stopped and only its grant cannot be ended", async () => {
    open = broken("keyMissing");
    expect(await outcomes()).toEqual(patiently);
    expect(steps).toContain("stop b");
    expect(watches).toEqual([]);
  });

  test("although its credential cannot be read", async () => {
    credentials.unreadable.add("acc");
    expect(await outcomes()).toEqual(patiently);
    expect(steps).not.toContain("revoke");
  });

  test("although its credential is missing", async () => {
    credentials.load = () => Promise.resolve(undefined);
    stop = () => Promise.resolve(failed("unauthorized"));
    expect(await outcomes()).toEqual(atOnce);
  });

  test("although its domain is delegated no more", async () => {
    delegated = true;
    stop = () => Promise.resolve({ ...failed("unauthorized"), googleReason: "notDelegated" });
    expect(await outcomes()).toEqual(atOnce);
  });

  test.each([
    ["its channels cannot be listed", () => (listing = () => Promise.reject(new Error("secret")))],
    ["a channel cannot be stopped", () => (stop = () => Promise.reject(new Error("secret")))],
    ["its credential cannot be loaded", () => (credentials.load = () => Promise.reject(new Error("secret")))],
    ["it is not known who shares its grant", () => (sharing = () => Promise.reject(new Error("secret")))],
    ["the ring cannot be read", () => (open = () => Promise.reject(new Error("secret")))],
  ])("although %s, and what was thrown is not quoted", async (_, breakIt) => {
    breakIt();
    expect(await outcomes()).toEqual(patiently);
    expect(steps.at(-1)).toBe("delete account");
    expect(JSON.stringify(logged)).not.toContain("secret");
  });

  test("and one channel that cannot be stopped does not keep the others from it", async () => {
    stop = channelId =>
      channelId === "a" ? Promise.reject(new Error("odd")) : Promise.resolve(failed("unauthorized"));
    expect(await run()).toMatchObject({ kind: "tryAgain" });
    expect(steps).toEqual(["delete calendar", "stop a", "stop b"]);
  });
});
