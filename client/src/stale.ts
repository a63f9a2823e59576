import type { CalendarDocument } from "./documents.ts";

/** After so long without a sync, in ms, a client may ask for one: `syncNow({calendarKey, ifStale: true})`. */
export const staleAfterMs = 10 * 60_000;

/** A calendar in another phase is being read, or a pull would not help. */
const syncedPhases = new Set<string>(["live", "polling", "busyOnly"]);

/**
 * The keys of the calendars for which a client that has just been opened, or is shown again, should call `syncNow` with
 * `ifStale`. Google drops notifications now and then, and the backup finds their changes only hours later.
 *
 * `lastSyncedAt` is refreshed only once an hour while nothing changes, so a calendar can be stale here and fresh on the
 * server, which then does nothing.
 *
 * @param calendars by `calendarKey`, as a listener to `calendarsQuery` delivers them
 */
export function staleCalendars(calendars: ReadonlyMap<string, CalendarDocument>, nowMs: number): string[] {
  return [...calendars].flatMap(([calendarKey, { enabled, sync, lastSyncedAt }]) => {
    const isSynced = enabled && syncedPhases.has(sync.phase);
    const syncedMs = lastSyncedAt?.toMillis() ?? 0;
    return isSynced && nowMs - syncedMs >= staleAfterMs ? [calendarKey] : [];
  });
}
