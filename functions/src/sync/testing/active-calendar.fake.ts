import type { ActiveCalendar } from "../../ports/sync.port.ts";

/** A calendar as the scheduled functions see it: never pulled, of version 1. */
export function activeCalendar(calendarKey: string, change: Partial<ActiveCalendar> = {}): ActiveCalendar {
  return {
    calendarKey,
    epoch: 7,
    coveredEpoch: 6,
    pulledAt: null,
    openSeries: false,
    windowStart: null,
    queryVersion: 1,
    ...change,
  };
}
