import { describe, expect, test } from "@jest/globals";
import type { Fingerprint, StoredSeries } from "../ports/sync.port.ts";
import type { SeriesMaster } from "../model/calendar-event.ts";
import { contentOf } from "../model/event-content.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { parseItem } from "./parse-event.ts";
import { mergeChange, planSeries, type SeriesPlan, type SeriesScope } from "./plan-series.ts";
import type { SeriesChange } from "./series-changes.ts";
import { shownSeries } from "./shown-series.ts";
import { dayMs } from "./testing/sync-world.fake.ts";

const calendar = { calendarKey: "calendar-key-aaaaaaaaa", zone: zoneOr("Europe/Berlin", utc) };
const fromMs = Date.parse("2026-02-01T00:00:00Z");
const scope: SeriesScope = {
  calendar,
  window: { fromMs, toMs: fromMs + 100 * dayMs },
  storedFromMs: fromMs,
  nowMs: fromMs,
  queryVersion: 1,
  rewrite: false,
};

function masterOf(fields: object = {}): SeriesMaster {
  const item = parseItem(
    {
      id: "daily",
      etag: '"1"',
      summary: "Stand-up",
      start: { dateTime: "2026-02-02T09:00:00+01:00", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-02-02T10:00:00+01:00", timeZone: "Europe/Berlin" },
      recurrence: ["RRULE:FREQ=DAILY;COUNT=3"],
      ...fields,
    },
    calendar,
  );
  if (item.kind !== "series") throw new Error(item.kind);
  return item.master;
}

const ids = ["daily_20260202T080000Z", "daily_20260203T080000Z", "daily_20260204T080000Z"] as const;
const draft = (change: Partial<SeriesChange> = {}): SeriesChange => ({
  seriesId: "daily",
  master: masterOf(),
  exceptions: {},
  doubtful: false,
  ...change,
});
const stored = (change: Partial<StoredSeries> = {}): StoredSeries => ({
  seriesId: "daily",
  master: masterOf(),
  exceptions: {},
  dirty: false,
  open: false,
  shownContent: contentOf({ ...shownSeries("daily", masterOf(), calendar) }),
  ...change,
});
const exceptionOn = (day: string, cancelled: boolean) => ({
  originalStartTime: { dateTime: `${day}T09:00:00+01:00` },
  cancelled,
});
const written = ({ unit }: SeriesPlan) =>
  unit.events.map(write => (write.kind === "set" ? write.event.eventId : `not ${write.eventId}`));

/** Fingerprints of the three stored occurrences, with changes or additions. */
function fingerprints(change: Readonly<Record<string, Partial<Fingerprint>>> = {}): Map<string, Fingerprint> {
  const found = new Map<string, Fingerprint>();
  for (const write of planSeries(draft(), undefined, undefined, scope).unit.events)
    if (write.kind === "set") found.set(write.event.eventId, write.event);
  for (const [id, part] of Object.entries(change))
    found.set(id, { etag: '"1"', startAtMs: fromMs, endAtMs: fromMs + 1, ...found.get(id), ...part });
  return found;
}

/** The same value, with the keys of every object in another order. */
function reordered<T>(value: T): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(
    ([key, part]: [string, unknown]) => [key, reordered(part)] as const,
  );
  return Object.fromEntries([...entries.slice(1), ...entries.slice(0, 1)].reverse()) as T;
}

describe("a pull", () => {
  test("of a new series writes it and its occurrences", () => {
    const plan = planSeries(draft(), undefined, undefined, scope);
    expect(written(plan)).toEqual(ids);
    expect(plan).toMatchObject({
      unit: { series: { kind: "set", series: stored() } },
      alive: ids,
      open: false,
    });
  });

  test("writes an occurrence where the series has put it", () => {
    const start = { dateTime: "2026-02-03T09:00:00+01:00", timeZone: "Europe/Berlin" };
    const end = { dateTime: "2026-02-03T10:00:00+01:00", timeZone: "Europe/Berlin" };
    expect(planSeries(draft(), undefined, undefined, scope).unit.events[1]).toMatchObject({
      event: { eventId: ids[1], recurringEventId: "daily", start, end, originalStart: start },
    });
  });

  test("of what is stored writes nothing, in whatever order Firestore gives the fields", () => {
    expect(planSeries(draft(), stored(), undefined, scope).unit).toEqual({ events: [] });
    const exceptions = { [ids[1]]: exceptionOn("2026-02-03", true), other: exceptionOn("2026-02-04", false) };
    expect(
      planSeries(draft({ exceptions }), reordered(stored({ exceptions })), undefined, scope).unit,
    ).toEqual({
      events: [],
    });
  });

  test("that code of another version has written stays as it is, until contents are compared", () => {
    const newer = { ...scope, queryVersion: 2 };
    const mapped = draft({ master: masterOf({ summary: "Mapped otherwise" }) });
    expect(planSeries(mapped, stored(), undefined, newer).unit).toEqual({ events: [] });
    const cancelled = { [ids[1]]: exceptionOn("2026-02-03", true) };
    const plan = planSeries({ ...mapped, exceptions: cancelled }, stored(), undefined, newer);
    expect(written(plan)).toEqual([`not ${ids[1]}`]);
    expect(plan.unit.series).toMatchObject({ series: { master: stored().master, queryVersion: 1 } });
    const fingerprints = new Map<string, Fingerprint>();
    const upgrade = planSeries(
      mapped,
      stored(),
      { scope: "calendar", fingerprints },
      { ...newer, rewrite: true },
    );
    expect(upgrade.unit.series).toMatchObject({ series: { master: mapped.master, queryVersion: 2 } });
  });

  test("with the contents of the documents writes exactly what differs from them", () => {
    const fingerprints = new Map<string, Fingerprint>();
    for (const write of planSeries(draft(), undefined, undefined, scope).unit.events)
      if (write.kind === "set")
        fingerprints.set(write.event.eventId, { ...write.event, content: contentOf(write.event) });
    const existing = { scope: "calendar", fingerprints } as const;
    expect(written(planSeries(draft(), stored(), existing, scope))).toEqual([]);
    const [first] = ids;
    const before = fingerprints.get(first);
    if (before === undefined) throw new Error("the first occurrence was not planned");
    fingerprints.set(first, { ...before, content: "of the old mapping" });
    expect(written(planSeries(draft(), stored(), existing, scope))).toEqual([first]);
    fingerprints.delete(first);
    expect(written(planSeries(draft(), stored(), existing, scope))).toEqual([first]);
  });

  test.each([
    ["another title", { summary: "Daily" }],
    ["another end", { end: { dateTime: "2026-02-02T10:30:00+01:00", timeZone: "Europe/Berlin" } }],
    [
      "another zone for the same moments",
      { end: { dateTime: "2026-02-02T10:00:00+01:00", timeZone: "Europe/Paris" } },
    ],
  ])("of a series with %s writes every occurrence", (_what, fields) => {
    expect(written(planSeries(draft({ master: masterOf(fields) }), stored(), undefined, scope))).toEqual(ids);
  });

  test("of another rule writes what is new, and deletes what is not there any more", () => {
    const weekly = masterOf({ recurrence: ["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3"] });
    expect(written(planSeries(draft({ master: weekly }), stored(), undefined, scope))).toEqual([
      "daily_20260206T080000Z",
      `not ${ids[1]}`,
    ]);
  });

  test("deletes an instance that is cancelled, and not the document of one that is changed", () => {
    const exceptions = {
      [ids[0]]: exceptionOn("2026-02-02", true),
      [ids[1]]: exceptionOn("2026-02-03", false),
    };
    const plan = planSeries(draft({ exceptions }), stored(), undefined, scope);
    expect(written(plan)).toEqual([`not ${ids[0]}`]);
    expect(plan.alive).toEqual([ids[2]]);
  });

  test("of exceptions alone keeps them for the series to come", () => {
    const exceptions = { [ids[1]]: exceptionOn("2026-02-03", true) };
    const only = { master: null, exceptions, dirty: false, open: false };
    const plan = planSeries(draft({ master: undefined, exceptions }), undefined, undefined, scope);
    expect(plan).toEqual({
      unit: { events: [], series: { kind: "set", series: { seriesId: "daily", ...only } } },
      alive: [],
      open: false,
    });
    expect(written(planSeries(draft({ exceptions }), stored(only), undefined, scope))).toEqual([
      ids[0],
      ids[2],
    ]);
  });

  test("of a rule that cannot be read any more goes on with the last one that could, and with what is new of exceptions", () => {
    const broken = masterOf({ recurrence: ["RRULE:FREQ=NEVER"] });
    const plan = planSeries(draft({ master: broken }), stored(), undefined, scope);
    expect(plan).toMatchObject({ unit: { events: [] }, alive: ids, open: false });
    expect(plan.unit.series).toBeUndefined();
    expect(plan.problem).toBeDefined();
    const exceptions = { [ids[1]]: exceptionOn("2026-02-03", true) };
    expect(written(planSeries(draft({ master: broken, exceptions }), stored(), undefined, scope))).toEqual([
      `not ${ids[1]}`,
    ]);
  });
});

describe("where what is stored was read", () => {
  const dirty = stored({ dirty: true });

  test("a series that was left half written is compared with it, by version and times", () => {
    const plan = (found: Map<string, Fingerprint>) =>
      planSeries(draft(), dirty, { scope: "series", fingerprints: found }, scope);
    expect(plan(fingerprints()).unit).toEqual({
      events: [],
      series: { kind: "set", series: stored({ queryVersion: 1 }) },
    });
    const found = fingerprints({
      [ids[0]]: { etag: '"0"' },
      [ids[1]]: { startAtMs: 1 },
      [ids[2]]: { endAtMs: 1 },
    });
    expect(written(plan(found))).toEqual(ids);
  });

  test("an occurrence of nobody goes, and one that retention has left", () => {
    const found = fingerprints({ stray: {}, old: { endAtMs: fromMs } });
    expect(written(planSeries(draft(), dirty, { scope: "series", fingerprints: found }, scope))).toEqual([
      "not stray",
      "not old",
    ]);
  });

  test("a full sync writes what is missing or at another time, and leaves the rest to the sweep", () => {
    const found = fingerprints({ [ids[1]]: { startAtMs: 1 }, [ids[2]]: { endAtMs: 1 }, stray: {} });
    found.delete(ids[0]);
    expect(written(planSeries(draft(), stored(), { scope: "calendar", fingerprints: found }, scope))).toEqual(
      ids,
    );
    const all = { scope: "calendar", fingerprints: fingerprints({ stray: {} }) } as const;
    expect(written(planSeries(draft(), stored(), all, scope))).toEqual([]);
  });

  test("the end of a series takes all of it along but changed instances that Google has just told of", () => {
    const exceptions = { a: exceptionOn("2026-02-02", false), b: exceptionOn("2026-02-03", true) };
    const found = new Map(["a", "b", "c"].map(id => [id, { etag: "", startAtMs: 0, endAtMs: 1 }]));
    const end = draft({ master: "ended", exceptions });
    expect(planSeries(end, stored(), { scope: "series", fingerprints: found }, scope)).toEqual({
      unit: {
        events: [
          { kind: "delete", eventId: "b", why: "cancelled", existed: true },
          { kind: "delete", eventId: "c", why: "cancelled", existed: true },
        ],
        series: { kind: "delete", seriesId: "daily" },
      },
      alive: [],
      open: false,
    });
  });
});

describe("what a pull has heard of a series", () => {
  const heard = { x: exceptionOn("2026-02-03", true) };
  const before = { x: exceptionOn("2026-02-03", false), y: exceptionOn("2026-02-04", false) };

  test("comes on top of what was known", () => {
    const known = stored({ exceptions: before });
    const merged = mergeChange(draft({ master: undefined, exceptions: heard }), known);
    expect(merged).toEqual(draft({ exceptions: { ...before, ...heard } }));
    expect(mergeChange(draft({ exceptions: heard }), stored({ master: null })).master).toEqual(masterOf());
  });

  test("is all there is where nothing was known, and of a series that is over", () => {
    for (const known of [undefined, stored({ master: null })])
      expect(mergeChange(draft({ master: undefined, exceptions: heard }), known)).toEqual(
        draft({ master: undefined, exceptions: heard }),
      );
    const end = draft({ master: "ended", exceptions: heard });
    expect(mergeChange(end, stored({ exceptions: before }))).toEqual(end);
  });
});
