import * as z from "zod";
import { ApiError, invalidParameter, required, timeRangeEmpty } from "./errors.ts";
import { method } from "./method.ts";
import type { Call } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import { parseBody } from "../model/event-input.ts";
import { isCancelled } from "../model/event.ts";
import type { EventResource, Span } from "../model/event.ts";
import { eventOf, listEvents } from "../model/event-query.ts";
import { spanOfEvent } from "../model/event-writer.ts";
import { formatInZone, isTimeZone, parseInstant } from "../model/zone.ts";
import type { Calendar } from "../model/world.ts";

/** The most calendars in one query (client types). */
const MOST_CALENDARS = 50;

const queryBody = z.object({
  timeMin: z.string().nullish(),
  timeMax: z.string().nullish(),
  timeZone: z.string().nullish(),
  groupExpansionMax: z.int().min(0).max(100).nullish(),
  calendarExpansionMax: z.int().min(0).max(50).nullish(),
  items: z.array(z.object({ id: z.string().nullish() })).nullish(),
});

function instant(text: string | null | undefined, name: string): number {
  if (text == null) throw required(`Missing ${name} parameter.`, name);
  const ms = parseInstant(text);
  if (ms === undefined) throw invalidParameter(name, "Bad Request");
  return ms;
}

function isBusy(event: EventResource): boolean {
  if (isCancelled(event) || event.transparency === "transparent") return false;
  return event.attendees?.find(attendee => attendee.self === true)?.responseStatus !== "declined";
}

/** The busy times of a calendar in a window. Overlapping times are merged. */
function busyTimes(calendar: Calendar, fromMs: number, toMs: number): Span[] {
  const items = listEvents(calendar, {
    singleEvents: true,
    showDeleted: false,
    timeMinMs: fromMs,
    timeMaxMs: toMs,
    updatedMinMs: undefined,
    q: undefined,
    iCalUid: undefined,
    eventTypes: [],
    privateProperties: [],
    sharedProperties: [],
    orderBy: "startTime",
  });
  const joined: Span[] = [];
  for (const item of items) {
    const event = eventOf(item);
    const span = spanOfEvent(event, calendar);
    // A moved exception can be listed because of its original time, so its own time is checked here.
    if (!isBusy(event) || span.endMs <= fromMs || span.startMs >= toMs) continue;
    const startMs = Math.max(span.startMs, fromMs);
    const endMs = Math.min(span.endMs, toMs);
    const last = joined.at(-1);
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else joined.push({ startMs, endMs });
  }
  return joined;
}

/** `POST freeBusy`. The emulator has no groups: their ids get `notFound`, like ids of unknown calendars. */
export const freebusyQuery = method({
  id: "freebusy.query",
  verb: "POST",
  path: "freeBusy",
  scopes: SCOPES["freebusy.query"],
  params: {},
  run: call => {
    const body = parseBody(queryBody, call.body);
    const fromMs = instant(body.timeMin, "timeMin");
    const toMs = instant(body.timeMax, "timeMax");
    if (toMs <= fromMs) throw timeRangeEmpty("timeMax");
    const zone = body.timeZone ?? "UTC";
    if (!isTimeZone(zone)) throw invalidParameter("timeZone");
    const items = body.items ?? [];
    if (items.length > (body.calendarExpansionMax ?? MOST_CALENDARS)) {
      throw new ApiError(
        400,
        "tooManyCalendarsRequested",
        "The number of calendars requested is too large for a single query.",
        { domain: "calendar" },
      );
    }
    const calendars = Object.fromEntries(
      items.map(({ id }) => [id ?? "", one(call, id ?? "", fromMs, toMs, zone)]),
    );
    const show = (ms: number): string => new Date(ms).toISOString();
    return { body: { kind: "calendar#freeBusy", timeMin: show(fromMs), timeMax: show(toMs), calendars } };
  },
});

function one(call: Call, id: string, fromMs: number, toMs: number, zone: string): object {
  const calendar = call.world.calendarFor(call.user, id);
  if (calendar === undefined || call.world.roleOf(call.user, calendar) === "none") {
    return { errors: [{ domain: "global", reason: "notFound" }], busy: [] };
  }
  const busy = busyTimes(calendar, fromMs, toMs);
  return {
    busy: busy.map(span => ({
      start: formatInZone(span.startMs, zone),
      end: formatInZone(span.endMs, zone),
    })),
  };
}
