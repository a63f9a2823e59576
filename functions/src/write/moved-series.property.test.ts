import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { dayMs, dayOf, hourMs, minuteMs } from "../recurrence/civil.ts";
import { formatBasicDate, formatBasicUtc } from "../recurrence/event-time.ts";
import { expandSeries } from "../recurrence/expand-series.ts";
import { randomSeries, type RandomSeries } from "../recurrence/random-series.fixture.ts";
import { toInstant, toLocal, type Zone } from "../recurrence/zone.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { dayShift, movedTimes, moveOf, type Times } from "./moved-times.ts";
import { keyOf, localOf, movedLines, plainSeries, type SeriesTimes, splitLines } from "./series-lines.ts";

/*
 * Random series are split and moved, and expanded by the recurrence library. A series that cannot be split or moved is
 * refused; what is not refused must have exactly the occurrences that the user expects.
 */

const zoneOf = (series: RandomSeries): Zone => zoneOr(series.timeZone, utc);

const at = (instantMs: number, timeZone: string) => ({
  dateTime: `${new Date(instantMs).toISOString().slice(0, 19)}Z`,
  timeZone,
});

function timesAt(instantMs: number, timeZone: string): Times {
  return { start: at(instantMs, timeZone), end: at(instantMs + hourMs, timeZone) };
}

/** The moments at which the occurrences start, for two years and a half. */
function startsOf(series: SeriesTimes, firstMs: number): number[] {
  const window = { fromMs: firstMs - 60 * dayMs, toMs: firstMs + 900 * dayMs };
  const expansion = expandSeries({ id: "s", ...series }, [], window, utc);
  if (expansion.kind !== "expanded") throw new Error(JSON.stringify(expansion));
  return expansion.occurrences.map(({ startMs }) => startMs);
}

type Ending = "" | "utc" | "local" | "date";

interface Case {
  readonly series: SeriesTimes;
  readonly firstMs: number;
  readonly zone: Zone;
  readonly starts: readonly number[];
  /** One of the first twenty occurrences. */
  readonly keyMs: number;
}

const random = fc.record({
  series: randomSeries,
  ending: fc.constantFrom<Ending>("", "utc", "local", "date"),
  days: fc.integer({ min: 1, max: 800 }),
  place: fc.nat(19),
  excluded: fc.uniqueArray(fc.nat(15), { maxLength: 2 }),
  added: fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 2 }),
});
type Random = typeof random extends fc.Arbitrary<infer T> ? T : never;

function caseOf({ series, ending, days, place, excluded, added }: Random): Case | undefined {
  const zone = zoneOf(series);
  const firstMs = toInstant(zone, series.startLocalMs);
  const local = toLocal(zone, firstMs);
  const untilMs = (dayOf(local) + days) * dayMs + (local - dayOf(local) * dayMs);
  const until = {
    "": "",
    utc: `;UNTIL=${formatBasicUtc(toInstant(zone, untilMs))}`,
    local: `;UNTIL=${formatBasicUtc(untilMs).replace("Z", "")}`,
    date: `;UNTIL=${formatBasicDate(untilMs)}`,
  }[ending];
  const rule = series.rule.includes("COUNT=") ? series.rule : `${series.rule}${until}`;
  const plain = { ...timesAt(firstMs, series.timeZone), recurrence: [`RRULE:${rule}`] };
  const generated = startsOf(plain, firstMs);
  const exdates = excluded.flatMap(index => generated[index + 1] ?? []).map(formatBasicUtc);
  const rdates = added.map(day => formatBasicUtc(firstMs + day * dayMs + 17 * minuteMs));
  const recurrence = [
    ...plain.recurrence,
    ...(exdates.length > 0 ? [`EXDATE:${exdates.join(",")}`] : []),
    ...(rdates.length > 0 ? [`RDATE:${rdates.join(",")}`] : []),
  ];
  const whole = { ...plain, recurrence };
  const starts = startsOf(whole, firstMs);
  const keyMs = starts[place % Math.max(1, Math.min(20, starts.length))];
  return keyMs === undefined ? undefined : { series: whole, firstMs, zone, starts, keyMs };
}

test("a split series has the same occurrences as before", () => {
  let splits = 0;
  fc.assert(
    fc.property(random, fc.boolean(), (given, isCancelled) => {
      const found = caseOf(given);
      if (found === undefined) return;
      const { series, firstMs, zone, starts, keyMs } = found;
      const plain = plainSeries(series, zone);
      const key = plain && keyOf(at(keyMs, zone.name), plain);
      if (plain === undefined || key === undefined) throw new Error("not plain");
      const next = starts.find(each => each > keyMs);
      const cancelled = isCancelled && next !== undefined ? [next] : [];
      const split = splitLines(plain, key, cancelled);
      if (split === "first") expect(keyMs).toBeLessThanOrEqual(firstMs);
      if (split === "first" || split === "unknown") return;
      splits += 1;
      const before = startsOf({ ...series, recurrence: split.before }, firstMs);
      const after = startsOf({ ...timesAt(keyMs, given.series.timeZone), recurrence: split.after }, firstMs);
      expect(before.every(each => each < keyMs)).toBe(true);
      const ends = firstMs + 900 * dayMs;
      expect([...before, ...after.filter(each => each < ends)]).toEqual(
        starts.filter(each => !cancelled.includes(each)),
      );
    }),
    { numRuns: 100 },
  );
  // Refused are series that are not split at an occurrence of their rule.
  expect(splits).toBeGreaterThan(50);
});

const shifts = fc.oneof(
  fc.integer({ min: -600, max: 600 }).map(minutes => minutes * minuteMs),
  fc.integer({ min: -9, max: 9 }).map(days => days * dayMs),
);

/** The clocks were put forward shortly before: the series may have a time that does not exist on that day. */
function isAfterGap(zone: Zone, ms: number): boolean {
  return toLocal(zone, ms) - toLocal(zone, ms - 2 * hourMs) > 2 * hourMs;
}

/** "The second Monday" becomes "the second Tuesday", which is not always the next day. */
const hasOrdinal = /BYDAY=-?\d/;

test("a moved series has its occurrences as much later as the one that was moved, or is refused", () => {
  let moves = 0;
  fc.assert(
    fc.property(random, shifts, (given, shiftMs) => {
      const found = caseOf(given);
      if (found === undefined) return;
      const { series, firstMs, zone, starts, keyMs } = found;
      const plain = plainSeries(series, zone);
      if (plain === undefined) throw new Error("not plain");
      const local = localOf(plain, keyMs);
      const newMs = toInstant(zone, local + shiftMs);
      const move = moveOf(at(keyMs, zone.name), series.start, timesAt(newMs, given.series.timeZone), zone);
      const lines = move && movedLines(plain, move, local);
      if (move === undefined || lines === undefined) return;
      // Times that a change of the clocks leaves out are at another time on that day.
      if (toLocal(zone, newMs) !== local + shiftMs) return;
      if (starts.some(each => isAfterGap(zone, each))) return;
      moves += 1;
      const times = movedTimes(move, plain.read.startLocalMs);
      const moved = startsOf({ ...times, recurrence: lines }, firstMs);
      const isInside = (each: number) => each > firstMs - 45 * dayMs && each < firstMs + 850 * dayMs;
      if (hasOrdinal.test(series.recurrence[0] ?? "") && dayShift(move, local) !== 0) return;
      const expected = starts.map(each => toInstant(zone, toLocal(zone, each) + shiftMs));
      expect(moved.filter(isInside)).toEqual([...new Set(expected)].filter(isInside).sort((a, b) => a - b));
    }),
    { numRuns: 100 },
  );
  expect(moves).toBeGreaterThan(20);
});
