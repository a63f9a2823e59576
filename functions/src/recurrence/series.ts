import type { GoogleTime } from "../model/google-time.ts";
import { anchorRule } from "./anchored-rule.ts";
import type { AnchoredRule } from "./anchored-rule.ts";
import { dayMs, dayOf } from "./civil.ts";
import { readGoogleTime } from "./event-time.ts";
import type { ReadTime } from "./event-time.ts";
import type { IcalMoment } from "./ical-value.ts";
import { familyOf } from "./instance-id.ts";
import { malformed, parsed } from "./outcome.ts";
import type { Parsed } from "./outcome.ts";
import { readRecurrence } from "./recurrence-lines.ts";
import type { RecurrenceLines } from "./recurrence-lines.ts";
import { toInstant, toLocal } from "./zone.ts";
import { zoneOr } from "./zone-names.ts";
import type { Zone } from "./zone.ts";

/** The fields of a recurring master that are read, as Google sends it with `singleEvents=false`. */
export type RecurringSeries = {
  readonly id: string;
  readonly start: GoogleTime;
  readonly end: GoogleTime;
  /** RRULE, EXRULE, RDATE and EXDATE lines. */
  readonly recurrence: readonly string[];
};

/**
 * The *key* of an occurrence is its original start: for a timed series an instant, for an all-day series the local
 * midnight of its date. Two occurrences with the same key are the same occurrence.
 */
export type Key = number;

/** A series, read and checked. */
export type ReadSeries = {
  /** Google's prefix before the start in the ids of instances. */
  readonly family: string;
  readonly timing: Timing;
  readonly startLocalMs: number;
  readonly startKey: Key;
  /** Elapsed time of an occurrence; whole days for an all-day series. */
  readonly durationMs: number;
  readonly rules: readonly AnchoredRule[];
  readonly exclusionRules: readonly AnchoredRule[];
  /** RDATEs, each with its own duration (PERIOD) or null. */
  readonly additions: ReadonlyMap<Key, number | null>;
  readonly exclusions: ReadonlySet<Key>;
  /** See recurrence-lines.ts. */
  readonly unreadable: readonly string[];
  readonly incomplete: boolean;
};

/** A timed series is expanded in its start's zone; the end may be written in another zone. */
export type Timing =
  { readonly allDay: true } | { readonly allDay: false; readonly zone: Zone; readonly endZone: Zone };

/**
 * Reads a series. Only its start and end are required; lines that cannot be read are left out.
 *
 * @param calendarZone used if the zone is missing or unknown. It may differ from the offset of the start; the first
 * occurrence is at Google's instant in any case.
 */
export function readSeries(series: RecurringSeries, calendarZone: Zone): Parsed<ReadSeries> {
  const start = readGoogleTime(series.start, "start");
  if (start.kind === "malformed") return start;
  const end = readGoogleTime(series.end, "end");
  if (end.kind === "malformed") return end;
  if (start.value.allDay !== end.value.allDay) return malformed("start and end are not of one kind");
  const timing = readTiming(series, start.value, calendarZone);
  const { rules, exclusionRules, unreadable, incomplete, ...dates } = readRecurrence(series.recurrence);

  const startKey = keyOf(start.value);
  const durationMs = keyOf(end.value) - startKey;
  if (durationMs < 0) return malformed("the end is before the start");
  const startLocalMs = timing.allDay ? startKey : toLocal(timing.zone, startKey);
  return parsed({
    family: familyOf(series.id),
    timing,
    startLocalMs,
    startKey,
    durationMs,
    rules: rules.map(rule => anchorRule(rule, startLocalMs)),
    exclusionRules: exclusionRules.map(rule => anchorRule(rule, startLocalMs)),
    ...readDates(dates, timing, startKey, calendarZone),
    unreadable,
    incomplete,
  });
}

/** The key of an exception's `originalStartTime`; null if one is all-day and the other is timed. */
export function keyOfOriginal(time: ReadTime, timing: Timing): Key | null {
  return time.allDay === timing.allDay ? keyOf(time) : null;
}

function keyOf(time: ReadTime): Key {
  return time.allDay ? time.localMs : time.instantMs;
}

/** The key of a local time that the rules of the series generate. */
export function keyOfLocal(series: ReadSeries, localMs: number): Key {
  // An all-day series has one occurrence per day, even if a rule names several hours.
  if (series.timing.allDay) return dayOf(localMs) * dayMs;
  // If the start is in the second pass of a repeated hour, its key is that instant. Its local time alone would mean the
  // first pass.
  return localMs === series.startLocalMs ? series.startKey : toInstant(series.timing.zone, localMs);
}

function zoneNameOf(time: GoogleTime): string | undefined {
  return "date" in time ? undefined : time.timeZone;
}

function readTiming({ start, end }: RecurringSeries, { allDay }: ReadTime, calendarZone: Zone): Timing {
  if (allDay) return { allDay };
  const zone = zoneOr(zoneNameOf(start), calendarZone);
  return { allDay, zone, endZone: zoneOr(zoneNameOf(end), zone) };
}

/**
 * RDATE and EXDATE as keys. A date on a timed series is ignored, as Google has been seen to do
 * (https://stackoverflow.com/a/25171709). A time on an all-day series counts as its date.
 */
function readDates(
  lines: Pick<RecurrenceLines, "additions" | "exclusions">,
  timing: Timing,
  startKey: Key,
  calendarZone: Zone,
): Pick<ReadSeries, "additions" | "exclusions"> {
  const keyOfMoment = (moment: IcalMoment, zone: Zone | null) => {
    if (timing.allDay) return dayOf(localOfDay(moment, calendarZone)) * dayMs;
    return keyOfTime(moment, zone ?? timing.zone, startKey);
  };
  const additions = new Map<Key, number | null>();
  for (const { moment, zone, durationMs, end } of lines.additions) {
    const key = keyOfMoment(moment, zone);
    if (key === null || timing.allDay) {
      if (key !== null) additions.set(key, null);
      continue;
    }
    const endKey = end === null ? null : keyOfMoment(end, zone);
    additions.set(key, endKey === null ? durationMs : Math.max(0, endKey - key));
  }
  const exclusions = new Set<Key>();
  for (const { moment, zone } of lines.exclusions) {
    const key = keyOfMoment(moment, zone);
    if (key !== null) exclusions.add(key);
  }
  return { additions, exclusions };
}

function keyOfTime(moment: IcalMoment, zone: Zone, startKey: Key): Key | null {
  switch (moment.kind) {
    case "utc":
      return moment.instantMs;
    case "local":
      // The start may be in the second pass of a repeated hour (see `keyOfLocal`).
      return moment.localMs === toLocal(zone, startKey) ? startKey : toInstant(zone, moment.localMs);
    case "date":
      return null;
  }
}

/**
 * The local time of a value in an all-day series. A UTC time means the day in the calendar's zone: midnight in Oslo is
 * written as 23:00 UTC of the day before. But midnight UTC means the day of its digits: software that can only write
 * times writes a date in this form.
 */
function localOfDay(moment: IcalMoment, calendarZone: Zone): number {
  if (moment.kind !== "utc") return moment.localMs;
  return moment.instantMs % dayMs === 0 ? moment.instantMs : toLocal(calendarZone, moment.instantMs);
}
