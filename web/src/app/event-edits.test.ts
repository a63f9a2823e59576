import { beforeEach, describe, expect, test } from "@jest/globals";
import type { CalendarDocument, EventDocument, ShownEvent } from "@firestore-calendar-sync/client";
import { createEventEdits, type EditedSession, type EventEdits } from "./event-edits.ts";
import { eventAt, own, team } from "./event.fixture.ts";
import { createStore, type State, type Store } from "./state.ts";

interface Sent {
  readonly name: string;
  readonly event?: string;
  readonly etag?: string;
  readonly input?: unknown;
}

/** The page's state, events and writes, with timers that the test runs. */
let store: Store;
let events: Map<string, ShownEvent>;
let sent: Sent[];
let timers: Map<() => void, number>;
let failWith: unknown;
let edits: EventEdits;

const times = {
  start: { dateTime: "2026-11-23T12:00:00+01:00" },
  end: { dateTime: "2026-11-23T13:00:00+01:00" },
};
const settle = async () => {
  for (let n = 0; n < 10; n += 1) await Promise.resolve();
};
const runTimers = (ms: number) => {
  for (const [run, at] of [...timers]) if (at === ms && timers.delete(run)) run();
};
const later = (run: () => void, ms: number) => {
  timers.set(run, ms);
  return () => {
    timers.delete(run);
  };
};

function calendar(change: Partial<CalendarDocument> = {}): CalendarDocument {
  const base = { accessRole: "owner", enabled: true, primary: true, summary: "Own", accountId: "a" };
  return { ...base, timeZone: "Europe/Berlin", ...change } as CalendarDocument;
}

function session(): EditedSession {
  const answer = async <T>(write: Sent, result: T): Promise<T> => {
    sent.push(write);
    const error = failWith;
    failWith = undefined;
    await Promise.resolve();
    if (error !== undefined) throw error as Error;
    return result;
  };
  const written = { eventId: "e", etag: '"2"' };
  return {
    event: id => events.get(id),
    refreshHidden: () => undefined,
    writes: {
      stored: () => undefined,
      current: stored => stored,
      close: () => undefined,
      create: async input => await answer({ name: "create", input }, written),
      update: async ({ event }, input) => await answer({ name: "update", event: event.etag, input }, written),
      move: async ({ event }, input) => await answer({ name: "move", event: event.etag, input }, written),
      respond: async ({ event }, input) =>
        await answer({ name: "respond", event: event.etag, input }, written),
      remove: async ({ event }, input) => {
        await answer({ name: "remove", event: event.eventId, etag: event.etag, input }, undefined);
      },
    },
  };
}

beforeEach(() => {
  const state: Partial<State> = {
    phase: "signedIn",
    writeAccess: true,
    hidden: new Set(),
    notices: [],
    calendars: new Map([
      [own, calendar()],
      [team, calendar({ primary: false, summary: "Team" })],
    ]),
  };
  store = createStore(state as State);
  events = new Map([["e", eventAt("2026-11-23T08:00:00Z")]]);
  sent = [];
  timers = new Map();
  failWith = undefined;
  let requests = 0;
  const opened = session();
  edits = createEventEdits({
    store,
    session: () => opened,
    seriesOf: () => Promise.resolve(undefined),
    usualTimes: () => times,
    timeZone: "Europe/Berlin",
    plainText: text => text,
    newRequestId: () => `request-${(requests += 1)}`,
    later,
  });
});

const inSeries = { recurringEventId: "s", originalStart: { dateTime: "2026-11-23T08:00:00Z" } };

describe("who may change an event", () => {
  test.each<[string, Partial<ShownEvent>, boolean]>([
    ["one's own", {}, true],
    ["as the organizer", { organizer: { self: true } }, true],
    ["as a guest", { organizer: { email: "ada@example.com" } }, false],
    ["as a guest who may", { organizer: { email: "ada@example.com" }, guestsCanModify: true }, true],
    ["of another type", { eventType: "focusTime" }, false],
    ["locked", { locked: true }, false],
    ["being saved", { pending: true }, false],
  ])("%s", (_words, change, may) => {
    events.set("e", eventAt("2026-11-23T08:00:00Z", change));
    expect(edits.canEdit("e")).toBe(may);
  });

  test.each<[Partial<CalendarDocument>, boolean]>([
    [{ accessRole: "writer", googleAccessRole: "writerWithoutPrivateAccess" }, true],
    [{ accessRole: "reader" }, false],
    [{ enabled: false }, false],
  ])("in a calendar with %j", (change, may) => {
    store.set({ calendars: new Map([[own, calendar(change)]]) });
    expect([edits.canEdit("e"), edits.canCreate()]).toEqual([may, may]);
  });

  test("nobody without write access", () => {
    store.set({ writeAccess: false });
    expect([edits.canEdit("e"), edits.canCreate()]).toEqual([false, false]);
  });
});

describe("an answer", () => {
  const invited = { selfResponse: "needsAction", organizer: { email: "ada@example.com" } };

  test("is sent for the event, or for what the user chooses of a series", async () => {
    events.set("e", eventAt("2026-11-23T08:00:00Z", invited));
    edits.respond("e", "tentative");
    events.set("e", eventAt("2026-11-23T08:00:00Z", { ...invited, ...inSeries }));
    edits.respond("e", "declined");
    expect(store.get().scopeQuestion?.scopes).toEqual(["this", "all"]);
    edits.chooseScope("all");
    await settle();
    expect(sent.map(({ input }) => input)).toEqual([
      { response: "tentative" },
      { response: "declined", scope: "all" },
    ]);
  });

  test.each<[string, Partial<ShownEvent>]>([
    ["an event without an invitation", {}],
    ["an event that is being saved", { ...invited, pending: true }],
  ])("is not sent for %s", async (_words, change) => {
    events.set("e", eventAt("2026-11-23T08:00:00Z", change));
    edits.respond("e", "accepted");
    await settle();
    expect(sent).toEqual([]);
  });
});

describe("a move in the grid", () => {
  test("of a single event is written with a zone", async () => {
    let reverted = 0;
    edits.move("e", times, () => (reverted += 1));
    await settle();
    const timeZone = "Europe/Berlin";
    const changes = { start: { ...times.start, timeZone }, end: { ...times.end, timeZone } };
    expect(sent).toEqual([{ name: "update", event: '"1"', input: { changes } }]);
    expect(reverted).toBe(0);
  });

  test("of an occurrence asks first, and shows the old times again if the user does not go on", async () => {
    events.set("e", eventAt("2026-11-23T08:00:00Z", inSeries));
    let reverted = 0;
    edits.move("e", times, () => (reverted += 1));
    expect(store.get().scopeQuestion).toMatchObject({
      about: "change",
      scopes: ["this", "following", "all"],
    });
    edits.chooseScope(undefined);
    await settle();
    expect([sent, reverted, store.get().scopeQuestion]).toEqual([[], 1, undefined]);
    edits.move("e", times, () => (reverted += 1));
    edits.chooseScope("following");
    await settle();
    expect(sent).toMatchObject([{ name: "update", input: { scope: "following" } }]);
    expect(reverted).toBe(1);
  });

  test("that fails says why, and offers to allow changes if that is the reason", async () => {
    const details = { reason: "needsConsent" };
    failWith = { code: "functions/failed-precondition", message: "Allow it first.", details };
    edits.move("e", times, () => undefined);
    await settle();
    expect(store.get().notices).toMatchObject([{ text: "Allow it first.", action: "allowChanges" }]);
    failWith = { code: "functions/aborted", message: "x", details: { reason: "changedMeanwhile" } };
    edits.move("e", times, () => undefined);
    await settle();
    expect(store.get().notices[1]?.text).toMatch(/changed meanwhile/);
    expect(store.get().notices[1]).not.toHaveProperty("action");
  });
});

describe("a deletion", () => {
  const third = (): EventDocument =>
    eventAt("2026-11-25T08:00:00Z", {
      eventId: "third",
      recurringEventId: "s",
      originalStart: { dateTime: "2026-11-25T08:00:00Z" },
    });
  const first = (): EventDocument => ({
    ...third(),
    eventId: "first",
    originalStart: { dateTime: "2026-11-21T08:00:00Z" },
  });

  test("waits, hides the event, and is sent after five seconds", async () => {
    edits.remove("e");
    await settle();
    const event = eventAt("2026-11-23T08:00:00Z");
    expect([sent, edits.hides(event), store.get().undo?.title]).toEqual([[], true, "Planning"]);
    expect(edits.canEdit("e")).toBe(false);
    runTimers(5000);
    await settle();
    expect(sent).toMatchObject([{ name: "remove", event: "e", input: {} }]);
    // From now on, `writes` hides it.
    expect([edits.hides(event), store.get().undo]).toEqual([false, undefined]);
  });

  test.each<[string, Partial<ShownEvent>, string]>([
    ["is for another version of what the user saw", {}, '"9"'],
    ["is not for what somebody else has changed", { location: "Elsewhere" }, '"1"'],
  ])("%s", async (_words, change, etag) => {
    edits.remove("e");
    await settle();
    events.set("e", eventAt("2026-11-23T08:00:00Z", { etag: '"9"', sequence: 3, ...change }));
    edits.flush();
    expect(sent).toMatchObject([{ name: "remove", etag }]);
  });

  test("is not sent after undo", async () => {
    edits.remove("e");
    await settle();
    edits.undo();
    runTimers(5000);
    edits.flush();
    expect([sent, edits.hides(eventAt("2026-11-23T08:00:00Z")), store.get().undo]).toEqual([
      [],
      false,
      undefined,
    ]);
  });

  test("is sent before the next one, and when the page is left", async () => {
    events.set("other", eventAt("2026-11-23T09:00:00Z", { eventId: "other" }));
    edits.remove("e");
    await settle();
    edits.remove("other");
    await settle();
    expect(sent.map(({ event }) => event)).toEqual(["e"]);
    edits.flush();
    expect(sent.map(({ event }) => event)).toEqual(["e", "other"]);
  });

  test.each([
    ["this", [false, true, false]],
    ["following", [false, true, true]],
    ["all", [true, true, true]],
  ] as const)("of a series with the scope %s hides what goes", async (scope, hidden) => {
    const second = eventAt("2026-11-23T08:00:00Z", inSeries);
    events.set("e", second);
    edits.remove("e");
    edits.chooseScope(scope);
    await settle();
    expect([first(), second, third()].map(edits.hides)).toEqual(hidden);
    expect(edits.hides({ ...third(), calendarKey: team })).toBe(false);
    edits.flush();
    expect(sent).toMatchObject([{ input: { scope } }]);
  });

  test("that fails shows the event again", async () => {
    edits.remove("e");
    await settle();
    failWith = { code: "functions/internal", message: "internal" };
    edits.flush();
    await settle();
    expect(edits.hides(eventAt("2026-11-23T08:00:00Z"))).toBe(false);
    expect(store.get().notices[0]?.text).toMatch(/did not answer/);
  });
});

describe("the form", () => {
  test("of a new event that failed comes back, and is the same request", async () => {
    edits.create(times);
    edits.form.change({ summary: "Lunch" });
    failWith = { code: "functions/unavailable", message: "x" };
    edits.form.save();
    expect(store.get().editing).toBeUndefined();
    await settle();
    expect(store.get().editing).toMatchObject({ draft: { summary: "Lunch" }, failure: { text: /./ } });
    edits.form.save();
    await settle();
    const ids = sent.map(({ input }) => (input as { requestId: string }).requestId);
    expect(ids).toEqual(["request-1", "request-1"]);
    expect(store.get().editing).toBeUndefined();
  });

  test("after a refused change has the version that was refused, with what the user typed", async () => {
    edits.edit("e");
    await settle();
    edits.form.change({ location: "Room Blue" });
    failWith = { code: "functions/aborted", details: { reason: "changedMeanwhile" } };
    edits.form.save();
    events.set("e", eventAt("2026-11-23T08:00:00Z", { summary: "Theirs", etag: '"9"' }));
    await settle();
    expect(store.get().editing).toMatchObject({ draft: { summary: "Theirs", location: "Room Blue" } });
    edits.form.save();
    await settle();
    expect(sent.at(-1)).toEqual({
      name: "update",
      event: '"9"',
      input: { changes: { location: "Room Blue" } },
    });
  });

  test("moves a series only by itself, and as a whole", async () => {
    events.set("e", eventAt("2026-11-23T08:00:00Z", inSeries));
    edits.edit("e");
    await settle();
    edits.form.change({ calendarKey: team, summary: "Renamed" });
    edits.form.save();
    expect(store.get().editing?.problems).toHaveProperty("calendar");
    edits.form.change({ summary: "Planning" });
    edits.form.save();
    expect(store.get().scopeQuestion?.scopes).toEqual(["all"]);
    edits.chooseScope("all");
    await settle();
    expect(sent).toEqual([{ name: "move", event: '"1"', input: { toCalendarKey: team } }]);
  });

  test("takes a calendar that the page shows, if there is one", () => {
    store.set({ hidden: new Set([own]) });
    edits.createSoon();
    expect(store.get().editing?.draft.calendarKey).toBe(team);
    store.set({ hidden: new Set([own, team]) });
    edits.createSoon();
    expect(store.get().editing?.draft.calendarKey).toBe(own);
  });
});
