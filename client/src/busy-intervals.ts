import { isBusy, type BusyRules } from "./busy.ts";
import type { CalendarDocument, EventDocument } from "./documents.ts";
import { freshnessOf, type Freshness } from "./freshness.ts";
import { clipRange, mergeRanges, requireRange, type TimeRange } from "./time-range.ts";
import { startOfDate } from "./zoned-time.ts";

export interface BusyOptions extends BusyRules {
  /**
   * The calendars that count, by `calendarKey`. Events of other calendars, and of calendars that are not synced, are
   * left out: the user is not busy because of a colleague's calendar.
   */
  readonly calendars: ReadonlyMap<string, CalendarDocument>;
  /** IANA name: the zone in which the user is, where all-day events have their days. */
  readonly timeZone: string;
}

/** When the user is busy, and how fresh that is. */
export interface BusyTimes extends Freshness {
  /** In order. They do not overlap or touch, and are within the range. */
  readonly intervals: readonly TimeRange[];
}

/**
 * The times in [from, to) at which at least one event makes the user busy (see `isBusy`).
 *
 * An all-day event is busy on its dates in `options.timeZone`, as it is drawn, and not between its timestamps: these
 * are in the calendar's zone. A timed event without length takes no time.
 *
 * The events must be all that overlap the range. An agenda has them once its `state` is not `loading`, if `marginMs`
 * is at least two days: the timestamps of an all-day event can be 26 hours from its dates in another zone.
 *
 * @throws RangeError if `from` is not before `to`, or the runtime does not know the time zone
 */
export function busyIntervals(
  events: Iterable<EventDocument>,
  from: Date,
  to: Date,
  options: BusyOptions,
): BusyTimes {
  requireRange(from, to);
  const { calendars, timeZone } = options;
  const busy = [...events]
    .filter(event => calendars.get(event.calendarKey)?.enabled && isBusy(event, options))
    .flatMap(event => clipRange(rangeOf(event, timeZone), from, to));
  return { intervals: mergeRanges(busy), ...freshnessOf(calendars) };
}

function rangeOf(event: EventDocument, timeZone: string): TimeRange {
  const { start, end } = event;
  if ("date" in start && "date" in end) {
    // An all-day event without length is drawn on its start day.
    const lastDate = end.date > start.date ? end.date : nextDate(start.date);
    return { from: startOfDate(start.date, timeZone), to: startOfDate(lastDate, timeZone) };
  }
  // `endAt` is a millisecond after `startAt` if the event has no length.
  const isEmpty = "dateTime" in start && "dateTime" in end && sameMoment(start.dateTime, end.dateTime);
  return { from: event.startAt.toDate(), to: isEmpty ? event.startAt.toDate() : event.endAt.toDate() };
}

function sameMoment(a: string, b: string): boolean {
  return Date.parse(a) === Date.parse(b);
}

function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 24 * 60 * 60_000).toISOString().slice(0, 10);
}
