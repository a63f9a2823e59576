import { expect } from "@jest/globals";
import { eventDocument } from "@firestore-calendar-sync/client";
import { toEventDocument } from "../../firestore/sync-store.repository.ts";
import { utc, zoneOr } from "../../recurrence/zone-names.ts";
import { parseItem, type ParsedItem } from "../parse-event.ts";

/** The calendar of the items, unless a test sets another zone. */
export const calendar = { calendarKey: "calendar-key-aaaaaaaaa", zone: zoneOr("America/New_York", utc) };
/** A valid item as in Google's documentation. */
export const good = {
  id: "abcdefg12345",
  status: "confirmed",
  etag: '"3181161784712000"',
  updated: "2026-01-02T10:00:00.000Z",
  summary: "Lunch",
  start: { dateTime: "2026-02-02T12:00:00-05:00", timeZone: "America/New_York" },
  end: { dateTime: "2026-02-02T13:00:00-05:00", timeZone: "America/New_York" },
};
export const parse = (change: object, zone = calendar.zone.name): ParsedItem =>
  parseItem({ ...good, ...change }, { ...calendar, zone: zoneOr(zone, utc) });

/** Checks that an accepted event can be stored and that every client can read it. */
export function expectReadable(item: ParsedItem): void {
  if (item.kind !== "event") throw new Error(item.kind);
  const document = toEventDocument(item.event);
  expect(eventDocument.safeParse(document).error?.issues ?? []).toEqual([]);
  const id = `${calendar.calendarKey}_${item.event.eventId}`;
  expect(Buffer.byteLength(id)).toBeLessThanOrEqual(1500);
  expect(id).not.toContain("/");
  expect(JSON.stringify(document)).not.toMatch(/\\ud[89a-f]/i);
}
