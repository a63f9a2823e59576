import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import * as z from "zod/mini";
import { unreadableAnswer } from "../model/google-failure.ts";
import type { EventSource } from "../ports/sync.port.ts";
import type { CalendarCaller } from "./calendar-client.ts";

/**
 * Google's maximum (reference of events.list, `maxResults`). Large pages need fewer calls, and one page still fits into
 * memory.
 */
const pageSize = 2_500;

/**
 * Only fields that clients use, which saves transfer and parsing. `fields` is not among the parameters that must stay
 * the same with a sync token (guides/sync); the query version is raised with each change of it nevertheless.
 */
const fields =
  "nextPageToken,nextSyncToken,timeZone,accessRole,items(id,status,etag,created,updated,iCalUID,sequence,start,end,summary," +
  "description,location,attendees,attendeesOmitted,organizer,creator,guestsCanInviteOthers,guestsCanModify," +
  "guestsCanSeeOtherGuests,anyoneCanAddSelf,locked,hangoutLink,conferenceData(conferenceId," +
  "conferenceSolution(name,iconUri),notes,entryPoints(entryPointType,uri,label,pin,accessCode,meetingCode,passcode," +
  "password,regionCode)),recurrence,recurringEventId,originalStartTime,eventType,visibility,transparency,colorId," +
  "eventLabelId,htmlLink,attachments(title,fileUrl,mimeType,iconLink),reminders,extendedProperties,source," +
  "workingLocationProperties,outOfOfficeProperties,focusTimeProperties,birthdayProperties)";

/** Google's tokens have some hundred characters. Firestore must be able to store a token. */
const token = z.string().check(
  z.minLength(1),
  z.maxLength(10_000),
  z.refine(text => text.isWellFormed()),
);

const answer = z.object({
  items: z.optional(z.array(z.unknown())),
  nextPageToken: z.optional(token),
  nextSyncToken: z.optional(token),
  // If it is missing or unreadable, the calendar keeps its stored zone.
  timeZone: z.catch(z.optional(z.string()), undefined),
  // If it is missing or unreadable, nothing follows about the user's role.
  accessRole: z.catch(z.optional(z.string()), undefined),
});

/** `events.list` of the Calendar API. An answer without the documented shape is a failure `unavailable`. */
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
      if (!page.success) return unreadableAnswer;
      const { nextPageToken, nextSyncToken, timeZone, accessRole, items } = page.data;
      return {
        kind: "page",
        items: items ?? [],
        ...(items === undefined && { isIncomplete: true }),
        ...(nextPageToken !== undefined && { nextPageToken }),
        ...(nextSyncToken !== undefined && { nextSyncToken }),
        ...(timeZone !== undefined && { timeZone }),
        ...(accessRole !== undefined && { accessRole }),
      };
    },
  };
}
