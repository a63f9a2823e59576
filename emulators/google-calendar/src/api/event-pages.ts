import type { CalendarAccess } from "./access.ts";
import { invalidParameter } from "./errors.ts";
import type { Call } from "./method.ts";
import { cutPage } from "./paging.ts";
import type { PageParams } from "./paging.ts";
import { hasUnknownEventValues, unknownValueOf, withUnknownEventValues } from "./unknown-values.ts";
import type { Habits } from "../habits.ts";
import { eventOf } from "../model/event-query.ts";
import type { Item } from "../model/event-query.ts";
import { showEvent, showRecordJson } from "../model/event-view.ts";
import type { EventView } from "../model/event-view.ts";
import { isCancelled } from "../model/event.ts";
import { isJsonObject } from "../model/raw-event.ts";
import { etagOf } from "../model/world.ts";
import type { RawEntry } from "../model/world.ts";
import { isTimeZone } from "../model/zone.ts";

const DEFAULT_PAGE = 250;

/** The result of a list query. Its pages are cut from it. */
export interface EventResult {
  items: Item[];
  /** Makes the sync token of the last page. Undefined if the query allows no sync token. */
  nextSyncToken: (() => string) | undefined;
}

/** One page. Its events are already JSON. */
export interface EventPage {
  shown: string[];
  nextPageToken: string | undefined;
  nextSyncToken: string | undefined;
}

/** The parameters that events.list and events.instances share. */
interface EventPageParams extends PageParams {
  maxAttendees: number | undefined;
  timeZone: string | undefined;
}

/**
 * Cuts one page of events with `cutPage` and converts its events to JSON. Throws 400 for an unknown time zone or an
 * invalid page token.
 */
export function pageOfEvents(
  call: Pick<Call, "services" | "user"> & { params: EventPageParams },
  access: CalendarAccess,
  options: { showDeleted: boolean; ownId?: string },
  find: () => EventResult,
): EventPage {
  const { services, params } = call;
  if (params.timeZone !== undefined && !isTimeZone(params.timeZone)) throw invalidParameter("timeZone");
  const list = [access.calendar.id, call.user.email, options.ownId ?? ""];
  const page = cutPage(services, params, list, DEFAULT_PAGE, find);
  const view: EventView = {
    ...access,
    timeZone: params.timeZone,
    maxAttendees: params.maxAttendees,
    showsTitles: services.habits.freeBusyReaderEvents === "withTitles",
    detailedDeletions: options.showDeleted,
  };
  const sparse = services.habits.sparseCancelledInstances && Reflect.get(params, "syncToken") !== undefined;
  const shown = page.items.map(item => showItem(item, view, sparse, services.habits));
  return { shown, nextPageToken: page.nextPageToken, nextSyncToken: page.nextSyncToken };
}

function showItem(item: Item, view: EventView, sparse: boolean, habits: Habits): string {
  const event = eventOf(item);
  if (item.kind === "record" && item.record.raw !== undefined) return item.record.raw.json;
  if (sparse && isCancelled(event)) {
    return JSON.stringify({ kind: event.kind, etag: event.etag, id: event.id, status: event.status });
  }
  if (hasUnknownEventValues(habits))
    return JSON.stringify(withUnknownEventValues(habits, showEvent(event, view)));
  return item.kind === "record" ? showRecordJson(item.record, view) : JSON.stringify(showEvent(event, view));
}

/** The JSON of a page: its events and the fields around them. */
export function eventsEnvelope(
  call: Pick<Call, "user" | "services">,
  { calendar, role }: CalendarAccess,
  page: EventPage,
  timeZone: string | undefined,
): string {
  const entry = call.user.list.get(calendar.id);
  const { nextPageToken, nextSyncToken } = page;
  const head = JSON.stringify({
    kind: "calendar#events",
    etag: etagOf(calendar.updatedMs),
    summary: entry?.summaryOverride ?? calendar.summary,
    description: calendar.description ?? "",
    updated: new Date(calendar.updatedMs).toISOString(),
    timeZone: timeZone ?? calendar.timeZone,
    accessRole: unknownValueOf(call.services.habits, "accessRole") ?? role,
    defaultReminders: entry?.defaultReminders ?? [],
    ...sharedFields(entry?.raw),
    ...(nextPageToken === undefined ? { nextSyncToken } : { nextPageToken }),
  });
  return `${head.slice(0, -1)},"items":[${page.shown.join(",")}]}`;
}

/** Fields of a raw calendar list entry that replace the same fields in the answer of events.list. */
function sharedFields(raw: RawEntry | undefined): Record<string, unknown> {
  const given = raw?.given;
  if (!isJsonObject(given)) return {};
  const names = ["summary", "description", "timeZone", "accessRole", "defaultReminders"];
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
}
