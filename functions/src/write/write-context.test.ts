import type { WriteFailureReason } from "@firestore-calendar-sync/client";
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { GoogleFailure } from "../model/google-failure.ts";
import { newSyncState, type SyncState } from "../model/sync-state.ts";
import type { GoogleEvents } from "../ports/event-writes.port.ts";
import type { StoredSeries } from "../ports/sync.port.ts";
import type { SyncTask } from "../ports/tasks.port.ts";
import { failure } from "./testing/scripted-google.fake.ts";
import { type WriteContext, type WriteOutcome, type WritePorts, writeIn } from "./write-context.ts";
import { failedAtGoogle, failedBecause } from "./write-failure.ts";

const calendarKey = "key";
const calendar = { uid: "user", accountId: "account", calendarId: "calendar", timeZone: "Asia/Tokyo" };

let state: SyncState | undefined;
let tasks: { readonly task: SyncTask; readonly id: string }[];
/** Level, message and fields of every line; alarms with their event. */
let lines: unknown[][];
let queue: () => void;

beforeEach(() => {
  state = { ...newSyncState(calendar, 0), epoch: 7 };
  tasks = [];
  lines = [];
  queue = () => undefined;
});

const line = (level: string) => (message: string, fields?: object) => {
  lines.push([level, message, fields]);
};
const ports: WritePorts = {
  google: {} as GoogleEvents,
  store: {
    read: () => Promise.resolve(state && { state, version: "" as never }),
    series: (key, [seriesId = ""]) =>
      Promise.resolve(
        seriesId === "known" && key === calendarKey
          ? [{ seriesId, master: { event: { etag: '"stored"' } } } as unknown as StoredSeries]
          : [],
      ),
    fingerprints: () => Promise.resolve(new Map()),
  },
  tasks: {
    syncCalendar: (task, { id }) => {
      queue();
      tasks.push({ task, id });
      return Promise.resolve("created");
    },
  },
  newId: length => "n".repeat(length),
  log: { info: line("info"), warn: line("warn"), error: line("error"), alarm: line("alarm") },
};

const done: WriteOutcome = { kind: "written", event: { eventId: "e", etag: '"2"' } };
async function write(
  work: (context: WriteContext) => WriteOutcome | Promise<WriteOutcome> = () => done,
  uid = "user",
): Promise<WriteOutcome> {
  return await writeIn(ports, { uid, calendarKey }, "update", async context => await work(context));
}

describe("a calendar in which nothing is written:", () => {
  const notCalled = () => {
    throw new Error("called");
  };

  test("an unknown one", async () => {
    state = undefined;
    expect(await write(notCalled)).toEqual(failedBecause("unknownCalendar"));
  });

  test("another user's", async () => {
    expect(await write(notCalled, "somebody")).toEqual(failedBecause("unknownCalendar"));
  });

  test.each<readonly [NonNullable<SyncState["inactiveReason"]>, WriteFailureReason]>([
    ["disabled", "switchedOff"],
    ["unavailable", "switchedOff"],
    ["reauth_required", "needsConsent"],
    ["removed", "unknownCalendar"],
    ["disconnecting", "unknownCalendar"],
  ])("one that is not synced: %s", async (inactiveReason, because) => {
    state = { ...newSyncState(calendar, 0), active: false, inactiveReason };
    expect(await write(notCalled)).toEqual(failedBecause(because));
    expect(tasks).toEqual([]);
  });
});

test("a write knows its calendar, the zone, and which series are stored", async () => {
  let given: WriteContext | undefined;
  await write(context => {
    given = context;
    return done;
  });
  expect(given).toMatchObject({
    place: { accountId: "account", calendarId: "calendar" },
    timeZone: "Asia/Tokyo",
    zone: { name: "Asia/Tokyo" },
    sendUpdates: "none",
  });
  expect(await given?.storedSeriesEtag("known")).toBe('"stored"');
  expect(await given?.storedSeriesEtag("unknown")).toBeUndefined();
});

describe("the pull", () => {
  /** A pass that begins during the write, and may list before it: it closes the epoch. */
  const meanwhile = (outcome: WriteOutcome) => async () =>
    await write(() => {
      if (state !== undefined) state = { ...state, epoch: 8 };
      return outcome;
    });

  test.each<readonly [string, WriteOutcome]>([
    ["a success", done],
    ["changedMeanwhile", failedBecause("changedMeanwhile")],
    ["gone", failedBecause("gone")],
    ["outcomeUnknown", failedBecause("outcomeUnknown")],
  ])("is asked for the epoch that is current after %s", async (_what, outcome) => {
    expect(await meanwhile(outcome)()).toEqual(outcome);
    expect(tasks).toEqual([
      { task: { calendarKey, epoch: 8, cause: "user" }, id: `${calendarKey}-8-write-${"n".repeat(12)}` },
    ]);
  });

  test.each<WriteFailureReason>([
    "needsConsent",
    "readOnly",
    "notOrganizer",
    "notInvited",
    "fixedRule",
    "badTimes",
    "badChange",
    "quota",
    "refused",
    "unavailable",
  ])("is not asked for after %s, because nothing was written", async because => {
    await meanwhile(failedBecause(because))();
    expect(tasks).toEqual([]);
  });

  test("is not asked for if the calendar is no longer synced", async () => {
    await write(() => {
      if (state !== undefined) state = { ...state, active: false, inactiveReason: "disabled" };
      return done;
    });
    expect(tasks).toEqual([]);
  });

  test.each<readonly [string, unknown]>([
    ["an error", new Error("the queue is full")],
    ["text", "the queue is full"],
  ])("that cannot be queued does not fail the write: %s", async (_what, thrown) => {
    queue = () => {
      throw thrown;
    };
    expect(await write()).toEqual(done);
    const error = thrown instanceof Error ? thrown.message : "unknown";
    expect(lines).toContainEqual(["warn", "pull after a write not queued", { calendarKey, error }]);
  });
});

describe("the log", () => {
  test("says what was written where, and nothing else", async () => {
    await write();
    expect(lines).toEqual([["info", "event written", { calendarKey, work: "update" }]]);
  });

  test("says why something was not written", async () => {
    await write(() => failedBecause("fixedRule"));
    expect(lines).toEqual([
      ["info", "event not written", { calendarKey, work: "update", because: "fixedRule" }],
    ]);
  });

  const refusal = (reason: GoogleFailure["reason"], status: number, googleReason: string): GoogleFailure => ({
    ...failure(reason, status),
    googleReason,
  });

  test.each<readonly [string, GoogleFailure, string[]]>([
    ["the API is off", refusal("operator", 403, "accessNotConfigured"), ["google.apiDisabled"]],
    ["the client was deleted", refusal("operator", 401, "deleted_client"), ["google.oauthClientRefused"]],
    ["the day's quota is used up", refusal("rateLimited", 403, "quotaExceeded"), ["google.quota"]],
    ["calls are too fast", refusal("rateLimited", 403, "rateLimitExceeded"), []],
    ["Google is away", failure("unavailable", 503), []],
    ["the event has changed", refusal("badRequest", 412, "conditionNotMet"), []],
    ["the event is deleted", refusal("notUnderstood", 410, "deleted"), []],
    ["the change is wrong", refusal("badRequest", 400, "invalid"), []],
    ["a refusal is unknown", refusal("notUnderstood", 403, "somethingNew"), []],
    ["the user is not the organizer", refusal("notUnderstood", 403, "forbiddenForNonOrganizer"), []],
    ["the consent is too narrow", failure("insufficientPermissions", 403), []],
  ])("has alarms for the operator's faults only: %s", async (_what, failed, alarms) => {
    const outcome = failedAtGoogle(failed);
    await write(() => outcome);
    const { reason, status, googleReason } = failed;
    expect(lines).toEqual([
      ...alarms.map(event => ["alarm", event, { uid: "user", calendarKey, reason, status, googleReason }]),
      [
        "warn",
        "event not written",
        { calendarKey, work: "update", because: outcome.because, reason, status, googleReason },
      ],
    ]);
  });
});
