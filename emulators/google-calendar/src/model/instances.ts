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
 * How many instances of one endless series a list without `timeMax` shows. Google's bound is not documented;
 * about 730 have been reported.
 */
const MOST_OPEN_INSTANCES = 730;
/** A bound for windows, too: a rule by the second over a century must not fill the memory. */
const MOST_INSTANCES = 100_000;

/** A window of instants; either side may be open. */
export interface InstanceWindow {
  /** Only instances that end after this. */
  fromMs: number | undefined;
  /** Only instances that start before this. */
  toMs: number | undefined;
}

/** The instance of a series that starts (originally) at `start`, as the API shows it while it is no exception. */
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

/** The link of an event: both ids, base64 [O]. */
export function htmlLink(eventId: string, calendarId: string): string {
  const eid = Buffer.from(`${eventId} ${calendarId}`).toString("base64url");
  return `https://www.google.com/calendar/event?eid=${eid}`;
}

/** The original starts of a series inside a window, exceptions and cancelled ones included. */
export function originalStarts(series: EventResource, calendar: Calendar, window: InstanceWindow): number[] {
  const times = timesOf(series);
  if (times === undefined || series.recurrence === undefined) return [];
  const lengthMs = instantOf(times.end, calendar.timeZone) - instantOf(times.start, calendar.timeZone);
  const expandable = seriesTimes(times, series.recurrence);
  // All-day series expand in days; two days more on each side cover every zone, the caller filters exactly.
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

/** Whether a series makes an instance that originally starts at `start` (a day's midnight for all-day series). */
export function hasInstance(series: EventResource, start: number): boolean {
  const times = timesOf(series);
  if (times === undefined || series.recurrence === undefined) return false;
  return expandSeries(seriesTimes(times, series.recurrence), start, start + 1, 1).length === 1;
}

/** The instances of a series that are not exceptions. */
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

/** The instance that an id names, when its series makes it and it is no stored exception. */
export function findInstance(calendar: Calendar, id: string): EventResource | undefined {
  const parsed = parseInstanceId(id);
  if (parsed === undefined) return undefined;
  const series = calendar.events.get(parsed.seriesId)?.event;
  if (series === undefined || !isSeries(series) || isCancelled(series)) return undefined;
  if ((series.start?.date !== undefined) !== parsed.allDay) return undefined;
  return hasInstance(series, parsed.start) ? makeInstance(series, parsed.start, calendar) : undefined;
}

/** `<seriesId>_R<start>`: the id of what follows after a split, its start on the series' own clock [O]. */
export function splitId(seriesId: string, event: EventResource): string {
  const times = timesOf(event);
  const base = seriesId.replace(/_R\d{8}(?:T\d{6})?$/, "");
  if (times === undefined) return base;
  const { start } = times;
  const localMs = start.kind === "day" ? start.dayMs : toLocal(start.zone, start.ms);
  const basic = new Date(localMs).toISOString().replaceAll(/[-:]|\.\d{3}Z/g, "");
  return `${base}_R${start.kind === "day" ? basic.slice(0, 8) : basic}`;
}
