import { Timestamp } from "firebase-admin/firestore";
import { eventConverter, eventPath } from "@firestore-calendar-sync/client";
import { keys, timedEvent, type UserData } from "./user-data.ts";

/** Writes per batch. */
const batchSize = 500;

/**
 * Writes one account, two calendars and `count` events of one hour, evenly over `days` from a month ago. The
 * functions keep 430 days.
 */
export async function fillWithEvents(data: UserData, count: number, days: number): Promise<void> {
  await data.account();
  await data.calendar(keys.own);
  await data.calendar(keys.team);
  for (let from = 0; from < count; from += batchSize) {
    const batch = data.db.batch();
    for (let n = from; n < Math.min(count, from + batchSize); n += 1) {
      const id = `many${String(n).padStart(5, "0")}`;
      const event = {
        ...timedEvent(id, 7 + (n % 11), 1, Math.floor((n / count) * days) - 30),
        summary: `Event ${n}`,
        calendarKey: n % 2 === 0 ? keys.own : keys.team,
        updatedAt: Timestamp.fromMillis(Date.now() - 86_400_000),
        description: "What was agreed, who comes, and what to bring along.",
        location: "Room 4",
        attendees: [
          { email: "one@example.com", responseStatus: "accepted" },
          { email: "two@example.com", responseStatus: "needsAction" },
        ],
      };
      batch.set(data.db.doc(eventPath(data.uid, event.calendarKey, id)), eventConverter.toFirestore(event));
    }
    await batch.commit();
  }
}

/** A condition in the page: every day of the visible month shows the events that `fillWithEvents` wrote for it. */
export function monthComplete(count: number, days: number): string {
  const aDay = Math.floor(count / days);
  return `[...document.querySelectorAll(".fc-daygrid-day:not(.fc-day-other)")].filter(day =>
    day.querySelectorAll("[data-event]").length >= ${aDay}).length >= 28`;
}

/** A condition in the page: the server has confirmed all visible data. */
export const everythingLive = `document.querySelector(".connection[data-kind=live]") !== null`;
