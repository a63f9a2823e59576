import { expandSeries } from "../recurrence/series.ts";
import { isCancelled, isSeries } from "./event.ts";
import type { EventRecord, EventResource } from "./event.ts";
import {
  instanceId,
  instanceTimes,
  instantOf,
  parseInstanceId,
  seriesTimes,
  showMoment,
  timesOf,
} from "./event-times.ts";
import { toLocal } from "./zone.ts";
import type { Calendar } from "./world.ts";

const DAY_MS = 86_400_000;
/**
 * The most instances of one endless series in a list without `timeMax`. Google's limit is not documented; users have
 * reported about 730.
 */
const MOST_OPEN_INSTANCES = 730;
/**
 * The most instances in a window with `timeMax`. Bounds the memory for a rule that repeats every second for a
 * century.
 */
const MOST_INSTANCES = 100_000;

/** A window of instants; either side may be open. */
export interface InstanceWindow {
  /** Includes only instances that end after this. */
  fromMs: number | undefined;
  /** Includes only instances that start before this. */
  toMs: number | undefined;
}

/** The instance of a series that starts at `start`, as the API returns it if there is no exception. */
function makeInstance(series: EventResource, start: number, calendar: Calendar): EventResource {
  const times = timesOf(series);
  if (times === undefined) return series;
  const own = instanceTimes(times, start);
  const { recurrence: _lines, ...rest } = series;
  const id = instanceId(series.id, own.start);
  return {
    ...rest,
    id,
    htmlLink: htmlLink(id, calendar.id),
    start: showMoment(own.start, calendar.timeZone),
    end: showMoment(own.end, calendar.timeZone),
    recurringEventId: series.id,
    originalStartTime: showMoment(own.start, calendar.timeZone),
  };
}

/** The link of an event: base64 of both ids [O]. */
export function htmlLink(eventId: string, calendarId: string): string {
  const eid = Buffer.from(`${eventId} ${calendarId}`).toString("base64url");
  return `https://www.google.com/calendar/event?eid=${eid}`;
}

/** The original starts of a series in a window, including the starts of exceptions and cancelled instances. */
export function originalStarts(series: EventResource, calendar: Calendar, window: InstanceWindow): number[] {
  const times = timesOf(series);
  if (times === undefined || series.recurrence === undefined) return [];
  const lengthMs = instantOf(times.end, calendar.timeZone) - instantOf(times.start, calendar.timeZone);
  const expandable = seriesTimes(times, series.recurrence);
  // All-day series are expanded in days. Two more days on each side cover every time zone; the filter below is exact.
  const slackMs = expandable.allDay ? 2 * DAY_MS : 0;
  const fromMs = window.fromMs === undefined ? -Infinity : window.fromMs - lengthMs - slackMs;
  const limit = window.toMs === undefined ? MOST_OPEN_INSTANCES : MOST_INSTANCES;
  const starts = expandSeries(expandable, fromMs, (window.toMs ?? Infinity) + slackMs, limit);
  return starts.filter(start => {
    const startMs = expandable.allDay ? instantOf({ kind: "day", dayMs: start }, calendar.timeZone) : start;
    return (
      (window.toMs === undefined || startMs < window.toMs) &&
      (window.fromMs === undefined || startMs + lengthMs > window.fromMs)
    );
  });
}

/**
 * Whether a series has an instance whose original start is `start` (for an all-day series: the ms of the day's
 * midnight in UTC).
 */
export function hasInstance(series: EventResource, start: number): boolean {
  const times = timesOf(series);
  if (times === undefined || series.recurrence === undefined) return false;
  return expandSeries(seriesTimes(times, series.recurrence), start, start + 1, 1).length === 1;
}

/** The instances of a series that have no stored exception. */
export function plainInstances(
  record: EventRecord,
  calendar: Calendar,
  window: InstanceWindow,
): EventResource[] {
  if (!isSeries(record.event) || isCancelled(record.event)) return [];
  const replaced = new Set(
    calendar.events.exceptionsOf(record.event.id).map(exception => exception.event.id),
  );
  const instances: EventResource[] = [];
  for (const start of originalStarts(record.event, calendar, window)) {
    const instance = makeInstance(record.event, start, calendar);
    if (!replaced.has(instance.id)) instances.push(instance);
  }
  return instances;
}

/** The instance with an id. Undefined if the series has no such instance. */
export function findInstance(calendar: Calendar, id: string): EventResource | undefined {
  const parsed = parseInstanceId(id);
  if (parsed === undefined) return undefined;
  const series = calendar.events.get(parsed.seriesId)?.event;
  if (series === undefined || !isSeries(series) || isCancelled(series)) return undefined;
  if ((series.start?.date !== undefined) !== parsed.allDay) return undefined;
  return hasInstance(series, parsed.start) ? makeInstance(series, parsed.start, calendar) : undefined;
}

/** The id of the second part of a split series: `<seriesId>_R<start>`, with the start in the series' own zone [O]. */
export function splitId(seriesId: string, event: EventResource): string {
  const times = timesOf(event);
  const base = seriesId.replace(/_R\d{8}(?:T\d{6})?$/, "");
  if (times === undefined) return base;
  const { start } = times;
  const localMs = start.kind === "day" ? start.dayMs : toLocal(start.zone, start.ms);
  const basic = new Date(localMs).toISOString().replaceAll(/[-:]|\.\d{3}Z/g, "");
  return `${base}_R${start.kind === "day" ? basic.slice(0, 8) : basic}`;
}
