import type { EventDocument } from "@firestore-calendar-sync/client";

/** Two keys of calendars. */
export const own = "calendar-of-the-tester";
export const team = "calendar-of-their-team";

function stamp(iso: string) {
  const millis = Date.parse(iso);
  return { seconds: millis / 1000, nanoseconds: 0, toDate: () => new Date(millis), toMillis: () => millis };
}

/** An event of one hour from `iso`, in UTC and in the own calendar. */
export function eventAt(iso: string, change: Partial<EventDocument> = {}): EventDocument {
  const end = new Date(Date.parse(iso) + 3_600_000).toISOString();
  return {
    calendarKey: own,
    eventId: "e",
    startAt: stamp(iso),
    endAt: stamp(end),
    start: { dateTime: iso },
    end: { dateTime: end },
    allDay: false,
    status: "confirmed",
    summary: "Planning",
    eventType: "default",
    etag: '"1"',
    updatedAt: stamp("2026-11-20T00:00:00Z"),
    ...change,
  };
}

/** An all-day event of one day, as a calendar in Berlin stores it in winter. */
export function eventOn(date: string, change: Partial<EventDocument> = {}): EventDocument {
  const next = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
  return eventAt(`${date}T00:00:00+01:00`, {
    endAt: stamp(`${next}T00:00:00+01:00`),
    start: { date },
    end: { date: next },
    allDay: true,
    ...change,
  });
}
