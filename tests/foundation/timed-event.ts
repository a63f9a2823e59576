import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";

/** An hour on a day `inDays` from today. */
export function timedEvent(id: string, summary: string, inDays = 1): calendar_v3.Schema$Event {
  const startMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 + inDays * 86_400_000;
  return {
    id,
    summary,
    start: { dateTime: new Date(startMs).toISOString() },
    end: { dateTime: new Date(startMs + 3_600_000).toISOString() },
  };
}
