import type { Fingerprint } from "../ports/sync.port.ts";
import { readRecurrence } from "../recurrence/recurrence-lines.ts";
import type { ParsedItem } from "./parse-event.ts";

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
