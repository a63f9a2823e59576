import { accessEvents } from "./access.ts";
import { EVENTS_LIST_PARAMS } from "./events-list.ts";
import { method } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import { openChannel } from "./watch.ts";

/** `POST …/events/watch`: opens a channel on a calendar's events. Accepts the parameters of events.list. */
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
