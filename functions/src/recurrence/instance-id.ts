import type { EventTime } from "./event-time.ts";

const instanceId = /_(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/u;

/**
 * The original start of an instance as its id tells it: `<series id>_20260105T090000Z`, or `<series id>_20260105` in an
 * all-day series (docs/emulator-differences.md). Undefined for any other id; whether the date exists is not checked.
 */
export function originalStartOfId(eventId: string): EventTime | undefined {
  const [, year, month, day, hour, minute, second] = instanceId.exec(eventId) ?? [];
  if (year === undefined) return undefined;
  const date = `${year}-${month}-${day}`;
  return hour === undefined
    ? { date }
    : { dateTime: `${date}T${hour}:${minute}:${second}Z`, timeZone: "UTC" };
}
