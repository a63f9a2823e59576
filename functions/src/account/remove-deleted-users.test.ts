import { beforeEach, describe, expect, test } from "@jest/globals";
import { createUserDirectory, type UserLookUp } from "../auth/user-directory.adapter.ts";
import { removeDeletedUsers, type RemoveDeletedUsersPorts } from "./remove-deleted-users.ts";

let accounts: Map<string, string>;
let existing: Set<string>;
let steps: string[];
let alarms: unknown[];
let mode: RemoveDeletedUsersPorts["mode"];
let pageSize: number;
let lookUps: number;
/** Called instead of the normal answer of Authentication. */
let answer: (() => ReturnType<UserLookUp["getUsers"]>) | undefined;

const directory = createUserDirectory(() => ({
  getUsers: async identifiers => {
    lookUps += 1;
    expect(identifiers.length).toBeLessThanOrEqual(100);
    if (answer !== undefined) return await answer();
    return {
      users: identifiers.filter(({ uid }) => existing.has(uid)),
      notFound: identifiers.filter(({ uid }) => !existing.has(uid)),
    };
  },
}));
const ports = (): RemoveDeletedUsersPorts => ({
  owners: {
    pages: async function* () {
      await Promise.resolve();
      const uids = [...accounts.values()];
      for (let at = 0; at < uids.length; at += pageSize) yield uids.slice(at, at + pageSize);
    },
  },
  directory,
  mode,
  removal: {
    markDisconnecting: (uid, accountId) => {
      steps.push(`mark ${uid} ${accountId}`);
      return uid === "refused" ? Promise.reject(new Error("Firestore is away")) : Promise.resolve("marked");
    },
    accountsOf: uid => Promise.resolve([...accounts].filter(([, of]) => of === uid).map(([id]) => id)),
    forgetAttempts: uid => {
      steps.push(`forget ${uid}`);
      return Promise.resolve();
    },
    unfinished: () => Promise.resolve([]),
  },
  tasks: {
    cleanUpAccount: task => {
      steps.push(`clean ${"accountId" in task ? task.accountId : ""}`);
      return Promise.resolve("created");
    },
  },
  newId: length => "n".repeat(length),
  log: {
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
    alarm: (event, fields) => alarms.push([event, fields]),
  },
});
const run = async () => await removeDeletedUsers(ports());

/** Creates `count` users with one account each. The last `gone` of them do not exist in Authentication. */
function users(count: number, gone: number): void {
  accounts = new Map(Array.from({ length: count }, (_, n) => [`account-${n}`, `user-${n}`]));
  existing = new Set([...accounts.values()].slice(0, count - gone));
}

beforeEach(() => {
  users(3, 0);
  steps = [];
  alarms = [];
  mode = "true";
  pageSize = 1000;
  lookUps = 0;
  answer = undefined;
});

describe("users whose deletion nobody was told", () => {
  test("are disconnected with all their accounts, as if the event had come", async () => {
    accounts.set("second", "user-1");
    existing.delete("user-1");
    expect(await run()).toEqual({ asked: 3, missing: 1, removed: 1, failed: 0 });
    expect(steps).toEqual([
      "forget user-1",
      "mark user-1 account-1",
      "clean account-1",
      "mark user-1 second",
      "clean second",
    ]);
  });

  test("are found among many, wherever they are", async () => {
    users(2_500, 0);
    pageSize = 700;
    for (const n of [0, 699, 700, 1_234, 2_499]) existing.delete(`user-${n}`);
    expect(await run()).toMatchObject({ asked: 2_500, missing: 5, removed: 5 });
  });

  test("are removed although one of them cannot be, this time", async () => {
    accounts.set("a", "refused");
    existing.delete("user-0");
    expect(await run()).toMatchObject({ missing: 2, removed: 1, failed: 1 });
    expect(steps).toContain("clean account-0");
  });

  test.each([
    [1, 1],
    [1, 2],
    [4, 5],
  ])("are believed to be gone when they are %d of %d", async (gone, of) => {
    users(of, gone);
    expect(await run()).toMatchObject({ removed: gone });
    expect(alarms).toEqual([]);
  });

  test.each([2, 4])(
    "are not believed to be gone when they are several, %d, and all there are",
    async count => {
      users(count, count);
      expect(await run()).toMatchObject({ missing: count, removed: 0 });
      expect(alarms).toHaveLength(1);
    },
  );
});

describe("users who exist, or of whom nothing is known, lose nothing", () => {
  test.each([
    ["Authentication fails", () => Promise.reject(new Error("503"))],
    ["the answer is empty", () => Promise.resolve({ users: [], notFound: [] })],
    ["it is about somebody else", () => Promise.resolve({ users: [], notFound: [{ uid: "stranger" }] })],
    [
      "it is about another kind of name",
      () => Promise.resolve({ users: [], notFound: [{ email: "user-0" }] }),
    ],
    ["it holds nothing", () => Promise.resolve({ users: [], notFound: [undefined, null, "user-0"] })],
    [
      "it contradicts itself",
      () => Promise.resolve({ users: [{ uid: "user-0" }], notFound: [{ uid: "user-0" }] }),
    ],
  ])("when %s", async (_, how) => {
    existing.clear();
    answer = how;
    expect(await run()).toMatchObject({ removed: 0 });
    expect(steps).toEqual([]);
  });

  test("when it changes its mind", async () => {
    existing.delete("user-1");
    const asked = ports();
    let times = 0;
    const outcome = await removeDeletedUsers({
      ...asked,
      directory: { missing: async uids => (++times === 1 ? await directory.missing(uids) : { missing: [] }) },
    });
    expect(outcome).toEqual({ asked: 3, missing: 1, removed: 0, failed: 0 });
  });

  test("when Authentication fails for some only, the others are looked at", async () => {
    users(6, 1);
    pageSize = 2;
    answer = () => {
      answer = undefined;
      return Promise.reject(new Error("503"));
    };
    expect(await run()).toEqual({ asked: 4, missing: 1, removed: 1, failed: 2 });
  });

  test("and it is not asked for ever when it is away", async () => {
    users(50, 50);
    pageSize = 5;
    answer = () => Promise.reject(new Error("503"));
    expect(await run()).toMatchObject({ asked: 0, failed: 15 });
    expect(lookUps).toBe(3);
  });

  test("when there is no Authentication to be asked", async () => {
    const none = createUserDirectory(() => undefined);
    expect(await removeDeletedUsers({ ...ports(), directory: none })).toMatchObject({ asked: 0, removed: 0 });
  });

  test("when their names cannot be those of users, and others are looked at all the same", async () => {
    accounts.set("odd", "");
    accounts.set("long", "x".repeat(129));
    existing.delete("user-2");
    expect(await run()).toMatchObject({ missing: 1, removed: 1 });
  });

  test.each([
    [5, 5],
    [1_000, 1_000],
    [40, 5],
    [1_000, 101],
  ])("when of %d as many as %d are said to be gone: the operator is told", async (count, gone) => {
    users(count, gone);
    expect(await run()).toEqual({ asked: count, missing: gone, removed: 0, failed: 0 });
    expect(steps).toEqual([]);
    expect(alarms).toMatchObject([["users.allMissing", { asked: count, missing: gone }]]);
    mode = "all";
    expect(await run()).toMatchObject({ removed: gone });
  });

  test("a tenth of all is credible", async () => {
    users(1_000, 100);
    expect(await run()).toMatchObject({ removed: 100 });
  });

  test("when the operator does not want it, and nobody is asked", async () => {
    users(3, 3);
    mode = "false";
    expect(await run()).toMatchObject({ asked: 0, removed: 0 });
    expect(lookUps).toBe(0);
  });
});
