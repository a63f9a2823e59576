import { beforeEach, describe, expect, test } from "@jest/globals";
import type { CleanUpTask } from "../ports/tasks.port.ts";
import { type DisconnectPorts, disconnectAccount, disconnectUser, resumeCleanUps } from "./disconnect.ts";

let steps: string[];
let logged: unknown[];
let accounts: Map<string, string>;
let unfinished: CleanUpTask[];

const note = (level: string) => (message: string, fields?: unknown) => {
  logged.push([level, message, fields]);
};
const ports = (): DisconnectPorts => ({
  removal: {
    markDisconnecting: (uid, accountId) => {
      steps.push(`mark ${accountId}`);
      return Promise.resolve(accounts.get(accountId) === uid ? "marked" : "unknown");
    },
    accountsOf: uid => Promise.resolve([...accounts].filter(([, of]) => of === uid).map(([id]) => id)),
    forgetAttempts: uid => {
      steps.push(`forget ${uid}`);
      return Promise.resolve();
    },
    unfinished: limit => Promise.resolve(unfinished.slice(0, limit)),
  },
  tasks: {
    cleanUpAccount: (task: CleanUpTask, { id }) => {
      steps.push(`clean ${JSON.stringify(task)} ${id}`);
      return Promise.resolve("created");
    },
  },
  newId: length => "n".repeat(length),
  log: { info: note("info"), warn: note("warn"), error: note("error"), alarm: note("alarm") },
});

beforeEach(() => {
  steps = [];
  logged = [];
  accounts = new Map([
    ["a", "user"],
    ["b", "user"],
    ["c", "other"],
  ]);
  unfinished = [];
});

describe("disconnecting", () => {
  test("an account marks it first, then queues the clean-up", async () => {
    expect(await disconnectAccount(ports(), "user", "a")).toBe("disconnecting");
    expect(steps).toEqual(["mark a", 'clean {"uid":"user","accountId":"a"} a-cleanup-nnnnnnnnnnnn']);
  });

  test("somebody else's account does nothing", async () => {
    expect(await disconnectAccount(ports(), "user", "c")).toBe("unknown");
    expect(steps).toEqual(["mark c"]);
  });

  test("a deleted user forgets open attempts first, then disconnects every account", async () => {
    await disconnectUser(ports(), "user");
    expect(steps.map(step => step.split(" ").slice(0, 2).join(" "))).toEqual([
      "forget user",
      "mark a",
      'clean {"uid":"user","accountId":"a"}',
      "mark b",
      'clean {"uid":"user","accountId":"b"}',
    ]);
    expect(logged).toEqual([["info", "user deleted", { uid: "user", accounts: 2 }]]);
  });
});

describe("the daily round", () => {
  test("queues what was left unfinished, once a round, and says so", async () => {
    unfinished = [
      { uid: "user", accountId: "a" },
      { uid: "user", calendarKey: "key" },
    ];
    expect(await resumeCleanUps(ports(), "r1")).toBe(2);
    expect(steps).toEqual([
      'clean {"uid":"user","accountId":"a"} a-cleanup-r1',
      'clean {"uid":"user","calendarKey":"key"} key-cleanup-r1',
    ]);
    expect(logged).toEqual([["warn", "unfinished clean-ups resumed", { cleanUps: 2 }]]);
  });

  test("says nothing when nothing was, and never takes on more than five hundred", async () => {
    expect(await resumeCleanUps(ports(), "r1")).toBe(0);
    expect(logged).toEqual([]);
    unfinished = Array.from({ length: 501 }, (_, n) => ({ uid: "user", accountId: `a${n}` }));
    expect(await resumeCleanUps(ports(), "r2")).toBe(500);
  });
});
