import type { EventWrite, Fingerprint } from "../ports/sync.port.ts";
import type { CalendarEvent } from "../model/calendar-event.ts";
import type { ParsedItem } from "./parse-event.ts";

/** What a page of Google's answer changes in Firestore. */
export interface PagePlan {
  readonly writes: readonly EventWrite[];
  /** Items that are stored as they are already, or that lie outside the window. */
  readonly unchanged: number;
}

/**
 * Compares what Google says with what is stored. An event outside the window is not stored; one that has moved out
 * of it is deleted (OGCS#1403).
 *
 * @param stored fingerprints of the stored events, at least of the ids in `items`
 * @param windowStartMs events that end at or before it are outside (`timeMin` is an exclusive bound on the end)
 * @param rewrite true when the mapping has changed: an equal fingerprint then says nothing
 */
export function planPage(
  items: readonly ParsedItem[],
  stored: ReadonlyMap<string, Fingerprint>,
  windowStartMs: number,
  rewrite: boolean,
): PagePlan {
  const writes: EventWrite[] = [];
  let unchanged = 0;
  for (const item of items) {
    const write = planItem(item, stored, windowStartMs, rewrite);
    if (write === undefined) unchanged += 1;
    else writes.push(write);
  }
  return { writes, unchanged };
}

function planItem(
  item: ParsedItem,
  stored: ReadonlyMap<string, Fingerprint>,
  windowStartMs: number,
  rewrite: boolean,
): EventWrite | undefined {
  // A single event that has become a series has no document under its own id any more.
  if (item.kind === "removed" || item.kind === "series") {
    const before = stored.get(item.eventId);
    if (before === undefined || isAnothers(item, before)) return undefined;
    return { kind: "delete", eventId: item.eventId };
  }
  // A malformed event keeps its last good version: it still exists.
  if (item.kind !== "event") return undefined;
  const { event } = item;
  const before = stored.get(event.eventId);
  if (event.endAtMs <= windowStartMs) {
    return before === undefined ? undefined : { kind: "delete", eventId: event.eventId };
  }
  return before !== undefined && !rewrite && sameVersion(before, event) ? undefined : { kind: "set", event };
}

/**
 * After "this and following" the new series has the instances whose ids the old one had. A cancellation of the old
 * one's, which Google may tell at any time, says nothing of the document of the new one's.
 */
function isAnothers(item: ParsedItem, { recurringEventId }: Fingerprint): boolean {
  if (item.kind !== "removed" || item.instanceOf === undefined) return false;
  return recurringEventId !== undefined && recurringEventId !== item.instanceOf.seriesId;
}

/** Google changes the etag with every change of the event; the times also depend on the calendar's zone. */
function sameVersion(stored: Fingerprint, event: CalendarEvent): boolean {
  return (
    stored.etag === event.etag && stored.startAtMs === event.startAtMs && stored.endAtMs === event.endAtMs
  );
}

/**
 * What a complete full sync must delete: stored events that Google did not list. Nothing outside the window is stored,
 * but for what retention has not come to yet.
 */
export function planSweep(stored: ReadonlyMap<string, Fingerprint>, seen: ReadonlySet<string>): EventWrite[] {
  return [...stored.keys()]
    .filter(eventId => !seen.has(eventId))
    .map(eventId => ({ kind: "delete", eventId }));
}
