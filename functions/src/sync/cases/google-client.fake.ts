import {
  type CalendarCall,
  type CalendarCaller,
  createCalendarCaller,
} from "../../google/calendar-client.ts";
import type { AccessTokens } from "../../ports/credentials.port.ts";
import type { ListEvents } from "../../ports/sync.port.ts";
import { CountedCalls } from "../../quota/counted-calls.fake.ts";
import type { FakeGoogle } from "../testing/fake-google.fake.ts";
import type { RawAnswer } from "./case-schema.fake.ts";

/** The parts of Google's client library that the adapters use. */
type Client = Parameters<CalendarCall<unknown>>[0];

/** The error that the library throws for a failed call. */
export function thrownFor({ status, body }: RawAnswer): Error {
  const error = new Error(`refused with ${status}`);
  return Object.assign(error, { status, code: status, response: { status, data: body }, config: {} });
}

/** The real caller, with its tokens and its classification, and a client that answers from memory. */
export function callerOver(tokens: AccessTokens, client: unknown): CalendarCaller {
  const real = createCalendarCaller(tokens, undefined, new CountedCalls());
  return async (accountId, call) =>
    await real(accountId, async (_client, options) => await call(client as Client, options));
}

const refusedToken = (location: string, reason: string, status: number): RawAnswer => {
  const message = `The ${location} is not valid.`;
  const errors = [{ domain: "calendar", reason, message, locationType: "parameter", location }];
  return { status, body: { error: { code: status, message, errors } } };
};

interface ListParameters {
  readonly syncToken?: string;
  readonly pageToken?: string;
  readonly timeMin?: string;
}

/** An answer that replaces the list of events, for `times` calls or until it is removed. */
interface StandIn extends RawAnswer {
  readonly when: "pull" | "full" | "list";
  readonly times?: number | undefined;
}

/** `events.list` of the client library with the small Google, whose answers can be replaced. */
export class GoogleClient {
  /** The number of lists that began without a sync token. */
  fullLists = 0;
  /** The answer for an expired sync token; guides/sync documents 410. */
  expired = refusedToken("syncToken", "fullSyncRequired", 410);
  readonly events = { list: async (parameters: ListParameters) => await this.#list(parameters) };
  readonly #google: FakeGoogle;
  #standIns: { readonly answer: StandIn; left: number }[] = [];

  constructor(google: FakeGoogle) {
    this.#google = google;
  }

  answer(answer: StandIn): void {
    this.#standIns.push({ answer, left: answer.times ?? Infinity });
  }

  noAnswers(): void {
    this.#standIns = [];
  }

  async #list({ syncToken, pageToken, timeMin }: ListParameters): Promise<{ data: unknown }> {
    const isFull = syncToken === undefined;
    if (isFull && pageToken === undefined) this.fullLists += 1;
    const standIn = this.#standIns.find(
      ({ answer, left }) => left > 0 && answer.when === (isFull ? "full" : "pull"),
    );
    if (standIn !== undefined) {
      standIn.left -= 1;
      throw thrownFor(standIn.answer);
    }
    const query: ListEvents["query"] = isFull ? { timeMinMs: Date.parse(timeMin ?? "") } : { syncToken };
    const page = await this.#google.list({
      accountId: "account",
      calendarId: "calendar",
      query,
      ...(pageToken !== undefined && { pageToken }),
    });
    if (page.kind === "page") return { data: { ...page, kind: "calendar#events" } };
    if (page.reason === "tokenExpired") throw thrownFor(this.expired);
    if (page.reason === "pageTokenRejected") throw thrownFor(refusedToken("pageToken", "invalid", 400));
    throw new Error(`the small Google was told to fail with ${page.reason}: use answer()`);
  }
}
