import type { EventDocument } from "@firestore-calendar-sync/client";

/** Today's midnight, and midnight seven days later, in the browser's time zone. */
export function sevenDays(now: Date): { from: Date; to: Date } {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  return { from: new Date(year, month, day), to: new Date(year, month, day + 7) };
}

/** An all-day event is on its dates in every time zone: its timestamps do not place it. */
function placeOf(event: EventDocument): { start: Date; end: Date } {
  if ("date" in event.start && "date" in event.end) {
    return { start: new Date(`${event.start.date}T00:00`), end: new Date(`${event.end.date}T00:00`) };
  }
  return { start: event.startAt.toDate(), end: event.endAt.toDate() };
}

/** The events that touch the range, a line of text for each, in the order of their starts. */
export function linesOf(events: Iterable<EventDocument>, { from, to }: { from: Date; to: Date }): string[] {
  return [...events]
    .map(event => ({ event, ...placeOf(event) }))
    .filter(({ start, end }) => start < to && end > from)
    .sort((a, b) => a.start.getTime() - b.start.getTime())
    .map(({ event, start }) => {
      const when = event.allDay ? start.toLocaleDateString() : start.toLocaleString();
      return `${when}: ${event.summary ?? (event.visibility === "private" ? "busy" : "(no title)")}`;
    });
}
