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

/** What is read of a recurring master as Google gives it with `singleEvents=false`; all other fields are let be. */
export type RecurringSeries = {
  readonly id: string;
  readonly start: GoogleTime;
  readonly end: GoogleTime;
  /** RRULE, EXRULE, RDATE and EXDATE lines. */
  readonly recurrence: readonly string[];
};

/**
 * The *key* of an occurrence: its original start, as an instant (timed), or as the local midnight of its date
 * (all-day, which has no instant of its own). Two occurrences with one key are one occurrence.
 */
export type Key = number;

/** A series, read and checked. */
export type ReadSeries = {
  /** What the ids of its instances begin with. */
  readonly family: string;
  readonly timing: Timing;
  readonly startLocalMs: number;
  readonly startKey: Key;
  /** Elapsed time of an occurrence; of an all-day one whole days. */
  readonly durationMs: number;
  readonly rules: readonly AnchoredRule[];
  readonly exclusionRules: readonly AnchoredRule[];
  /** RDATEs; a PERIOD brings its own duration, others have null. */
  readonly additions: ReadonlyMap<Key, number | null>;
  readonly exclusions: ReadonlySet<Key>;
  /** See recurrence-lines.ts. */
  readonly unreadable: readonly string[];
  readonly incomplete: boolean;
};

/** The zone in which a timed series is expanded; its end may be written in another one. */
export type Timing =
  { readonly allDay: true } | { readonly allDay: false; readonly zone: Zone; readonly endZone: Zone };

/**
 * Only a start and an end are needed: of lines that cannot be read, the rest counts.
 *
 * @param calendarZone stands in for a zone that is missing or means nothing. It may differ from the offset of the
 * start: the first occurrence is at Google's instant in any case.
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

/** The key that an exception's `originalStartTime` names, or null if it cannot belong to a series of this kind. */
export function keyOfOriginal(time: ReadTime, timing: Timing): Key | null {
  return time.allDay === timing.allDay ? keyOf(time) : null;
}

function keyOf(time: ReadTime): Key {
  return time.allDay ? time.localMs : time.instantMs;
}

/** The key of a local time that the series' rules give. */
export function keyOfLocal(series: ReadSeries, localMs: number): Key {
  // A day is one occurrence, whatever hours a rule may name.
  if (series.timing.allDay) return dayOf(localMs) * dayMs;
  // A start in the second pass of a repeated hour is that instant, though its local time alone would mean the first.
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
 * RDATE and EXDATE as keys. A date on a timed series names no occurrence: Google is seen to ignore it
 * (https://stackoverflow.com/a/25171709). A time on an
 * all-day series counts as its date.
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
 * A UTC time names a day of an all-day series where the calendar is: midnight in Oslo is written as 23:00 of the day
 * before. Midnight UTC, though, is how a date is written by those who only know times, and never midnight anywhere
 * else: it names the day of its digits.
 */
function localOfDay(moment: IcalMoment, calendarZone: Zone): number {
  if (moment.kind !== "utc") return moment.localMs;
  return moment.instantMs % dayMs === 0 ? moment.instantMs : toLocal(calendarZone, moment.instantMs);
}
