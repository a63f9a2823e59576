import { colorsOf } from "../api/colors.ts";
import type { World } from "../model/world.ts";
import { eventOf, listEvents } from "../model/event-query.ts";

/** Users and their calendars with the number of events, for the page. */
export function showUsers(world: World): object[] {
  return [...world.users.values()].map(user => ({
    email: user.email,
    name: user.name,
    calendars: [...user.list.values()].flatMap(entry => {
      const calendar = world.calendars.get(entry.calendarId);
      if (calendar === undefined || entry.deleted) return [];
      const { id, summary, timeZone } = calendar;
      const accessRole = world.roleOf(user, calendar);
      const { backgroundColor } = colorsOf(entry);
      return [{ id, summary, timeZone, accessRole, backgroundColor, events: calendar.events.living }];
    }),
  }));
}

/** The events of a calendar between two instants (ms), with series expanded. Empty for an unknown calendar. */
export function showWindow(world: World, calendarId: string | null, fromMs: number, toMs: number): object[] {
  const calendar = calendarId === null ? undefined : world.calendars.get(calendarId);
  if (calendar === undefined || !(fromMs < toMs)) return [];
  return (
    listEvents(calendar, {
      singleEvents: true,
      showDeleted: false,
      timeMinMs: fromMs,
      timeMaxMs: toMs,
      updatedMinMs: undefined,
      q: undefined,
      iCalUid: undefined,
      eventTypes: [],
      privateProperties: [],
      sharedProperties: [],
      orderBy: "startTime",
    })
      .map(eventOf)
      // The page can draw only events with times.
      .filter(({ start, end }) => start !== undefined && end !== undefined)
      .slice(0, 2_000)
      .map(({ id, summary, start, end, recurringEventId }) => {
        return { id, summary, start, end, recurringEventId };
      })
  );
}
