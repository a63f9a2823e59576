import * as z from "zod/mini";
import { formatDate, formatDateTime } from "../recurrence/event-time.ts";
import { parseLenientMoment } from "../recurrence/ical-value.ts";
import { toInstant, type Zone } from "../recurrence/zone.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import type { GoogleTime } from "../model/google-time.ts";

const dateTime = z.iso.datetime({ offset: true, local: true });
const timeZone = z.catch(
  z.optional(
    z.pipe(
      z.string(),
      z.transform(name => name.toWellFormed()),
    ),
  ),
  undefined,
);

/**
 * A time in a form that Google does not document and clients cannot read. Returns RFC 3339: in UTC if the text contains
 * a UTC offset, otherwise as a local time without an offset.
 */
const oddDateTime = z.pipe(
  z.string(),
  z.transform((written, context) => {
    const moment = parseLenientMoment(written.trim());
    if (moment.kind === "parsed" && moment.value.kind === "utc")
      return formatDateTime(moment.value.instantMs, utc);
    if (moment.kind === "parsed" && moment.value.kind === "local")
      return formatDateTime(moment.value.localMs, utc).replace("Z", "");
    context.issues.push({ code: "invalid_format", format: "datetime", input: written });
    return z.NEVER;
  }),
);

/** A date in a form that Google does not document. If the text is a date and a time, only the date is used. */
const oddDate = z.pipe(
  z.string(),
  z.transform((written, context) => {
    const [digits = ""] = /^[\d-]+/u.exec(written.trim()) ?? [];
    const [whole, day] = [parseLenientMoment(written.trim()), parseLenientMoment(digits)];
    if (whole.kind === "parsed" && day.kind === "parsed" && day.value.kind === "date")
      return formatDate(day.value.localMs);
    context.issues.push({ code: "invalid_format", format: "date", input: written });
    return z.NEVER;
  }),
);

/**
 * `{date}` or `{dateTime, timeZone?}` (reference of Events, `start`). If both are present, `date` is used; Google's own
 * precedence is not documented. Documented forms are tried first, then `2026-02-02t12:00:00z`, `+0530`, a leap second,
 * 24:00 and `20260202`.
 */
export const time = z.union([
  z.object({ date: z.iso.date() }),
  z.object({ dateTime, timeZone }),
  z.object({ date: oddDate }),
  z.object({ dateTime: oddDateTime, timeZone }),
  z.pipe(
    z.object({ dateTime: oddDate }),
    z.transform(({ dateTime: date }) => ({ date })),
  ),
]);

/** A UTC offset as in RFC 3339. */
const offset = /Z|[+-]\d\d:/;

/**
 * The same moment with a UTC offset, which clients need. Google always sends one (reference of Events, `dateTime`). A
 * time without an offset is a local time in its own `timeZone`, or in the calendar's zone if `timeZone` is missing or
 * unknown.
 */
export function withOffset(value: GoogleTime, calendarZone: Zone): GoogleTime {
  if ("date" in value || offset.test(value.dateTime)) return value;
  const zone = zoneOr(value.timeZone, calendarZone);
  return { ...value, dateTime: formatDateTime(toInstant(zone, Date.parse(`${value.dateTime}Z`)), zone) };
}
