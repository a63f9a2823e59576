import type { EventChange } from "@firestore-calendar-sync/client";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import type { Batch } from "../../ports/sync.port.ts";
import type { SyncState } from "../../model/sync-state.ts";
import { eventIdOf } from "../change-feed.ts";
import { canonical } from "../../model/event-content.ts";

/**
 * Throws unless the feed's entry of a commit lists exactly what the commit changes: `created` for a missing document,
 * `updated` and `deleted` for a stored one; with the next number. A document that is written as it was may be listed as
 * `updated` or not.
 *
 * @param stored the events before the commit
 */
export function checkFeed(
  { events: writes, feed, state }: Batch,
  stored: ReadonlyMap<string, CalendarEvent>,
  { changeSeq: last, accountId }: SyncState,
): void {
  const same = new Set<string>();
  const expected = writes.flatMap((write): Omit<EventChange, "why">[] => {
    const eventId = eventIdOf(write);
    const before = stored.get(eventId);
    if (write.kind === "delete") return before === undefined ? [] : [{ kind: "deleted", eventId }];
    if (before === undefined) return [{ kind: "created", eventId }];
    if (canonical(before) !== canonical(write.event)) return [{ kind: "updated", eventId }];
    same.add(eventId);
    return [];
  });
  const listed = (feed?.changes ?? [])
    .filter(({ kind, eventId }) => kind !== "updated" || !same.has(eventId))
    .map(({ kind, eventId }) => ({ kind, eventId }));
  if (canonical(listed) !== canonical(expected))
    throw new Error(`the feed lists ${canonical(listed)}, but the commit makes ${canonical(expected)}`);
  if (feed === undefined) return;
  if (feed.seq !== (last === undefined ? feed.atMs : last + 1) || state.changeSeq !== feed.seq)
    throw new Error(`number ${feed.seq} after ${last}`);
  if (feed.accountId !== accountId) throw new Error(`the feed names ${feed.accountId}`);
}
