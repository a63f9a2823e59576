import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { RRule } from "rrule";
import { Temporal } from "temporal-polyfill";
import { civilDate, dayMs, dayOf, hourMs } from "./civil.ts";
import { expandSeries } from "./expand-series.ts";
import { randomSeries } from "./random-series.fixture.ts";
import type { RandomSeries } from "./random-series.fixture.ts";
import { toInstant, toLocal } from "./zone.ts";
import { utc, zoneNamed } from "./zone-names.ts";
import type { Zone } from "./zone.ts";

/**
 * Converts a local time to an instant with Temporal instead of our code. zone.ts treats gaps and repeated times like
 * Temporal's `compatible`.
 */
function placeByTemporal(localMs: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(localMs)
    .toZonedDateTimeISO("UTC")
    .toPlainDateTime()
    .toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;
}

/** The start as an existing time: if it is in a gap, Google moves it when the event is created. */
function startOf({ startLocalMs, timeZone }: RandomSeries): { instantMs: number; localMs: number } {
  const instantMs = placeByTemporal(startLocalMs, timeZone);
  const offsetMs =
    Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
  return { instantMs, localMs: instantMs + offsetMs };
}

/**
 * Expands with `rrule` in local time, and converts to the zone. Two differences of Google are applied: a birthday rule
 * is limited to the month of its start, and the start is always an occurrence.
 */
function expandByRrule(series: RandomSeries): number[] {
  const start = startOf(series);
  const isBirthday = /YEARLY.*BYMONTHDAY/u.test(series.rule) && !/BYMONTH=|BYDAY=/u.test(series.rule);
  const month = isBirthday ? `;BYMONTH=${civilDate(dayOf(start.localMs)).month}` : "";
  const rule = new RRule({
    ...RRule.parseString(series.rule + month),
    dtstart: new Date(start.localMs),
    // Without an end `rrule` would search up to the year 9999.
    until: new Date(series.toMs + 3 * dayMs),
  });
  const moments = rule.all().map(date => placeByTemporal(date.getTime(), series.timeZone));
  return [...new Set([start.instantMs, ...moments])]
    .filter(startMs => startMs + hourMs > series.fromMs && startMs < series.toMs)
    .sort((a, b) => a - b);
}

function expandByUs(series: RandomSeries): number[] {
  const at = (instantMs: number) => ({
    dateTime: `${new Date(instantMs).toISOString().slice(0, 19)}Z`,
    timeZone: series.timeZone,
  });
  const { instantMs } = startOf(series);
  const expansion = expandSeries(
    { id: "s", start: at(instantMs), end: at(instantMs + hourMs), recurrence: [`RRULE:${series.rule}`] },
    [],
    series,
    utc,
  );
  if (expansion.kind !== "expanded") throw new Error(JSON.stringify(expansion));
  return expansion.occurrences.map(({ startMs }) => startMs);
}

test("random rules, zones and windows: the same occurrences as rrule's, placed in the zone by Temporal", () => {
  fc.assert(
    fc.property(randomSeries, series => {
      expect(expandByUs(series)).toEqual(expandByRrule(series));
    }),
    { numRuns: 200 },
  );
});

test("a window cut in two gives what the whole gives", () => {
  fc.assert(
    fc.property(randomSeries, fc.double({ min: 0, max: 1, noNaN: true }), (series, share) => {
      const middleMs = series.fromMs + Math.floor((series.toMs - series.fromMs) * share);
      const first = expandByUs({ ...series, toMs: middleMs });
      const second = expandByUs({ ...series, fromMs: middleMs });
      expect([...first, ...second.filter(startMs => startMs >= middleMs)]).toEqual(expandByUs(series));
    }),
    { numRuns: 100 },
  );
});

test("nextStartMs is the start of the first occurrence after the window, or null", () => {
  const zoneStart = (series: RandomSeries) => {
    const { instantMs } = startOf(series);
    return { dateTime: `${new Date(instantMs).toISOString().slice(0, 19)}Z`, timeZone: series.timeZone };
  };
  fc.assert(
    fc.property(randomSeries, series => {
      const start = zoneStart(series);
      const at = { id: "s", start, end: start, recurrence: [`RRULE:${series.rule}`] };
      const endMs = series.fromMs + 1;
      const near = expandSeries(at, [], { fromMs: series.fromMs, toMs: endMs }, utc);
      const later = expandByUs(series).filter(startMs => startMs >= endMs);
      if (near.kind !== "expanded") throw new Error(JSON.stringify(near));
      // If the random window contains no further start, the next start must be after the window, or the search was cut
      // off and must be repeated from `endMs`.
      const isRight =
        later[0] === undefined
          ? near.nextStartMs === null || near.nextStartMs >= series.toMs || near.nextStartMs === endMs
          : near.nextStartMs === later[0];
      expect({ isRight, next: near.nextStartMs, later: later[0] }).toMatchObject({ isRight: true });
    }),
    { numRuns: 100 },
  );
});

test("local times and instants: the same as Temporal's, in every zone of the engine", () => {
  const zones = Intl.supportedValuesOf("timeZone").map(name => zoneNamed(name));
  const moment = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2040, 0, 1) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), moment, (zone: Zone | null, ms) => {
      if (zone === null) throw new Error("a supported zone is unknown");
      const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone.name);
      expect(toLocal(zone, ms) - ms).toBe(zoned.offsetNanoseconds / 1e6);
      expect(toInstant(zone, ms)).toBe(placeByTemporal(ms, zone.name));
    }),
    { numRuns: 2000 },
  );
});
