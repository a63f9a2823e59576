import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { EventChanges, SeriesScope } from "@firestore-calendar-sync/client";
import { deleteEvent } from "./delete-event.ts";
import { prepareClient, type Resource, uid, WriteWorld } from "./testing/write-world.fake.ts";
import { updateEvent } from "./update-event.ts";

/*
 * Every scope, for every kind of event, compared with the local Google's own expansion: the local Google does not use
 * the product's code to expand series.
 */

let world: WriteWorld;
beforeAll(async () => {
  prepareClient();
  world = await WriteWorld.start();
});
afterAll(async () => {
  await world.close();
});

interface Seen {
  readonly day: string;
  readonly from: string;
  readonly to: string;
  readonly title: unknown;
}

/** The wall clock in Berlin: `2026-03-23`, `09:00`; of an all-day event the dates. */
function seen(event: Resource): Seen {
  const wall = (time: unknown): readonly [string, string] => {
    const { date, dateTime } = time as { readonly date?: string; readonly dateTime?: string };
    if (date !== undefined) return [date, ""];
    const text = new Date(dateTime ?? "").toLocaleString("sv-SE", { timeZone: "Europe/Berlin" });
    return [text.slice(0, 10), text.slice(11, 16)];
  };
  const [day, from] = wall(event["start"]);
  const [lastDay, to] = wall(event["end"]);
  return { day, from, to: from === "" ? lastDay : to, title: event["summary"] };
}

async function shown(): Promise<Seen[]> {
  return (await world.occurrences()).map(seen).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
const key = (each: Seen) => `${each.day} ${each.from} ${String(each.title)}`;

const timed = (day: string, from: string, to: string) => ({
  start: { dateTime: `${day}T${from}:00`, timeZone: "Europe/Berlin" },
  end: { dateTime: `${day}T${to}:00`, timeZone: "Europe/Berlin" },
});
const nextDay = (day: string, by = 1) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
const allDay = (day: string) => ({ start: { date: day }, end: { date: nextDay(day) } });

/** The clocks change on 29 March and 25 October 2026. */
const kinds = {
  weekly: { ...timed("2026-03-16", "09:00", "10:00"), recurrence: ["RRULE:FREQ=WEEKLY;COUNT=6"] },
  "weekly, on two days": {
    ...timed("2026-03-16", "09:00", "10:00"),
    recurrence: [
      "RRULE:FREQ=WEEKLY;UNTIL=20260418T070000Z;BYDAY=MO,WE",
      "EXDATE;TZID=Europe/Berlin:20260325T090000",
    ],
  },
  "all-day, daily": { ...allDay("2026-03-26"), recurrence: ["RRULE:FREQ=DAILY;UNTIL=20260403"] },
  "by dates": {
    ...timed("2026-03-16", "09:00", "10:00"),
    recurrence: ["RDATE;TZID=Europe/Berlin:20260320T090000,20260402T090000,20260404T090000"],
  },
};

/** Three places of a series: its first occurrence, one in the middle, and one that was moved before. */
const places = ["first", "middle", "moved"] as const;
const scopes: readonly SeriesScope[] = ["this", "following", "all"];

interface Prepared {
  readonly target: Resource;
  readonly before: Seen[];
  readonly seen: Seen;
}

async function prepare(kind: keyof typeof kinds, place: (typeof places)[number]): Promise<Prepared> {
  await world.add({ summary: "Series", ...kinds[kind] });
  await world.add({ summary: "Bystander", ...timed("2026-03-30", "07:00", "07:30") });
  let all = (await world.occurrences()).filter(event => event["summary"] === "Series");
  const target = place === "first" ? all[0] : all[2];
  if (target === undefined) throw new Error("no such occurrence");
  if (place === "moved") {
    const { day, from } = seen(target);
    await world.google("PATCH", `ann@example.com/events/${target.id}`, {
      ...(from === "" ? allDay(nextDay(day, 20)) : timed(nextDay(day), "18:00", "19:30")),
    });
    all = await world.occurrences();
  }
  const now = await world.event(target.id);
  return { target: now, before: await shown(), seen: seen(now) };
}

/** Which of the occurrences, in the order of the series, a scope means. */
function isMeant(
  each: Seen,
  all: readonly Seen[],
  target: Seen,
  scope: SeriesScope,
  original: string,
): boolean {
  if (each.title !== "Series") return false;
  if (each === target) return true;
  if (scope === "this") return false;
  return scope === "all" || each.day > original || !all.includes(each);
}

const fields: readonly (keyof typeof kinds)[] = [
  "weekly",
  "weekly, on two days",
  "all-day, daily",
  "by dates",
];
const cases = fields.flatMap(kind =>
  places.flatMap(place => scopes.map(scope => [kind, place, scope] as const)),
);

/** The day on which the series has this occurrence. */
function originalDay({ originalStartTime }: Resource): string {
  const { date, dateTime = "" } = originalStartTime as { readonly date?: string; readonly dateTime?: string };
  return date ?? new Date(dateTime).toLocaleString("sv-SE", { timeZone: "Europe/Berlin" }).slice(0, 10);
}

for (const habit of ["cancel", "keep"] as const) {
  describe(`Google's exceptions of a moved series: ${habit}`, () => {
    beforeEach(async () => {
      await world.reset({ masterMoveExceptions: habit });
    });

    test.each(cases)("a new title: %s, %s, %s", async (kind, place, scope) => {
      const { target, before, seen: wanted } = await prepare(kind, place);
      const title = "Renamed";
      await update(target, { summary: title }, scope);
      const original = originalDay(target);
      const twin = before.find(each => key(each) === key(wanted)) ?? wanted;
      const effective = scope === "following" && place === "first" ? "all" : scope;
      const expected = before.map(each =>
        isMeant(each, before, twin, effective, original) ? { ...each, title } : each,
      );
      // The series has the moved occurrence no more if a new series begins there: it is where the user has seen it.
      expect(await shown()).toEqual(expected.sort((a, b) => (key(a) < key(b) ? -1 : 1)));
    });

    test.each(cases)("an hour and a half later: %s, %s, %s", async (kind, place, scope) => {
      const { target, before, seen: wanted } = await prepare(kind, place);
      const isTimed = wanted.from !== "";
      const days = isTimed ? 0 : 2;
      const shifted = isTimed
        ? timed(wanted.day, plus(wanted.from), plus(wanted.to))
        : { start: { date: nextDay(wanted.day, days) }, end: { date: nextDay(wanted.to, days) } };
      await update(target, inOffsets(shifted), scope);
      const original = originalDay(target);
      const twin = before.find(each => key(each) === key(wanted)) ?? wanted;
      const effective = scope === "following" && place === "first" ? "all" : scope;
      // The series moves to where the occurrence is now, counted from where it was in the series.
      const length = isTimed ? undefined : 1;
      const expected = before.map(each => {
        if (!isMeant(each, before, twin, effective, original)) return each;
        if (each === twin) return { ...each, ...wallOf(shifted) };
        if (scope === "this") return each;
        const by = daysBetween(original, wallOf(shifted).day);
        const day = nextDay(each.day, by);
        return isTimed
          ? { ...each, day, from: wallOf(shifted).from, to: wallOf(shifted).to }
          : { ...each, day, to: nextDay(day, length) };
      });
      expect(await shown()).toEqual(expected.sort((a, b) => (key(a) < key(b) ? -1 : 1)));
    });

    test("a day later, from a moved occurrence: the series has another occurrence in its place", async () => {
      const daily = { ...timed("2026-03-16", "09:00", "10:00"), recurrence: ["RRULE:FREQ=DAILY;COUNT=5"] };
      await world.add({ summary: "Daily", ...daily });
      const third = (await world.occurrences())[2];
      if (third === undefined) throw new Error("no such occurrence");
      await world.google(
        "PATCH",
        `ann@example.com/events/${third.id}`,
        timed("2026-03-18", "18:00", "19:00"),
      );
      await update(await world.event(third.id), inOffsets(timed("2026-03-19", "09:00", "10:00")), "all");
      const days = ["2026-03-17", "2026-03-18", "2026-03-19", "2026-03-20", "2026-03-21"];
      expect(await shown()).toEqual(days.map(day => ({ day, from: "09:00", to: "10:00", title: "Daily" })));
    });

    test.each(cases)("deletion: %s, %s, %s", async (kind, place, scope) => {
      const { target, before, seen: wanted } = await prepare(kind, place);
      const outcome = await deleteEvent(world.ports, uid, {
        calendarKey: world.key,
        eventId: target.id,
        etag: target.etag,
        scope,
      });
      expect(outcome.kind).toBe("written");
      const original = originalDay(target);
      const twin = before.find(each => key(each) === key(wanted)) ?? wanted;
      const effective = scope === "following" && place === "first" ? "all" : scope;
      expect(await shown()).toEqual(before.filter(each => !isMeant(each, before, twin, effective, original)));
    });
  });
}

/** `09:00` → `10:30`. */
function plus(time: string): string {
  const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3)) + 90;
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

const daysBetween = (one: string, other: string) =>
  Math.round((Date.parse(other) - Date.parse(one)) / 86_400_000);

interface TimesAsWritten {
  readonly start: { readonly date: string } | { readonly dateTime: string; readonly timeZone: string };
  readonly end: { readonly date: string } | { readonly dateTime: string; readonly timeZone: string };
}
const wallOf = ({ start, end }: TimesAsWritten) =>
  "date" in start
    ? { day: start.date, from: "", to: "date" in end ? end.date : "" }
    : {
        day: start.dateTime.slice(0, 10),
        from: start.dateTime.slice(11, 16),
        to: "dateTime" in end ? end.dateTime.slice(11, 16) : "",
      };

/** With the offset that Berlin has on this day, as the callables need it. */
function inOffsets({ start, end }: TimesAsWritten): EventChanges {
  const at = (time: TimesAsWritten["start"]) => {
    if ("date" in time) return time;
    const summer = time.dateTime >= "2026-03-29T02" && time.dateTime < "2026-10-25T03";
    return { ...time, dateTime: `${time.dateTime}${summer ? "+02:00" : "+01:00"}` };
  };
  return { start: at(start), end: at(end) };
}

async function update(target: Resource, changes: EventChanges, scope: SeriesScope): Promise<void> {
  const outcome = await updateEvent(world.ports, uid, {
    calendarKey: world.key,
    eventId: target.id,
    etag: target.etag,
    changes,
    scope,
  });
  expect(outcome).toMatchObject({ kind: "written" });
}
