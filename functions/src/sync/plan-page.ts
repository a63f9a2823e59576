import type { EventWrite, Fingerprint } from "../ports/sync.port.ts";
import { readRecurrence } from "../recurrence/recurrence-lines.ts";
import type { Window } from "../recurrence/occurrence.ts";
import { whyGone } from "./change-feed.ts";
import type { ParsedItem } from "./parse-event.ts";
import { sameVersion } from "./same-version.ts";

/** An item as it is to be stored. `lacksLines`: its recurrence has lines, but none of them could be read. */
export interface ItemAsStored {
  readonly item: ParsedItem;
  readonly lacksLines: boolean;
}

/**
 * If no rule and no date of a recurrence can be read, an event that is stored as a single event stays a single event:
 * treating it as a series would delete its document. All other fields of the item are used. Every other item is
 * returned unchanged.
 */
export function asStored(item: ParsedItem, stored: ReadonlyMap<string, Fingerprint>): ItemAsStored {
  if (item.kind !== "series" || item.single === undefined || !stored.has(item.eventId))
    return { item, lacksLines: false };
  const { recurrence } = item.master;
  const { rules, additions } = readRecurrence(recurrence);
  if (rules.length + additions.length > 0) return { item, lacksLines: false };
  return { item: { kind: "event", event: item.single }, lacksLines: recurrence.length > 0 };
}

/** The writes that follow from one page of `events.list`. */
export interface PagePlan {
  readonly writes: readonly EventWrite[];
  /** Items that need no write: already stored in this version, or outside the window. */
  readonly unchanged: number;
}

/**
 * Compares the items of a page with the stored events. An event outside the window is not stored; an event that has
 * moved out of the window is deleted (OGCS#1403).
 *
 * @param stored fingerprints of the stored events, at least of the ids in `items`
 * @param windowStartMs epoch ms; an event that ends at or before it is outside (`timeMin` is an exclusive bound on the
 * end)
 */
export function planPage(
  items: readonly ParsedItem[],
  stored: ReadonlyMap<string, Fingerprint>,
  windowStartMs: number,
): PagePlan {
  const writes: EventWrite[] = [];
  let unchanged = 0;
  for (const item of items) {
    const write = planItem(item, stored, windowStartMs);
    if (write === undefined) unchanged += 1;
    else writes.push(write);
  }
  return { writes, unchanged };
}

function planItem(
  item: ParsedItem,
  stored: ReadonlyMap<string, Fingerprint>,
  windowStartMs: number,
): EventWrite | undefined {
  // A series has no document under its own id. If one is stored, it is the single event that became the series.
  if (item.kind === "removed" || item.kind === "series") {
    const before = stored.get(item.eventId);
    if (before === undefined || isAnothers(item, before)) return undefined;
    const why = item.kind === "removed" ? "cancelled" : "ruleChanged";
    return { kind: "delete", eventId: item.eventId, why, existed: true };
  }
  // An unreadable event still exists, so its last readable version stays.
  if (item.kind !== "event") return undefined;
  const { event } = item;
  const before = stored.get(event.eventId);
  if (event.endAtMs <= windowStartMs) {
    if (before === undefined) return undefined;
    return { kind: "delete", eventId: event.eventId, why: "leftWindow", existed: true };
  }
  if (before !== undefined && sameVersion(before, event)) return undefined;
  return { kind: "set", event, existed: before !== undefined };
}

/**
 * True if the stored document belongs to another series than the cancelled instance. After "this and following" the
 * instances of the new series have the ids of the old series' instances, and Google may list the old series'
 * cancellations later.
 */
function isAnothers(item: ParsedItem, { recurringEventId }: Fingerprint): boolean {
  if (item.kind !== "removed" || item.instanceOf === undefined) return false;
  return recurringEventId !== undefined && recurringEventId !== item.instanceOf.seriesId;
}

/**
 * The deletions at the end of a full sync: stored events that Google did not list. Events that ended before the window
 * may be among them, if retention has not deleted them yet.
 *
 * @param seen ids that Google listed, also those of series
 */
export function planSweep(
  stored: ReadonlyMap<string, Fingerprint>,
  seen: ReadonlySet<string>,
  window: Window,
): EventWrite[] {
  return [...stored]
    .filter(([eventId]) => !seen.has(eventId))
    .map(([eventId, fingerprint]) => {
      const { recurringEventId: seriesId } = fingerprint;
      // Google lists each cancelled instance of a series, and the page with it deletes its document.
      const isOtherwise = seriesId !== undefined && seen.has(seriesId);
      const why = whyGone(fingerprint, window, isOtherwise ? "ruleChanged" : "cancelled");
      return { kind: "delete", eventId, why, existed: true };
    });
}
