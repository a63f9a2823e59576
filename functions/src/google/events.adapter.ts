import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import * as z from "zod";
import type { EventSource } from "../ports/sync.port.ts";
import type { CalendarCaller } from "./calendar-client.ts";

/** Google's own maximum (reference of events.list): fewer round trips, and a page is still small in memory. */
const pageSize = 2_500;

/**
 * What a client cannot use stays at Google: less to transfer and to parse. `fields` is not among the parameters that
 * must stay the same with a sync token, but the query version is raised with any change of it all the same.
 */
const fields =
  "nextPageToken,nextSyncToken,timeZone,items(id,status,etag,updated,start,end,summary,description,location," +
  "attendees,organizer,hangoutLink,conferenceData(entryPoints(entryPointType,uri)),recurrence,recurringEventId," +
  "originalStartTime,eventType,visibility,transparency,colorId,htmlLink)";

/** Google's have some hundred characters. One that Firestore could not store is no token. */
const token = z
  .string()
  .min(1)
  .max(10_000)
  .refine(text => text.isWellFormed());

const answer = z.object({
  items: z.array(z.unknown()).optional(),
  nextPageToken: token.optional(),
  nextSyncToken: token.optional(),
  // Without it the zone stays what it was.
  timeZone: z.string().optional().catch(undefined),
});

/** `events.list` of the Calendar API. */
export function createEventSource(call: CalendarCaller): EventSource {
  return {
    list: async ({ accountId, calendarId, query, pageToken }) => {
      const params: calendar_v3.Params$Resource$Events$List = {
        calendarId,
        maxResults: pageSize,
        singleEvents: false,
        fields,
        ...("syncToken" in query
          ? { syncToken: query.syncToken }
          : { timeMin: new Date(query.timeMinMs).toISOString() }),
        ...(pageToken !== undefined && { pageToken }),
      };
      const result = await call(accountId, (client, options) => client.events.list(params, options));
      if (result.kind === "failed") return result;
      const page = answer.safeParse(result.data);
      if (!page.success) return { kind: "failed", reason: "unavailable", googleReason: "unreadableAnswer" };
      const { nextPageToken, nextSyncToken, timeZone, items } = page.data;
      return {
        kind: "page",
        items: items ?? [],
        ...(items === undefined && { isIncomplete: true }),
        ...(nextPageToken !== undefined && { nextPageToken }),
        ...(nextSyncToken !== undefined && { nextSyncToken }),
        ...(timeZone !== undefined && { timeZone }),
      };
    },
  };
}
