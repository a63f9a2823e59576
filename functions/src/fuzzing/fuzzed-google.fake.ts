import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import { type CalendarCaller, createCalendarCaller } from "../google/calendar-client.ts";
import { CountedCalls } from "../quota/counted-calls.fake.ts";
import { createEventSource } from "../google/events.adapter.ts";
import type { EventPage, EventSource } from "../ports/sync.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import type { FakeGoogle } from "../sync/testing/fake-google.fake.ts";
import type { AnswerChanges } from "./answer-changes.fake.ts";

const tokens = (token: string) => Promise.resolve({ kind: "token" as const, token, grantId: "grant" });

/**
 * The real caller (tokens, the second attempt after a 401, the classification of errors) with a client that replaces
 * Google's library. The client returns and throws the values that the library would.
 */
export function callerOf(client: object): CalendarCaller {
  const real = createCalendarCaller(
    { get: () => tokens("t1"), replace: () => tokens("t2") },
    undefined,
    new CountedCalls(),
  );
  return async (accountId, call) =>
    await real(accountId, async (_library, options) => await call(client as calendar_v3.Calendar, options));
}

/** An error as Google's library throws it. */
export function thrownBy(status: number, data: unknown): Error {
  return Object.assign(new Error("refused"), { config: {}, response: { status, data } });
}

type ListParameters = calendar_v3.Params$Resource$Events$List;

/** An answer of `events.list` and the ids of its items, which the case records. */
export interface Delivered {
  readonly body: unknown;
  readonly ids: readonly string[];
}

/** `events.list` of a fake Google: returns JSON, or throws an error as the library does. */
export function listOf(google: FakeGoogle, deadTokenStatus: 400 | 410) {
  return async (params: ListParameters): Promise<Delivered> => {
    const { syncToken, pageToken, timeMin } = params;
    // An altered sync token: both 410 and 400 "Invalid sync token value." have been seen.
    if (typeof syncToken === "string" && !isToken(syncToken)) throw deadToken(deadTokenStatus);
    if (typeof pageToken === "string" && !isToken(pageToken)) throw badPageToken();
    const answer = await google.list({
      accountId: "account",
      calendarId: params.calendarId ?? "",
      query: typeof syncToken === "string" ? { syncToken } : { timeMinMs: Date.parse(timeMin ?? "") },
      ...(typeof pageToken === "string" && { pageToken }),
    });
    if (answer.kind === "failed") throw refusalOf(answer, deadTokenStatus);
    return { body: bodyOf(answer), ids: answer.items.map(item => (item as { id: string }).id) };
  };
}

function bodyOf({ kind: _kind, ...page }: EventPage): unknown {
  return { kind: "calendar#events", etag: '"p33"', summary: "Work", accessRole: "owner", ...page };
}

function isToken(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function deadToken(status: 400 | 410): Error {
  const message =
    status === 400 ? "Invalid sync token value." : "Sync token is no longer valid, a full sync is required.";
  const reason = status === 400 ? "invalid" : "fullSyncRequired";
  return thrownBy(status, {
    error: { code: status, message, errors: [{ domain: "global", reason, message }] },
  });
}

function badPageToken(): Error {
  const message = "Invalid value for: pageToken";
  const errors = [
    { domain: "global", reason: "invalid", message, locationType: "parameter", location: "pageToken" },
  ];
  return thrownBy(400, { error: { code: 400, message, errors } });
}

function refusalOf({ reason }: GoogleFailure, deadTokenStatus: 400 | 410): Error {
  if (reason === "tokenExpired") return deadToken(deadTokenStatus);
  return reason === "pageTokenRejected" ? badPageToken() : thrownBy(503, "");
}

/**
 * The real adapter with a fake Google whose answers are changed in transit.
 *
 * @param arrived called for every item in the order of arrival; `asSaid` is true if the item was not changed
 * @param begins called when a list begins with its first page
 */
export function fuzzedEvents(
  list: ReturnType<typeof listOf>,
  changes: AnswerChanges | undefined,
  arrived: (id: string, asSaid: boolean) => void,
  begins: () => void = () => undefined,
): EventSource {
  let refused: unknown;
  const client = {
    events: {
      list: async (params: ListParameters) => {
        // The second attempt, with a fresh token, gets the same refusal as the first.
        if (refused !== undefined) throw refused as Error;
        const { body, ids } = await list(params);
        const changed = changes?.change(body) ?? { kind: "answer" as const, body, touched: [] };
        if (changed.kind === "refusal") {
          refused = changed.thrown;
          throw changed.thrown as Error;
        }
        for (const [index, id] of ids.entries()) arrived(id, !changed.touched.includes(index));
        return { data: changed.body };
      },
    },
  };
  const source = createEventSource(callerOf(client));
  return {
    list: async request => {
      refused = undefined;
      if (request.pageToken === undefined) begins();
      return await source.list(request);
    },
  };
}
