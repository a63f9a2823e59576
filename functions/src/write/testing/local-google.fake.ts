import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import { Emulator } from "../../../../emulators/google-calendar/src/emulator.ts";
import { DEFAULT_HABITS } from "../../../../emulators/google-calendar/src/habits.ts";
import { classifyFailure } from "../../google/classify-failure.ts";
import type { CalendarCaller, CallOptions } from "../../google/calendar-client.ts";

/** A request of the Calendar API below `calendars/`. */
export interface GoogleRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** For example `[calendarId, "events", eventId]`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface GoogleAnswer {
  readonly status: number;
  readonly data: unknown;
}

export type Send = (request: GoogleRequest) => Promise<GoogleAnswer>;

/** The local Google in this process, without a socket: a request costs a fraction of a millisecond. */
export class LocalGoogle {
  readonly #emulator: Emulator;
  readonly #tokens = new Map<string, string>();

  constructor(now: () => number, seed: number, state: object) {
    this.#emulator = new Emulator({
      now,
      speed: 1,
      seed,
      log: () => undefined,
      clients: [],
      quotas: { perUserPerMinute: 0, perProjectPerMinute: 0, status: 403 },
      rotateRefreshTokens: false,
      refreshTokenLifeMs: Infinity,
      habits: DEFAULT_HABITS,
    });
    this.#emulator.load(state);
  }

  /** Answers a request of this user. */
  async send(user: string, { method, path, query = {}, headers = {}, body }: GoogleRequest) {
    const parameters = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
    return await this.#handle({
      method,
      path: `/calendar/v3/calendars/${path.map(encodeURIComponent).join("/")}`,
      query: new URLSearchParams(parameters),
      headers: { ...lowerCase(headers), authorization: `Bearer ${await this.#token(user)}` },
      body,
    });
  }

  close(): void {
    this.#emulator.close();
  }

  async #token(email: string): Promise<string> {
    const known = this.#tokens.get(email);
    if (known !== undefined) return known;
    const path = "/_emulator/tokens";
    const query = new URLSearchParams();
    const { data } = await this.#handle({ method: "POST", path, query, headers: {}, body: { email } });
    const { access_token: token } = data as { readonly access_token: string };
    this.#tokens.set(email, token);
    return token;
  }

  async #handle(request: {
    method: string;
    path: string;
    query: URLSearchParams;
    headers: Record<string, string>;
    body: unknown;
  }): Promise<GoogleAnswer> {
    const body = Buffer.from(request.body === undefined ? "" : JSON.stringify(request.body));
    const outcome = await this.#emulator.handle({ ...request, body });
    if (outcome === "cut") throw new Error("the local Google has no faults here");
    const text = String(outcome.body ?? "");
    return { status: outcome.status, data: text === "" ? undefined : JSON.parse(text) };
  }
}

/** Calls for the adapters of `google/`, in the place of Google's client library. A rejected `send` is a lost answer. */
export function callerOver(send: Send): CalendarCaller {
  const request = async (request: GoogleRequest, { headers }: CallOptions) => {
    const answer = await send({ ...request, headers }).catch(() => {
      // The form of the errors of the library (`classifyFailure`).
      throw Object.assign(new Error("no answer"), { code: "ECONNRESET" });
    });
    if (answer.status < 300) return { data: answer.data };
    throw Object.assign(new Error("refused"), { response: answer });
  };
  const events = {
    get: ({ calendarId, eventId, ...query }: Params, options: CallOptions) =>
      request({ method: "GET", path: [calendarId, "events", eventId], query }, options),
    list: ({ calendarId, ...query }: Params, options: CallOptions) =>
      request({ method: "GET", path: [calendarId, "events"], query }, options),
    insert: ({ calendarId, requestBody: body, ...query }: Params, options: CallOptions) =>
      request({ method: "POST", path: [calendarId, "events"], query, body }, options),
    patch: ({ calendarId, eventId, requestBody: body, ...query }: Params, options: CallOptions) =>
      request({ method: "PATCH", path: [calendarId, "events", eventId], query, body }, options),
    delete: ({ calendarId, eventId, ...query }: Params, options: CallOptions) =>
      request({ method: "DELETE", path: [calendarId, "events", eventId], query }, options),
    move: ({ calendarId, eventId, ...query }: Params, options: CallOptions) =>
      request({ method: "POST", path: [calendarId, "events", eventId, "move"], query }, options),
  };
  const client = { events } as unknown as calendar_v3.Calendar;
  return async (_accountId, call) => {
    try {
      const options = { params: { quotaUser: "" }, headers: {}, timeout: 0, retry: false };
      const retryConfig = { retry: 0, noResponseRetries: 0, onRetryAttempt: () => undefined };
      const { data } = await call(client, { ...options, retryConfig });
      return { kind: "ok", data };
    } catch (error) {
      return classifyFailure(error);
    }
  };
}

interface Params {
  readonly calendarId: string;
  readonly eventId: string;
  readonly requestBody?: unknown;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
