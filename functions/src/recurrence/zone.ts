import { dayMs } from "./civil.ts";
import type { Zone } from "./engine-zone.ts";
import { fixedZone, readZoneName } from "./zone-names.ts";

export type { Zone } from "./engine-zone.ts";

/** Bounds the number of zones: the database has about 600 names, and each can be written in some ways. */
const maxCachedZones = 1000;
/** No list of cities in a display name is longer. */
const maxNameLength = 200;

const zones = new Map<string, Zone | null>();

export const utc: Zone = fixedZone(0);

/**
 * The zone of that name, however it is written (zone-names.ts), or null where the name means nothing to anybody. Zones
 * are kept for the life of the process because each carries the offsets that it has learned; they hold nothing of a
 * user.
 */
export function zoneNamed(name: string): Zone | null {
  const known = zones.get(name);
  if (known !== undefined) return known;
  if (name.length > maxNameLength) return null;
  const zone = readZoneName(name);
  if (zones.size >= maxCachedZones) zones.clear();
  zones.set(name, zone);
  return zone;
}

/** The zone of that name, or another one where there is no name, or one that means nothing. */
export function zoneOr(name: string | null | undefined, fallback: Zone): Zone {
  return name === null || name === undefined ? fallback : (zoneNamed(name) ?? fallback);
}

/** The wall clock of a zone at an instant. */
export function toLocal(zone: Zone, instantMs: number): number {
  return instantMs + zone.offsetAt(instantMs);
}

/**
 * The instant of a local time. Only this function decides how daylight-saving changes are handled.
 *
 * - A skipped time (gap) uses the offset before the gap: 02:30 becomes 03:30 on the day without 02:30. RFC 5545
 *   contains two rules (3.3.10: ignore the time; 3.3.5: use the offset before the gap). Google Calendar has been seen
 *   to follow 3.3.5 for single events (https://antoncao.me/blog/daylight_savings), and a meeting that is an hour late
 *   is better than a missing one.
 * - For a repeated time (overlap) the first of the two is used, as RFC 5545 3.3.5 requires.
 */
export function toInstant(zone: Zone, localMs: number): number {
  // No zone is more than 15 hours from UTC, and none changes twice within two days: these two are the offsets before
  // and after any change near this local time.
  const before = zone.offsetAt(localMs - dayMs);
  const after = zone.offsetAt(localMs + dayMs);
  const earlier = localMs - before;
  if (before === after || zone.offsetAt(earlier) === before) {
    return earlier;
  }
  const later = localMs - after;
  return zone.offsetAt(later) === after ? later : earlier;
}
