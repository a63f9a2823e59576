import type { CalendarDocument, knownSyncPhases } from "./documents.ts";

/** How current the events of some calendars are. */
export interface Freshness {
  /**
   * All changes at Google until then are contained. Absent if a calendar was never synced, or if none is enabled.
   * While nothing changes, the time of the last sync is stored only once an hour, so that this time can be an hour
   * earlier than it could be.
   */
  readonly asOf: Date | undefined;
  /**
   * Whether changes arrive by themselves in all enabled calendars, and there is at least one. False while one is being
   * imported, is read on a schedule, or cannot be synced.
   */
  readonly live: boolean;
}

/** Only a type is imported from documents.ts, so that apps without schemas do not bundle zod for this function. */
type KnownPhase = (typeof knownSyncPhases)[number];
const notLive: ReadonlySet<string> = new Set<KnownPhase>([
  "importing",
  "polling",
  "unavailable",
  "error",
  // Perhaps it is read on a schedule, or not at all: the phase does not say.
  "busyOnly",
]);

/**
 * How current the events of the enabled calendars are: as current as those of the calendar that was synced longest ago.
 * A phase that this version does not know counts as `live`.
 *
 * What is between Firestore and the app is not included: see `AgendaUpdate.state`.
 *
 * @param calendars by `calendarKey`, as a listener to `calendarsQuery` delivers them
 */
export function freshnessOf(calendars: ReadonlyMap<string, CalendarDocument>): Freshness {
  const enabled = [...calendars.values()].filter(calendar => calendar.enabled);
  const syncedMs = enabled.map(({ lastSyncedAt }) => lastSyncedAt?.toMillis() ?? -Infinity);
  const oldestMs = Math.min(...syncedMs);
  return {
    asOf: Number.isFinite(oldestMs) ? new Date(oldestMs) : undefined,
    live: enabled.length > 0 && enabled.every(({ sync }) => !notLive.has(sync.phase)),
  };
}
