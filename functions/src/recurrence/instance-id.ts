import type { GoogleTime } from "../model/google-time.ts";
import { formatBasicDate, formatBasicUtc } from "./event-time.ts";

/**
 * "This and following" creates a series with the id `<old id>_R<start>`, but the ids of its instances are `<old
 * id>_<start>` (https://github.com/odoo/odoo/pull/287171 and Odoo's google_event.py, which quotes Google's support).
 */
const splitSuffix = /_R\d{8}(?:T\d{6}Z?)?$/u;

/** The id of the first series of a family: the other series were split off from it with "this and following". */
export function familyOf(seriesId: string): string {
  return seriesId.replace(splitSuffix, "");
}

/**
 * `<family>_20260105T090000Z`, or `<family>_20260105` in an all-day series (docs/emulator-differences.md).
 *
 * @param start the original start: an instant, or the local midnight of a day
 */
export function instanceId(family: string, allDay: boolean, start: number): string {
  return `${family}_${allDay ? formatBasicDate(start) : formatBasicUtc(start)}`;
}

const pattern = /^(.*)_(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/su;

/** Reads the id of an instance. Undefined for any other id. Does not check that the date exists. */
export function readInstanceId(
  eventId: string,
): { readonly family: string; readonly originalStart: GoogleTime } | undefined {
  const [, family, year, month, day, hour, minute, second] = pattern.exec(eventId) ?? [];
  if (family === undefined) return undefined;
  const date = `${year}-${month}-${day}`;
  const originalStart =
    hour === undefined ? { date } : { dateTime: `${date}T${hour}:${minute}:${second}Z`, timeZone: "UTC" };
  return { family, originalStart };
}
