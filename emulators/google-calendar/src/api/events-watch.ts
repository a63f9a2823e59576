import { accessEvents } from "./access.ts";
import { EVENTS_LIST_PARAMS } from "./events-list.ts";
import { method } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import { openChannel } from "./watch.ts";

/** `POST …/events/watch`: takes the parameters of the list and opens a channel on the calendar's events. */
export const eventsWatch = method({
  id: "events.watch",
  verb: "POST",
  path: "calendars/{calendarId}/events/watch",
  scopes: SCOPES["events.watch"],
  params: EVENTS_LIST_PARAMS,
  run: call => {
    const { calendar } = accessEvents(call, call.params.calendarId);
    return openChannel(call, {
      resource: `events:${calendar.id}`,
      path: `calendars/${encodeURIComponent(calendar.id)}/events`,
      calendarId: calendar.id,
      watchable: calendar.watchable,
    });
  },
});
