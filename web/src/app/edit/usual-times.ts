import { wallTimeMs, type EventTime } from "@firestore-calendar-sync/client";
import { eventTimes, type DraftTimes } from "./draft-times.ts";

const hourMs = 3_600_000;

/**
 * The hour of a new event for which the user has chosen no time: the next full hour, or nine o'clock on the first day
 * that the page shows if that is not today.
 */
export function usualTimes(
  nowMs: number,
  shown: { readonly from: Date; readonly to: Date } | undefined,
  timeZone: string,
): { readonly start: EventTime; readonly end: EventTime } {
  const isNow = !shown || (shown.from.getTime() <= nowMs && nowMs < shown.to.getTime());
  const from = isNow
    ? (Math.floor(wallTimeMs(nowMs, timeZone) / hourMs) + 1) * hourMs
    : startOfDayMs(wallTimeMs(shown.from.getTime(), timeZone)) + 9 * hourMs;
  const [start, end] = [from, from + hourMs].map(wall => new Date(wall).toISOString());
  const times: DraftTimes = {
    allDay: false,
    startDate: start?.slice(0, 10) ?? "",
    startTime: start?.slice(11, 16) ?? "",
    endDate: end?.slice(0, 10) ?? "",
    endTime: end?.slice(11, 16) ?? "",
  };
  return eventTimes(times, timeZone, timeZone);
}

function startOfDayMs(wallMs: number): number {
  return wallMs - (wallMs % (24 * hourMs));
}
