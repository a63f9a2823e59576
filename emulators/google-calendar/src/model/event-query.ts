import { isCancelled, isSeries } from "./event.ts";
import type { EventRecord, EventResource, Span } from "./event.ts";
import { spanOfEvent } from "./event-writer.ts";
import { originalStarts, plainInstances } from "./instances.ts";
import type { InstanceWindow } from "./instances.ts";
import type { Calendar } from "./world.ts";

/** The parsed parameters of events.list. */
export interface EventQuery {
  singleEvents: boolean;
  showDeleted: boolean;
  timeMinMs: number | undefined;
  timeMaxMs: number | undefined;
  updatedMinMs: number | undefined;
  q: string | undefined;
  iCalUid: string | undefined;
  eventTypes: readonly string[];
  privateProperties: readonly string[];
  sharedProperties: readonly string[];
  orderBy: string | undefined;
  /** If true, omits exceptions that ended before the window, even if their original start is in it. */
  omitsEarlyExceptions?: boolean;
}

/** An item of a list: a stored record, or an instance that was made for this answer. */
export type Item =
  { kind: "record"; record: EventRecord } | { kind: "instance"; event: EventResource; span: Span };

export function eventOf(item: Item): EventResource {
  return item.kind === "record" ? item.record.event : item.event;
}

function spanOfItem(item: Item): Span {
  return item.kind === "record" ? item.record.span : item.span;
}

/** A full list: every matching item, in the requested order. */
export function listEvents(calendar: Calendar, query: EventQuery): Item[] {
  const items: Item[] = [];
  const window: InstanceWindow = { fromMs: query.timeMinMs, toMs: query.timeMaxMs };
  for (const record of calendar.events.all()) {
    if (!matchesContent(record.event, query) || isUnexpandable(record, query)) continue;
    const { event } = record;
    if (isSeries(event) && query.singleEvents) {
      if (isCancelled(event) || !isRecent(record, query)) continue;
      for (const instance of plainInstances(record, calendar, window)) {
        items.push({ kind: "instance", event: instance, span: spanOfEvent(instance, calendar) });
      }
    } else if (
      isListed(record, query, calendar) &&
      isInWindow(record, window, calendar, query.omitsEarlyExceptions === true) &&
      isRecent(record, query)
    ) {
      items.push({ kind: "record", record });
    }
  }
  return order(items, query.orderBy);
}

/** Whether the status of a record allows it in the list. */
function isListed(record: EventRecord, query: EventQuery, calendar: Calendar): boolean {
  if (!isCancelled(record.event) || query.showDeleted) return true;
  // Deletions since `updatedMin` are always included [P].
  if (query.updatedMinMs !== undefined) return true;
  // A full list includes the cancelled instances of a series that is not deleted, unless instances are expanded [P].
  if (query.singleEvents || record.event.recurringEventId === undefined) return false;
  const series = calendar.events.get(record.event.recurringEventId)?.event;
  return series !== undefined && isSeries(series) && !isCancelled(series);
}

function isRecent(record: EventRecord, query: EventQuery): boolean {
  return query.updatedMinMs === undefined || record.changedAtMs >= query.updatedMinMs;
}

function overlaps(span: Span, window: InstanceWindow): boolean {
  // Both bounds are exclusive: `timeMin` for the end, `timeMax` for the start [P]. An event of length zero is handled
  // as 1 ms long, so that it is included if it starts at `timeMin`.
  const endMs = span.endMs === span.startMs ? span.endMs + 1 : span.endMs;
  return (
    (window.fromMs === undefined || endMs > window.fromMs) &&
    (window.toMs === undefined || span.startMs < window.toMs)
  );
}

/** Whether the request asks for instances but the rule of this raw series cannot be read. Such a series is omitted. */
function isUnexpandable({ raw, event }: EventRecord, query: EventQuery): boolean {
  return query.singleEvents && raw?.series === true && !isSeries(event) && !isCancelled(event);
}

function isInWindow(
  record: EventRecord,
  window: InstanceWindow,
  calendar: Calendar,
  omitsEarlyExceptions: boolean,
): boolean {
  if (window.fromMs === undefined && window.toMs === undefined) return true;
  // The times of this raw event cannot be read, so every window includes it.
  if (record.raw?.understood === false) return true;
  if (isSeries(record.event)) {
    // A series is in the window if any of its instances is, even if an exception moved that instance.
    return overlaps(record.span, window) || originalStarts(record.event, calendar, window).length > 0;
  }
  if (overlaps(record.span, window)) return true;
  const endedBefore = window.fromMs !== undefined && record.span.endMs <= window.fromMs;
  if (omitsEarlyExceptions && endedBefore && !isCancelled(record.event)) return false;
  // An exception that was moved out of the window is still listed, because it replaces an instance in the window.
  const { originalMs } = record;
  if (originalMs === undefined) return false;
  return overlaps(
    { startMs: originalMs, endMs: originalMs + record.span.endMs - record.span.startMs },
    window,
  );
}

function includesText(value: string | undefined, word: string): boolean {
  return value?.toLowerCase().includes(word) === true;
}

/** Full-text search: every word must occur in one of the fields that the reference of events.list names. */
function matchesText(event: EventResource, q: string): boolean {
  const people = [...(event.attendees ?? []), ...(event.organizer === undefined ? [] : [event.organizer])];
  const office = JSON.stringify(event.workingLocationProperties ?? "").toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== "")
    .every(
      word =>
        includesText(event.summary, word) ||
        includesText(event.description, word) ||
        includesText(event.location, word) ||
        people.some(person => includesText(person.displayName, word) || includesText(person.email, word)) ||
        office.includes(word),
    );
}

function matchesProperties(have: Record<string, string> | undefined, wanted: readonly string[]): boolean {
  return wanted.every(constraint => {
    const equals = constraint.indexOf("=");
    return equals > 0 && have?.[constraint.slice(0, equals)] === constraint.slice(equals + 1);
  });
}

/** The filters that depend on an event's contents, not on its time. */
function matchesContent(event: EventResource, query: EventQuery): boolean {
  if (query.iCalUid !== undefined && event.iCalUID !== query.iCalUid) return false;
  if (query.eventTypes.length > 0 && !query.eventTypes.includes(event.eventType ?? "default")) return false;
  if (query.q !== undefined && !matchesText(event, query.q)) return false;
  if (!matchesProperties(event.extendedProperties?.private, query.privateProperties)) return false;
  return matchesProperties(event.extendedProperties?.shared, query.sharedProperties);
}

function order(items: Item[], orderBy: string | undefined): Item[] {
  if (orderBy === "startTime") return items.sort((a, b) => spanOfItem(a).startMs - spanOfItem(b).startMs);
  if (orderBy === "updated") {
    const key = (item: Item): string => eventOf(item).updated ?? "";
    return items.sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
  }
  return items;
}

/**
 * With singleEvents=true, the deletion of a series lists the instances within about six months before and after now
 * [O].
 */
const SHOWN_DELETED_MS = 183 * 86_400_000;

/** A delta: the events that changed after `seq`, including deletions. */
export function listChanges(calendar: Calendar, query: EventQuery, seq: number, nowMs: number): Item[] {
  const items: Item[] = [];
  for (const record of calendar.events.changedSince(seq)) {
    if (!isCancelled(record.event) && !matchesContent(record.event, query)) continue;
    if (isUnexpandable(record, query)) continue;
    if (!query.singleEvents) items.push({ kind: "record", record });
    else items.push(...expandedChange(calendar, record, seq, nowMs));
  }
  return items;
}

/**
 * With singleEvents=true, a changed series is listed as all its instances; instances that no longer exist are listed
 * as cancelled.
 */
function expandedChange(calendar: Calendar, record: EventRecord, seq: number, nowMs: number): Item[] {
  const { event } = record;
  const before = calendar.events.seriesAt(event.id, seq);
  const wasSeries = before !== undefined && isSeries(before.event);
  const items: Item[] = isSeries(event) ? [] : [{ kind: "record", record }];
  if (!isSeries(event) && !wasSeries) return items;
  const open: InstanceWindow = { fromMs: undefined, toMs: undefined };
  const now = new Set<string>();
  for (const instance of plainInstances(record, calendar, open)) {
    now.add(instance.id);
    items.push({ kind: "instance", event: instance, span: spanOfEvent(instance, calendar) });
  }
  const lost = before ?? calendar.events.lastLivingSeries(event.id);
  if (lost === undefined) return items;
  const exceptions = new Set(calendar.events.exceptionsOf(event.id).map(exception => exception.event.id));
  const near: InstanceWindow = { fromMs: nowMs - SHOWN_DELETED_MS, toMs: nowMs + SHOWN_DELETED_MS };
  for (const gone of plainInstances(lost, calendar, isCancelled(event) ? near : open)) {
    if (now.has(gone.id) || exceptions.has(gone.id)) continue;
    const cancelled = { ...gone, status: "cancelled", etag: event.etag };
    items.push({ kind: "instance", event: cancelled, span: spanOfEvent(gone, calendar) });
  }
  return items;
}
