import { beforeEach, describe, expect, test } from "@jest/globals";
import type { ApplyOutcome, CalendarListing, CalendarListState } from "../ports/calendars.port.ts";
import type { GoogleFailure, GoogleFailureReason } from "../model/google-failure.ts";
import type { EnqueueOptions } from "../ports/tasks.port.ts";
import { syncCalendarList } from "./sync-calendar-list.ts";

const failed = (reason: GoogleFailureReason): GoogleFailure => ({ kind: "failed", reason });
const listing = (syncToken: string, complete = false): CalendarListing => ({
  kind: "listed",
  calendars: [],
  removedIds: [],
  complete,
  syncToken,
});
const applied: ApplyOutcome = {
  kind: "applied",
  revision: 2,
  started: [{ calendarKey: "new", epoch: 5 }],
  removed: ["old"],
};

let steps: string[];
let taskIds: string[];
let logged: unknown[];
let alarms: unknown[];
/** The refused call was made with an older connection. */
let superseded: boolean;
/** The outcome of `noteRefusal`. */
let refusal: "required" | "wait" | "superseded";
let accepted: string[];
let state: CalendarListState | undefined;
let answers: (CalendarListing | GoogleFailure)[];
let outcomes: ApplyOutcome[];
let queueDown: boolean;

const note = (level: string) => (_: string, fields?: unknown) => logged.push([level, fields]);
const enqueue = (name: string, { id }: EnqueueOptions) => {
  if (queueDown) return Promise.reject(new Error("queue down"));
  steps.push(name);
  taskIds.push(id);
  return Promise.resolve("created" as const);
};
const run = async (full?: boolean) =>
  await syncCalendarList(
    {
      lists: {
        read: () => Promise.resolve(state),
        apply: () => Promise.resolve(outcomes.shift() ?? applied),
        advance: (_, revision, syncToken) => {
          steps.push(`advance ${revision} ${syncToken}`);
          return Promise.resolve();
        },
      },
      calendarList: {
        list: (_, syncToken) => {
          steps.push(`list ${syncToken ?? "all"}`);
          return Promise.resolve(answers.shift() ?? listing("t1"));
        },
      },
      tasks: {
        syncCalendar: ({ calendarKey, epoch, cause }, options) =>
          enqueue(`sync ${calendarKey} ${epoch} ${cause}`, options),
        syncCalendarList: (_, options) => enqueue("list", options),
        maintainWatch: ({ calendarKey, action }, options) => enqueue(`${action} ${calendarKey}`, options),
        cleanUpAccount: (task, options) =>
          enqueue(`clean ${"calendarKey" in task ? task.calendarKey : ""}`, options),
      },
      accountStatus: {
        requireReauth: accountId => {
          steps.push(`reauth ${accountId}`);
          return Promise.resolve(superseded ? "superseded" : "required");
        },
        noteRefusal: accountId => {
          steps.push(`refused ${accountId}`);
          return Promise.resolve(refusal);
        },
        noteAccepted: accountId => {
          accepted.push(accountId);
          return Promise.resolve();
        },
      },
      clock: { now: () => 0, sleep: () => Promise.resolve() },
      newId: length => "x".repeat(length),
      log: {
        info: note("info"),
        warn: note("warn"),
        error: note("error"),
        alarm: (event, fields) => alarms.push([event, fields]),
      },
    },
    { accountId: "acc", ...(full !== undefined && { full }) },
  );

beforeEach(() => {
  steps = [];
  taskIds = [];
  logged = [];
  alarms = [];
  superseded = false;
  refusal = "wait";
  accepted = [];
  state = { uid: "uid", active: true, syncToken: "t0", revision: 1 };
  answers = [];
  outcomes = [];
  queueDown = false;
});

describe("a refusal that is no verdict", () => {
  test("a full list that is refused like a dead token is not made twice, and made again later", async () => {
    answers = [failed("tokenExpired"), failed("tokenExpired")];
    expect(await run()).toBe("tryAgain");
    expect(steps).toEqual(["list t0", "list all"]);
    steps = [];
    answers = [failed("tokenExpired")];
    expect(await run(true)).toBe("tryAgain");
    expect(steps).toEqual(["list all"]);
    answers = [failed("pageTokenRejected")];
    expect(await run()).toBe("tryAgain");
  });

  test.each<[GoogleFailureReason, string]>([
    ["operator", "google.projectRefused"],
    ["notUnderstood", "google.unknownRefusal"],
    ["badRequest", "google.unknownRefusal"],
  ])("%s: the operator hears of it, and the list is read again later", async (reason, event) => {
    answers = [{ ...failed(reason), status: 403, googleReason: "why" }];
    expect(await run()).toBe("tryAgain");
    expect(steps).toEqual(["list t0"]);
    const fields = { accountId: "acc", reason, status: 403, googleReason: "why" };
    expect(alarms).toEqual([[event, fields]]);
  });

  test("a refused token is noted, and ends the account only when the account's status says so", async () => {
    for (const [means, outcome] of [
      ["wait", "tryAgain"],
      ["superseded", "tryAgain"],
      ["required", "refused"],
    ] as const) {
      steps = [];
      refusal = means;
      answers = [failed("tokenRefused")];
      expect(await run()).toBe(outcome);
      expect(steps).toEqual(["list t0", "refused acc"]);
    }
    expect(accepted).toEqual([]);
    await run();
    expect(accepted).toEqual(["acc"]);
  });
});

describe("following a list of calendars", () => {
  test("stores its sync token only after all work is queued", async () => {
    expect(await run()).toBe("synced");
    expect(steps).toEqual([
      "list t0",
      "sync new 5 connect",
      "open new",
      "stop old",
      "clean old",
      "advance 2 t1",
    ]);
    const call = "x".repeat(12);
    expect(taskIds).toEqual([
      `new-5-listed-${call}`,
      `new-open-${call}`,
      `old-stop-${call}`,
      `old-gone-${call}`,
    ]);
    steps = [];
    queueDown = true;
    await expect(run()).rejects.toThrow("queue down");
    expect(steps).toEqual(["list t0"]);
  });

  test("lists everything once when the token is dead, or when asked to", async () => {
    answers = [failed("tokenExpired"), listing("t2", true)];
    await run();
    expect(steps.slice(0, 2)).toEqual(["list t0", "list all"]);
    expect(steps.at(-1)).toBe("advance 2 t2");
    steps = [];
    await run(true);
    expect(steps[0]).toBe("list all");
  });

  test("says how much it found", async () => {
    answers = [{ ...listing("t1"), removedIds: ["gone"] }];
    await run();
    const fields = { accountId: "acc", complete: false, entries: 1, started: 1, removed: 1 };
    expect(logged).toEqual([["info", fields]]);
  });

  test("stores nothing for an account that stops being active meanwhile", async () => {
    outcomes = [{ kind: "inactive" }];
    expect(await run()).toBe("inactive");
    expect(steps).toEqual(["list t0"]);
  });

  test("asks once more only where the token is dead, and leaves alone what it may not read", async () => {
    answers = [failed("forbidden")];
    expect(await run()).toBe("refused");
    expect(steps).toEqual(["list t0"]);
    expect(logged).toEqual([["warn", { accountId: "acc", reason: "forbidden" }]]);
  });

  test("begins again when another listing was faster, and gives up after three rounds", async () => {
    outcomes = [{ kind: "outdated" }];
    expect(await run()).toBe("synced");
    outcomes = [{ kind: "outdated" }, { kind: "outdated" }, { kind: "outdated" }];
    expect(await run()).toBe("tryAgain");
  });

  test("does nothing for an account that waits for consent or is gone", async () => {
    state = undefined;
    expect(await run()).toBe("inactive");
    state = { uid: "uid", active: false, syncToken: null, revision: 1 };
    expect(await run()).toBe("inactive");
    expect(steps).toEqual([]);
  });

  test("asks for consent where that is what it takes, and is tried again where that helps", async () => {
    answers = [failed("unauthorized")];
    expect(await run()).toBe("refused");
    expect(steps).toEqual(["list t0", "reauth acc"]);
    answers = [failed("unavailable")];
    expect(await run()).toBe("tryAgain");
  });

  test("is tried again when the user has connected again since the refused call", async () => {
    superseded = true;
    answers = [failed("unauthorized")];
    expect(await run()).toBe("tryAgain");
    expect(await run()).toBe("synced");
  });
});
