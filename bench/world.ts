import { type Harness } from "@firestore-calendar-sync/harness";
import type { SeedCalendar } from "../stack/client/google-control.ts";

/** Makes empty calendars. The first is the user's primary calendar. */
export function connectedCalendars(ids: readonly string[]): SeedCalendar[] {
  return ids.map((id, index) => ({
    id,
    summary: id,
    timeZone: "Europe/Berlin",
    primary: index === 0,
    events: [],
  }));
}

/** Makes single events of one hour, spread over the next 300 days. */
export function manyEvents(count: number): object[] {
  const startMs = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  return Array.from({ length: count }, (_, index) => {
    const fromMs = startMs + ((index * 7) % (300 * 24)) * 3_600_000;
    return {
      id: `event${String(index).padStart(6, "0")}`,
      summary: `Event ${index}`,
      description: "What was agreed, who comes, and what to bring along. ".repeat(3),
      location: "Room 4",
      start: { dateTime: new Date(fromMs).toISOString(), timeZone: "Europe/Berlin" },
      end: { dateTime: new Date(fromMs + 3_600_000).toISOString(), timeZone: "Europe/Berlin" },
      attendees: [
        { email: "one@example.com", responseStatus: "accepted" },
        { email: "two@example.com", responseStatus: "needsAction" },
      ],
    };
  });
}

/** Waits until each calendar of a user has been imported and has an open channel. */
export async function waitUntilLive(harness: Harness, uid: string, calendars: number): Promise<void> {
  const deadline = performance.now() + 300_000;
  for (;;) {
    const live = await harness.db
      .collection(`users/${uid}/calendars`)
      .where("sync.phase", "==", "live")
      .get();
    const open = await harness.db.collection("calendarSyncWatches").where("status", "==", "open").get();
    const watched = open.docs.filter(watch => watch.get("resource") !== "calendarList");
    if (live.size >= calendars && watched.length >= calendars && harness.tasks.running() === 0) return;
    if (performance.now() > deadline) {
      throw new Error(`${live.size} of ${calendars} calendars live, ${watched.length} watched`);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
