import { expandSeries } from "./expand-series.ts";
import type { RecurringSeries } from "./series.ts";
import { utc, zoneOr } from "./zone-names.ts";

export const berlin = zoneOr("Europe/Berlin", utc);
export const newYork = zoneOr("America/New_York", utc);
export const at = (dateTime: string) => ({ dateTime, timeZone: berlin.name });
export const daily: RecurringSeries = {
  id: "daily",
  start: at("2026-01-05T09:00:00+01:00"),
  end: at("2026-01-05T10:00:00+01:00"),
  recurrence: ["RRULE:FREQ=DAILY;COUNT=4"],
};
export const january = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2026, 1, 1) };

export function expanded(...parameters: Parameters<typeof expandSeries>) {
  const expansion = expandSeries(...parameters);
  if (expansion.kind !== "expanded") throw new Error(JSON.stringify(expansion));
  return expansion;
}

export function idsOf(...parameters: Parameters<typeof expandSeries>): string[] {
  return expanded(...parameters).occurrences.map(({ eventId }) => eventId);
}
