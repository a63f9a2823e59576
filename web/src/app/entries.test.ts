import { beforeEach, describe, expect, test } from "@jest/globals";
import type { CalendarDocument, EventDocument, ShownEvent } from "@firestore-calendar-sync/client";
import { createEntries, type EntryChange } from "./entries.ts";
import { eventAt, own, team } from "./event.fixture.ts";

const at = "2026-11-23T09:00:00Z";
const added = (id: string, document: EventDocument) => ({ kind: "added", id, document }) as const;
const calendar = (summary: string, primary: boolean): CalendarDocument => ({
  calendarId: summary,
  accountId: "ABCDEFGHIJKLMNOPQRSTU-",
  summary,
  timeZone: "UTC",
  accessRole: "owner",
  primary,
  enabled: true,
  sync: { phase: "live" },
});
const copy = (calendarKey: string, change: Partial<EventDocument> = {}) =>
  eventAt(at, { calendarKey, iCalUID: "m", ...change });
const words = (changes: readonly EntryChange[]) =>
  changes.map(change =>
    change.kind === "removed"
      ? `- ${change.id}`
      : `+ ${[change.id, ...change.alsoIn.map(({ name }) => name)].join(" ")}`,
  );

let hidden: Set<string>;
let calendars: Map<string, CalendarDocument>;
let entries: ReturnType<typeof createEntries>;
beforeEach(() => {
  hidden = new Set();
  calendars = new Map([
    [team, calendar("Team", false)],
    [own, calendar("Own", true)],
  ]);
  entries = createEntries({
    isShown: ({ calendarKey }) => !hidden.has(calendarKey),
    calendars: () => calendars,
  });
});

describe("the entries of meetings", () => {
  test("two copies are one entry, that of the own calendar, whichever comes first", () => {
    expect(words(entries.apply([added("t", copy(team))]))).toEqual(["+ t"]);
    expect(words(entries.apply([added("o", copy(own))]))).toEqual(["- t", "+ o Team"]);
    expect([...entries.all()].map(({ id }) => id)).toEqual(["o"]);
    expect(entries.alsoIn("t")).toEqual([{ calendarKey: team, name: "Team" }]);
  });

  test("an entry names its copies, that of the own calendar first", () => {
    entries.apply([added("t", copy(team)), added("o", copy(own))]);
    expect([...entries.all()].map(({ copyIds }) => copyIds)).toEqual([["o", "t"]]);
    hidden.add(own);
    entries.refresh();
    expect([...entries.all()].map(({ copyIds }) => copyIds)).toEqual([["t"]]);
  });

  test("a copy that was just moved leads, and the meeting stays one until the sync brings it", () => {
    entries.apply([added("t", copy(team)), added("o", copy(own))]);
    const later = "2026-11-23T11:00:00Z";
    const modified = (id: string, document: ShownEvent) => ({ kind: "modified", id, document }) as const;
    const moved = { ...eventAt(later, { calendarKey: team, iCalUID: "m" }), pending: true };
    expect(words(entries.apply([modified("t", moved)]))).toEqual(["- o", "+ t Own"]);
    expect([...entries.all()].map(({ event }) => event)).toEqual([moved]);
    // It is refused.
    expect(words(entries.apply([modified("t", copy(team))]))).toEqual(["- t", "+ o Team"]);
    entries.apply([modified("t", moved)]);
    const { pending: _pending, ...brought } = moved;
    const both = [modified("t", brought), modified("o", { ...brought, calendarKey: own })];
    expect(words(entries.apply(both))).toEqual(["- t", "+ o Team"]);
    expect([...entries.all()].map(({ event }) => event.start)).toEqual([brought.start]);
  });

  test("events of their own stay alone", () => {
    const changes = [
      added("a", eventAt(at)),
      added("b", eventAt(at)),
      added("m", copy(own)),
      added("n", copy(team, { iCalUID: "n" })),
    ];
    expect(words(entries.apply(changes))).toEqual(["+ a", "+ b", "+ m", "+ n"]);
  });

  test("hiding a calendar keeps the other copy", () => {
    entries.apply([added("t", copy(team)), added("o", copy(own))]);
    hidden.add(own);
    expect(words(entries.refresh())).toEqual(["- o", "+ t"]);
    hidden.add(team);
    expect(words(entries.refresh())).toEqual(["- t"]);
    hidden.delete(own);
    expect(words(entries.refresh())).toEqual(["+ o"]);
    expect(entries.alsoIn("o")).toEqual([]);
  });

  test("a copy that goes leaves the other one, unmarked", () => {
    entries.apply([added("t", copy(team)), added("o", copy(own))]);
    expect(words(entries.apply([{ kind: "removed", id: "t" }]))).toEqual(["+ o"]);
    expect(words(entries.apply([{ kind: "removed", id: "o" }]))).toEqual(["- o"]);
    expect(entries.event("o")).toBeUndefined();
  });

  test("a copy that moves alone becomes an entry of its own, and joins again", () => {
    entries.apply([added("t", copy(team)), added("o", copy(own))]);
    const later = "2026-11-23T15:00:00Z";
    const moved = (calendarKey: string) => eventAt(later, { calendarKey, iCalUID: "m" });
    expect(words(entries.apply([added("o", moved(own))])).sort()).toEqual(["+ o", "+ t"]);
    expect(words(entries.apply([added("t", moved(team))]))).toEqual(["- t", "+ o Team"]);
  });

  test("an entry that moves to another time alone is drawn, not removed", () => {
    entries.apply([added("o", copy(own))]);
    const moved = eventAt("2026-11-24T09:00:00Z", { iCalUID: "m" });
    expect(words(entries.apply([added("o", moved)]))).toEqual(["+ o"]);
  });

  test("what does not change on the page is not drawn again", () => {
    entries.apply([added("t", copy(team)), added("o", copy(own))]);
    expect(entries.refresh()).toEqual([]);
    expect(words(entries.apply([added("t", copy(team, { etag: '"2"' }))]))).toEqual([]);
  });

  test("a renamed calendar, and one that becomes the own one, are drawn when told", () => {
    entries.apply([added("t", copy(team)), added("o", copy(own))]);
    calendars.set(team, calendar("Crew", false));
    expect(words(entries.refresh())).toEqual(["+ o Crew"]);
    calendars = new Map([[team, calendar("Crew", true)]]);
    expect(words(entries.refresh())).toEqual(["- o", "+ t another calendar"]);
  });

  test("with two accounts, the invitation that is not declined leads; a colleague's copy never does so", () => {
    const declined = copy(own, { selfResponse: "declined" });
    entries.apply([added("o", declined), added("t", copy(team))]);
    expect([...entries.all()].map(({ id }) => id)).toEqual(["o"]);
    calendars.set(team, calendar("Second account", true));
    expect(words(entries.refresh())).toEqual(["- o", "+ t Own"]);
  });

  test("two copies in one calendar name no other calendar", () => {
    entries.apply([added("o", copy(own)), added("p", copy(own, { eventId: "p" }))]);
    expect([...entries.all()].map(({ id, alsoIn }) => [id, alsoIn])).toEqual([["o", []]]);
  });

  test("clearing removes what was drawn", () => {
    entries.apply([added("t", copy(team)), added("o", copy(own))]);
    expect(words(entries.clear())).toEqual(["- o"]);
    expect([...entries.all()]).toEqual([]);
  });
});
