import type { Fingerprint } from "../ports/sync.port.ts";
import { readRecurrence } from "../recurrence/recurrence-lines.ts";
import type { ParsedItem } from "./parse-event.ts";

/** An item, and whether something of it could not be read although the rest counts. */
export interface ItemAsStored {
  readonly item: ParsedItem;
  readonly lacksLines: boolean;
}

/**
 * A recurrence of which nothing can be read is no evidence that an event has become a series, which would delete its
 * document: what is stored as an event stays one, and everything else that is said of it counts.
 */
export function asStored(item: ParsedItem, stored: ReadonlyMap<string, Fingerprint>): ItemAsStored {
  if (item.kind !== "series" || item.single === undefined || !stored.has(item.eventId))
    return { item, lacksLines: false };
  const { recurrence } = item.master;
  const { rules, additions } = readRecurrence(recurrence);
  if (rules.length + additions.length > 0) return { item, lacksLines: false };
  return { item: { kind: "event", event: item.single }, lacksLines: recurrence.length > 0 };
}
