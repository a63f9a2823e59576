import type { AccountDocument, CalendarDocument, EventDocument } from "./documents.ts";
import type { TimestampLike } from "./timestamp.ts";

/** A timestamp in the form of an SDK's, for tests. */
export function at(millis: number): TimestampLike {
  return {
    seconds: Math.floor(millis / 1000),
    nanoseconds: (millis - Math.floor(millis / 1000) * 1000) * 1_000_000,
    toDate: () => new Date(millis),
    toMillis: () => millis,
  };
}

const calendarKey = "abcdefghijklmnopqrstu_";

export const account: AccountDocument = {
  email: "demo@example.com",
  name: "Demo User",
  status: "active",
  statusSince: at(Date.UTC(2026, 10, 1)),
  connectedAt: at(Date.UTC(2026, 10, 1)),
};

export const calendar: CalendarDocument = {
  calendarId: "demo@example.com",
  accountId: "ABCDEFGHIJKLMNOPQRSTU-",
  summary: "Demo User",
  backgroundColor: "#0b8043",
  timeZone: "Europe/Berlin",
  accessRole: "owner",
  primary: true,
  enabled: true,
  sync: { phase: "importing", importedCount: 12 },
};

export const event: EventDocument = {
  calendarKey,
  eventId: "standup_20261123T080000Z",
  startAt: at(Date.UTC(2026, 10, 23, 8)),
  endAt: at(Date.UTC(2026, 10, 23, 8, 15)),
  start: { dateTime: "2026-11-23T09:00:00+01:00", timeZone: "Europe/Berlin" },
  end: { dateTime: "2026-11-23T09:15:00+01:00", timeZone: "Europe/Berlin" },
  allDay: false,
  status: "confirmed",
  summary: "Stand-up",
  attendees: [{ email: "ada@example.com", responseStatus: "accepted", optional: true }],
  organizer: { email: "demo@example.com", self: true },
  recurringEventId: "standup",
  originalStart: { dateTime: "2026-11-23T09:00:00+01:00", timeZone: "Europe/Berlin" },
  eventType: "default",
  etag: '"3528422400000000"',
  updatedAt: at(Date.UTC(2026, 10, 20, 12, 0, 0, 345)),
};

export const allDayEvent: EventDocument = {
  calendarKey,
  eventId: "fair",
  startAt: at(Date.UTC(2026, 10, 22, 23)),
  endAt: at(Date.UTC(2026, 10, 24, 23)),
  start: { date: "2026-11-23" },
  end: { date: "2026-11-25" },
  allDay: true,
  status: "tentative",
  eventType: "default",
  etag: '"1"',
  updatedAt: at(0),
};
