import { documentsOf } from "../shown-series.ts";
import { dayMs, type SyncWorld } from "./sync-world.fake.ts";
import { startMs } from "./virtual-clock.fake.ts";

const dateOf = (day: number): string => new Date(startMs + day * dayMs).toISOString().slice(0, 10);

/** Eight o'clock in Berlin, `day` days after the world begins. The tests of recurrence/ cover daylight saving. */
export const at = (day: number, hour = 8) => ({
  dateTime: `${dateOf(day)}T${String(hour).padStart(2, "0")}:00:00+01:00`,
  timeZone: "Europe/Berlin",
});

/** A daily series at eight, from the first day on; tests store it with the id `daily`. */
export const daily = { start: at(1), end: at(1, 9), recurrence: ["RRULE:FREQ=DAILY"], summary: "Stand-up" };

/** The id of its instance on a day. */
export const instanceId = (day: number): string => `daily_${dateOf(day).replaceAll("-", "")}T070000Z`;

/** Counts the documents written or deleted from now on: events, series, and all others. */
export function countWrites({ documents }: SyncWorld) {
  const written = { events: 0, series: 0, others: 0 };
  documents.onCommit = ({ batch }) => {
    written.events += batch.events.length;
    written.series += (batch.series ?? []).reduce((sum, write) => sum + documentsOf(write), 0);
    written.others += batch.shown === undefined ? 1 : 2;
  };
  return written;
}
