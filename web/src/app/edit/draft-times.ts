import { momentOfWallTime, rfc3339, wallTimeMs, type EventTime } from "@firestore-calendar-sync/client";
import { addDays } from "../../calendar/zoned-time.ts";

/** The times of an event as the fields of a form show them: what a calendar and a clock in one zone show. */
export interface DraftTimes {
  readonly allDay: boolean;
  /** `2026-11-23` */
  readonly startDate: string;
  /** `09:00`. Kept for an all-day event, in case it gets times. */
  readonly startTime: string;
  /** Of an all-day event: its last day, not the day after it as in Google's form. */
  readonly endDate: string;
  readonly endTime: string;
}

/** The times that an all-day event gets first when it becomes one with times. */
const usualHours = { startTime: "09:00", endTime: "10:00" };

/** @param timeZone the zone of the form's fields. */
export function draftTimes(start: EventTime, end: EventTime, timeZone: string): DraftTimes {
  if ("date" in start || "date" in end) {
    const startDate = "date" in start ? start.date : start.dateTime.slice(0, 10);
    const last = "date" in end ? addDays(end.date, -1) : startDate;
    return { allDay: true, startDate, endDate: last < startDate ? startDate : last, ...usualHours };
  }
  const [from, to] = [start, end].map(({ dateTime }) => shownBy(Date.parse(dateTime), timeZone));
  return {
    allDay: false,
    startDate: from?.date ?? "",
    startTime: from?.time ?? "",
    endDate: to?.date ?? "",
    endTime: to?.time ?? "",
  };
}

/** @param timeZone the zone of the form's fields. `eventZone`: the zone that the event gets; a series repeats in it. */
export function eventTimes(
  draft: DraftTimes,
  timeZone: string,
  eventZone: string,
): { readonly start: EventTime; readonly end: EventTime } {
  if (draft.allDay) return { start: { date: draft.startDate }, end: { date: addDays(draft.endDate, 1) } };
  const at = (date: string, time: string): EventTime => ({
    dateTime: rfc3339(momentOfWallTime(wallMs(date, time), timeZone), eventZone),
    timeZone: eventZone,
  });
  return { start: at(draft.startDate, draft.startTime), end: at(draft.endDate, draft.endTime) };
}

/** Changes the times. If the start moves, the end moves with it, so that the event keeps its length. */
export function changeTimes(draft: DraftTimes, change: Partial<DraftTimes>): DraftTimes {
  const next = { ...draft, ...change };
  const from = startMs(next);
  const isMoved = next.startDate !== draft.startDate || next.startTime !== draft.startTime;
  if (Number.isNaN(from)) return next;
  if (next.allDay !== draft.allDay) return endMs(next) < from ? { ...next, ...shown(from) } : next;
  const length = endMs(draft) - startMs(draft);
  if (!isMoved || Number.isNaN(length) || length < 0) return next;
  return { ...next, ...shown(from + length) };
}

/** What is wrong with the times, as a sentence. */
export function timeProblem(draft: DraftTimes): string | undefined {
  if (Number.isNaN(startMs(draft))) return "Choose when the event starts.";
  if (Number.isNaN(endMs(draft))) return "Choose when the event ends.";
  return endMs(draft) < startMs(draft) ? "The end is before the start." : undefined;
}

/** The date on which the event starts in its own zone: that is the date which its rule repeats. */
export function dateOfStart(start: EventTime, eventZone: string): string {
  return "date" in start ? start.date : shownBy(Date.parse(start.dateTime), eventZone).date;
}

function shownBy(atMs: number, timeZone: string): { date: string; time: string } {
  const text = new Date(wallTimeMs(atMs, timeZone)).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 16) };
}

function shown(endWallMs: number): { endDate: string; endTime: string } {
  const text = new Date(endWallMs).toISOString();
  return { endDate: text.slice(0, 10), endTime: text.slice(11, 16) };
}

function startMs({ allDay, startDate, startTime }: DraftTimes): number {
  return wallMs(startDate, allDay ? "00:00" : startTime);
}

function endMs({ allDay, endDate, endTime }: DraftTimes): number {
  return wallMs(endDate, allDay ? "00:00" : endTime);
}

function wallMs(date: string, time: string): number {
  return Date.parse(`${date}T${time.slice(0, 5)}:00Z`);
}
