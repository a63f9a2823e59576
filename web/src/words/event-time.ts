import type { EventDocument, EventTime } from "@firestore-calendar-sync/client";
import { dateFormat } from "./date-format.ts";
import { isKnownZone, zoneWords } from "./time-zone.ts";

/** The time of an event as text. */
export interface EventTimeWords {
  /** In the viewer's time zone, for example `Monday 23 November 2026, 09:00 – 09:15`. */
  readonly viewer: string;
  /** The same without the date, for example `09:00 – 09:15`. Absent for all-day events. */
  readonly hours?: string;
  /** In the event's own zone, if the text differs: for example `03:00 – 03:15 in New York (GMT-5)`. */
  readonly elsewhere?: string;
  /** Both on one line, if they differ: `09:00 – 09:15 · 03:00 – 03:15 in New York …`. */
  readonly both?: string;
}

/** The viewer's locale and time zone. */
export interface Reader {
  /** A BCP 47 tag. */
  readonly locale: string;
  /** An IANA name. */
  readonly timeZone: string;
}

const fullDate = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
const time = { hour: "2-digit", minute: "2-digit" } as const;

/**
 * Describes the time of an event. All-day events have dates and no zone.
 *
 * @param calendarZone the zone of the event's calendar: that of an event which names none.
 */
export function eventTimeWords(event: EventDocument, reader: Reader, calendarZone?: string): EventTimeWords {
  if (event.allDay) return { viewer: allDayWords(event.start, event.end, reader.locale) };
  const viewer = rangeIn(event, reader, true);
  const hours = rangeIn(event, reader, false);
  const own = zoneOf(event.start);
  const zone = own ?? calendarZone;
  if (zone === undefined || zone === reader.timeZone || !isKnownZone(zone)) return { viewer, hours };
  const local = { ...reader, timeZone: zone };
  const there = rangeIn(event, local, true);
  if (there === viewer) return { viewer, hours };
  const sameDay = dayIn(event, reader) === dayIn(event, local);
  const words = sameDay ? rangeIn(event, local, false) : there;
  const place = zoneWords(zone, event.startAt.toDate());
  const elsewhere = `${words} in ${place}${own === undefined ? ", the calendar's time zone" : ""}`;
  return { viewer, hours, elsewhere, both: `${hours} · ${elsewhere}` };
}

/** Describes times in Google's form. */
export function timesWords(start: EventTime, end: EventTime, { locale, timeZone }: Reader): string {
  if (!("dateTime" in start) || !("dateTime" in end)) return allDayWords(start, end, locale);
  const format = dateFormat(locale, { ...fullDate, ...time, timeZone });
  return format.formatRange(new Date(start.dateTime), new Date(end.dateTime));
}

/** Describes a start in Google's form, for example the original start of a moved occurrence. */
export function startWords(start: EventTime, reader: Reader): string {
  if ("date" in start) return allDayWords(start, { date: dayAfter(start.date) }, reader.locale);
  return new Intl.DateTimeFormat(reader.locale, { ...fullDate, ...time, timeZone: reader.timeZone }).format(
    new Date(start.dateTime),
  );
}

/** The times of an event on its first day, for example `09:00 – 09:15`. */
export function shortTimeWords(event: EventDocument, reader: Reader): string {
  return event.allDay ? "All day" : rangeIn(event, reader, false);
}

/** A day such as `2026-11-23`, for example `Today, Monday 23 November`. Its year is named if it is another one. */
export function dayWords(day: string, nowMs: number, { locale, timeZone }: Reader): string {
  // Swedish dates have the form 2026-11-23.
  const today = dateFormat("sv", { timeZone }).format(nowMs);
  const { year, ...dayOfYear } = fullDate;
  const sameYear = today.slice(0, 4) === day.slice(0, 4);
  const format = dateFormat(locale, { ...dayOfYear, ...(!sameYear && { year }), timeZone: "UTC" });
  const words = format.format(new Date(day));
  return day === today ? `Today, ${words}` : words;
}

function rangeIn(event: EventDocument, { locale, timeZone }: Reader, withDate: boolean): string {
  const format = dateFormat(locale, { ...(withDate && fullDate), ...time, timeZone });
  return format.formatRange(event.startAt.toDate(), event.endAt.toDate());
}

function dayIn(event: EventDocument, { timeZone }: Reader): string {
  return dateFormat("en-CA", { timeZone }).format(event.startAt.toDate());
}

function allDayWords(start: EventTime, end: EventTime, locale: string): string {
  if (!("date" in start) || !("date" in end)) return "All day";
  const format = new Intl.DateTimeFormat(locale, { ...fullDate, timeZone: "UTC" });
  const last = Math.max(Date.parse(end.date) - 86_400_000, Date.parse(start.date));
  return format.formatRange(new Date(start.date), new Date(last));
}

function dayAfter(date: string): string {
  return new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
}

function zoneOf(start: EventTime): string | undefined {
  return "dateTime" in start ? start.timeZone : undefined;
}
