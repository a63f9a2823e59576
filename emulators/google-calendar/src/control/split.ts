import { invalidBody } from "../api/errors.ts";
import { composeEvent } from "../model/compose-event.ts";
import type { EventInput } from "../model/event-input.ts";
import type { EventResource } from "../model/event.ts";
import { isSeries } from "../model/event.ts";
import { momentOf, seriesTimes, timesOf } from "../model/event-times.ts";
import { htmlLink, splitId } from "../model/instances.ts";
import { formatBasicDate, formatBasicUtc } from "../model/zone.ts";
import type { Calendar } from "../model/world.ts";
import { expandSeries } from "../recurrence/series.ts";
import type { EmulatorServices } from "../services.ts";

const DAY_MS = 86_400_000;

/**
 * Splits a series like "this and following" in Google's own interface: the old series ends before the instance, and a
 * new series begins with it, with the id `<seriesId>_R<start>` [O]. Notifies the channels.
 *
 * @returns the old and the new series
 */
export function splitSeries(
  services: EmulatorServices,
  calendar: Calendar,
  instanceId: string,
  changes: EventInput,
): { ended: EventResource; following: EventResource } {
  const { writer, copies } = services;
  const instance = writer.get(calendar, instanceId).event;
  const series =
    instance.recurringEventId === undefined
      ? undefined
      : writer.get(calendar, instance.recurringEventId).event;
  const original = momentOf(instance.originalStartTime);
  const times = series === undefined ? undefined : timesOf(series);
  if (series === undefined || !isSeries(series) || original === undefined || times === undefined) {
    throw invalidBody("instanceId is no instance of a series");
  }
  const start = original.kind === "day" ? original.dayMs : original.ms;
  const before = expandSeries(seriesTimes(times, series.recurrence), -Infinity, start, 100_000).length;
  if (before === 0) throw invalidBody("instanceId is the first instance: edit the series");
  const until =
    original.kind === "day" ? formatBasicDate(original.dayMs - DAY_MS) : formatBasicUtc(original.ms - 1000);
  const following = series.recurrence.map(line => withCountLess(line, before));
  const id = splitId(series.id, { ...instance, start: instance.originalStartTime ?? {} });
  const identity = {
    id,
    created: series.created ?? "",
    htmlLink: htmlLink(id, calendar.id),
    iCalUID: `${id}@google.com`,
    creator: series.creator ?? { email: calendar.id },
    organizer: series.organizer ?? { email: calendar.id, self: true },
  };
  const { recurringEventId: _id, originalStartTime: _original, ...copied } = instance;
  const next = composeEvent({ ...copied, recurrence: following }, identity, changes, "merge", calendar);
  const ended = { ...series, recurrence: series.recurrence.map(line => withUntil(line, until)) };
  const split = {
    ended: writer.store(calendar, ended).event,
    following: writer.store(calendar, { ...next, sequence: 0 }).event,
  };
  copies.propagate(calendar, series, split.ended);
  copies.propagate(calendar, undefined, split.following);
  return split;
}

function withUntil(line: string, until: string): string {
  if (!/^RRULE:/i.test(line)) return line;
  return `${line.replaceAll(/;?(?:COUNT|UNTIL)=[^;]*/gi, "").replace(":;", ":")};UNTIL=${until}`;
}

function withCountLess(line: string, used: number): string {
  return line.replace(
    /COUNT=(\d+)/i,
    (_match, count: string) => `COUNT=${Math.max(1, Number(count) - used)}`,
  );
}
