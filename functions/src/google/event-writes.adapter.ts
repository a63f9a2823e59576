import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import * as z from "zod/mini";
import type {
  CalendarPlace,
  EventAnswer,
  EventAtGoogle,
  EventBody,
  GoogleEvents,
  WriteOptions,
} from "../ports/event-writes.port.ts";
import { unreadableAnswer } from "../model/google-failure.ts";
import type { CallOptions, CalendarCaller } from "./calendar-client.ts";

/** Below the web SDK's 70 seconds for a whole call, which may need several calls of Google. */
const callTimeoutMs = 15_000;

const resource = z.looseObject({
  id: z.string().check(z.minLength(1), z.maxLength(1024)),
  etag: z.string().check(z.minLength(1), z.maxLength(200)),
});

const list = z.object({ items: z.optional(z.array(z.unknown())), nextPageToken: z.optional(z.string()) });

/** A series with more exceptions is refused by `unreadableAnswer`: about ten pages. */
const maxPages = 10;

/** `events.get`, `insert`, `patch`, `delete`, `move` and `list` of the Calendar API. */
export function createEventWrites(call: CalendarCaller): GoogleEvents {
  const eventFrom = async (
    accountId: string,
    request: (client: calendar_v3.Calendar, options: CallOptions) => Promise<{ data: unknown }>,
  ): Promise<EventAnswer> => {
    const result = await call(accountId, request);
    if (result.kind === "failed") return result;
    return readEvent(result.data) ?? unreadableAnswer;
  };

  return {
    get: async ({ accountId, ...place }) =>
      await eventFrom(accountId, (client, options) => client.events.get(place, brief(options))),

    insert: async ({ accountId, calendarId }, body, options) =>
      await eventFrom(accountId, (client, basic) =>
        client.events.insert(
          { calendarId, requestBody: body, ...parameters(options, body) },
          writing(basic, options),
        ),
      ),

    patch: async ({ accountId, ...place }, body, options) =>
      await eventFrom(accountId, (client, basic) =>
        client.events.patch(
          { ...place, requestBody: body, ...parameters(options, body) },
          writing(basic, options),
        ),
      ),

    remove: async ({ accountId, ...place }, options) => {
      const result = await call(accountId, (client, basic) =>
        client.events.delete({ ...place, sendUpdates: options.sendUpdates }, writing(basic, options)),
      );
      return result.kind === "failed" ? result : { kind: "removed" };
    },

    move: async ({ accountId, ...place }, destination, options) =>
      await eventFrom(accountId, (client, basic) =>
        client.events.move(
          { ...place, destination, sendUpdates: options.sendUpdates },
          writing(basic, options),
        ),
      ),

    withICalUid: async (place, iCalUID) => await listed(call, place, iCalUID),
  };
}

async function listed(call: CalendarCaller, { accountId, calendarId }: CalendarPlace, iCalUID: string) {
  const events: EventAtGoogle[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const params = {
      calendarId,
      iCalUID,
      showDeleted: true,
      maxResults: 2_500,
      ...(pageToken && { pageToken }),
    };
    const result = await call(accountId, (client, options) => client.events.list(params, brief(options)));
    if (result.kind === "failed") return result;
    const answer = list.safeParse(result.data);
    if (!answer.success) return unreadableAnswer;
    for (const item of answer.data.items ?? []) {
      const read = readEvent(item);
      // An exception that cannot be read could be overlooked.
      if (read === undefined) return unreadableAnswer;
      events.push(read.event);
    }
    pageToken = answer.data.nextPageToken;
    if (pageToken === undefined) return { kind: "events", events } as const;
  }
  return unreadableAnswer;
}

function readEvent(data: unknown): Extract<EventAnswer, { kind: "event" }> | undefined {
  const read = resource.safeParse(data);
  if (!read.success) return undefined;
  const { id, etag } = read.data;
  return { kind: "event", event: { id, etag, resource: read.data } };
}

const brief = (options: CallOptions): CallOptions => ({ ...options, timeout: callTimeoutMs });

/** The library would repeat a DELETE after a lost answer, and the repetition would fail with 410. */
function writing(options: CallOptions, { etag }: Partial<WriteOptions>): CallOptions {
  return {
    ...brief(options),
    retry: false,
    // `retry: false` alone does not stop it.
    retryConfig: { ...options.retryConfig, retry: 0 },
    headers: { ...options.headers, ...(etag !== undefined && { "If-Match": etag }) },
  };
}

/** Without `conferenceDataVersion`, Google ignores `conferenceData` (events reference). */
function parameters({ sendUpdates }: WriteOptions, body: EventBody) {
  return {
    sendUpdates,
    ...("conferenceData" in body && { conferenceDataVersion: 1 }),
    ...("attachments" in body && { supportsAttachments: true }),
  };
}
