import { createHash } from "node:crypto";
import type { CalendarEvent } from "./calendar-event.ts";

/** JSON with sorted keys, because Firestore does not keep the order of keys. */
export function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * A hash of all fields of an event, in 22 characters: two events with the same hash have the same document. A full sync
 * keeps one for each stored event, and the events themselves would not fit into its memory.
 *
 * @param event also the fields of a stored document, which may have other fields than an event
 */
export function contentOf(event: CalendarEvent | Readonly<Record<string, unknown>>): string {
  return createHash("sha256")
    .update(canonical(event) ?? "")
    .digest("base64url")
    .slice(0, 22);
}
