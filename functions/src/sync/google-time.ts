import * as z from "zod";
import { formatDate, formatDateTime } from "../recurrence/event-time.ts";
import { parseLenientMoment } from "../recurrence/ical-value.ts";
import { toInstant, type Zone } from "../recurrence/zone.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import type { GoogleTime } from "../model/google-time.ts";

const dateTime = z.iso.datetime({ offset: true, local: true });
const timeZone = z
  .string()
  .transform(name => name.toWellFormed())
  .optional()
  .catch(undefined);

/** A moment in one of the forms in which other software writes it, and which clients do not know: in UTC. */
const oddDateTime = z.string().transform((written, context) => {
  const moment = parseLenientMoment(written.trim());
  if (moment.kind === "parsed" && moment.value.kind === "utc")
    return formatDateTime(moment.value.instantMs, utc);
  if (moment.kind === "parsed" && moment.value.kind === "local")
    return formatDateTime(moment.value.localMs, utc).replace("Z", "");
  context.addIssue({ code: "invalid_format", format: "datetime" });
  return z.NEVER;
});

/** So a day; of a time in its place the digits of the day count. */
const oddDate = z.string().transform((written, context) => {
  const [digits = ""] = /^[\d-]+/u.exec(written.trim()) ?? [];
  const [whole, day] = [parseLenientMoment(written.trim()), parseLenientMoment(digits)];
  if (whole.kind === "parsed" && day.kind === "parsed" && day.value.kind === "date")
    return formatDate(day.value.localMs);
  context.addIssue({ code: "invalid_format", format: "date" });
  return z.NEVER;
});

/**
 * `{date}` or `{dateTime, timeZone?}`; Google's own order of precedence when both are there is not documented. What is
 * written as documented goes before what is not: `2026-02-02t12:00:00z`, `+0530`, a leap second, 24:00, `20260202`.
 */
export const time = z.union([
  z.object({ date: z.iso.date() }),
  z.object({ dateTime, timeZone }),
  z.object({ date: oddDate }),
  z.object({ dateTime: oddDateTime, timeZone }),
  z.object({ dateTime: oddDate }).transform(({ dateTime: date }) => ({ date })),
]);

/** RFC 3339's, at the end of a time. */
const offset = /Z|[+-]\d\d:/;

/**
 * The same moment with an offset, as clients read it. Google answers with one always (reference of Events, `dateTime`);
 * what has none is a local time in the zone beside it, or in the calendar's where that is missing or means nothing.
 */
export function withOffset(value: GoogleTime, calendarZone: Zone): GoogleTime {
  if ("date" in value || offset.test(value.dateTime)) return value;
  const zone = zoneOr(value.timeZone, calendarZone);
  return { ...value, dateTime: formatDateTime(toInstant(zone, Date.parse(`${value.dateTime}Z`)), zone) };
}
