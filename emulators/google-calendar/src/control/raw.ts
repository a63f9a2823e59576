import * as z from "zod";
import type { VirtualClock } from "../clock.ts";
import { headerEtag, isJsonObject, keysOf, rawJson } from "../model/raw-event.ts";
import { putListEntry } from "../model/world.ts";
import type { ListEntry, User } from "../model/world.ts";

/** Bodies of the calls for raw events, raw list entries and restored events. */
export const rawBodies = {
  events: z.strictObject({ calendarId: z.string(), events: z.array(z.unknown()) }),
  entries: z.strictObject({ email: z.email(), entries: z.array(z.unknown()), merge: z.boolean().optional() }),
  restore: z.strictObject({ calendarId: z.string(), eventId: z.string() }),
};

/**
 * Stores raw entries in a user's calendar list, which answers contain exactly as given. An entry with the id of a
 * listed calendar replaces that calendar's entry; the calendar itself does not change.
 *
 * @param shown returns the current form of an entry, into which `merge` merges the given fields; undefined if the
 * given fields are the whole entry
 */
export function putRawEntries(
  user: User,
  given: readonly unknown[],
  clock: VirtualClock,
  shown?: (entry: ListEntry) => unknown,
): ListEntry[] {
  const keys = keysOf(given);
  return given.map((value, index) => {
    const key = keys[index] ?? "";
    const before = user.list.get(key);
    const base: unknown = before === undefined || before.deleted ? undefined : shown?.(before);
    const { etag: _etag, ...rest } = isJsonObject(base) ? base : {};
    const whole = isJsonObject(value) && shown !== undefined ? { ...rest, ...value } : value;
    return putRawEntry(user, key, whole, clock);
  });
}

function putRawEntry(user: User, key: string, given: unknown, clock: VirtualClock): ListEntry {
  const { etag } = putListEntry(user, key, { deleted: false }, clock.now());
  const entry = user.list.get(key);
  if (entry === undefined) throw new Error("a list entry that was just put is not there");
  entry.raw = { given, json: rawJson(given, etag, undefined) };
  entry.etag = headerEtag(given, etag);
  return entry;
}

/** Makes the raw entries of a user equal to the entries of a state. */
export function importRawEntries(user: User, given: readonly unknown[], clock: VirtualClock): void {
  const keys = keysOf(given);
  for (const [key, entry] of user.list) {
    if (entry.raw !== undefined && !keys.includes(key))
      putListEntry(user, key, { raw: undefined }, clock.now());
  }
  for (const [index, key] of keys.entries()) {
    const entry = user.list.get(key);
    const same = entry?.raw !== undefined && JSON.stringify(entry.raw.given) === JSON.stringify(given[index]);
    if (!same || entry.deleted) putRawEntry(user, key, given[index], clock);
  }
}

/** The raw entries of a user, in the form of a state. */
export function exportRawEntries(user: User): { rawCalendarList?: unknown[] } {
  const raw = [...user.list.values()].filter(entry => entry.raw !== undefined && !entry.deleted);
  return raw.length === 0 ? {} : { rawCalendarList: raw.map(entry => entry.raw?.given) };
}
