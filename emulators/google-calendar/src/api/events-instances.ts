import { accessEvents } from "./access.ts";
import { invalidParameter, timeRangeEmpty } from "./errors.ts";
import { eventsEnvelope, pageOfEvents } from "./event-pages.ts";
import { FLAG, method, PATH, TEXT, TIME } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import { isCancelled } from "../model/event.ts";
import { instantOf, momentOf } from "../model/event-times.ts";
import type { Item } from "../model/event-query.ts";
import { spanOfEvent } from "../model/event-writer.ts";
import { plainInstances } from "../model/instances.ts";
import { parseDate, parseInstant } from "../model/zone.ts";

/** `GET …/events/{eventId}/instances`: the instances of one series. Exceptions replace their instances. */
export const eventsInstances = method({
  id: "events.instances",
  verb: "GET",
  path: "calendars/{calendarId}/events/{eventId}/instances",
  scopes: SCOPES["events.instances"],
  params: {
    calendarId: PATH,
    eventId: PATH,
    alwaysIncludeEmail: FLAG,
    maxAttendees: { kind: "integer", min: 1 },
    maxResults: { kind: "integer", min: 1, max: 2_500 },
    originalStart: TEXT,
    pageToken: TEXT,
    showDeleted: FLAG,
    timeMax: TIME,
    timeMin: TIME,
    timeZone: TEXT,
  },
  run: call => {
    const { params } = call;
    const access = accessEvents(call, params.calendarId);
    const { calendar } = access;
    if (params.timeMin !== undefined && params.timeMax !== undefined && params.timeMax <= params.timeMin) {
      throw timeRangeEmpty("timeMax");
    }
    const { event, record } = call.services.writer.get(calendar, params.eventId ?? "");
    const original = params.originalStart === undefined ? undefined : readStart(params.originalStart);
    const page = pageOfEvents(
      call,
      access,
      { showDeleted: params.showDeleted ?? false, ownId: event.id },
      () => {
        const window = { fromMs: params.timeMin, toMs: params.timeMax };
        const items: Item[] = [];
        if (record !== undefined) {
          for (const instance of plainInstances(record, calendar, window)) {
            items.push({ kind: "instance", event: instance, span: spanOfEvent(instance, calendar) });
          }
        }
        for (const exception of calendar.events.exceptionsOf(event.id)) {
          if (isCancelled(exception.event) && params.showDeleted !== true) continue;
          const { startMs, endMs } = exception.span;
          if (window.fromMs !== undefined && endMs <= window.fromMs) continue;
          if (window.toMs !== undefined && startMs >= window.toMs) continue;
          items.push({ kind: "record", record: exception });
        }
        const startMs = (item: Item): number =>
          (item.kind === "record" ? item.record.span : item.span).startMs;
        const found = original === undefined ? items : items.filter(item => originalOf(item) === original);
        return { items: found.sort((a, b) => startMs(a) - startMs(b)), nextSyncToken: undefined };
      },
    );
    return { json: eventsEnvelope(call, access, page, params.timeZone) };

    function originalOf(item: Item): number | undefined {
      const shown = item.kind === "record" ? item.record.event : item.event;
      const moment = momentOf(shown.originalStartTime);
      if (moment === undefined) return undefined;
      return moment.kind === "day" ? moment.dayMs : instantOf(moment, calendar.timeZone);
    }
  },
});

/** Parses `originalStart`: a time with an offset, or a day for an all-day series. Throws 400. */
function readStart(text: string): number {
  const start = parseInstant(text) ?? parseDate(text);
  if (start === undefined) throw invalidParameter("originalStart");
  return start;
}
