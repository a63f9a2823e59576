import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { auth, calendar } from "googleapis/build/src/apis/calendar";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { createGoogleCalendarEmulator } from "../src/index.ts";
import type { GoogleCalendarEmulator, GoogleCalendarEmulatorOptions } from "../src/index.ts";

/**
 * The OAuth client of the calendar client's own package. The types of a second copy of the library would not be
 * compatible.
 */
export type OAuth2Client = InstanceType<typeof auth.OAuth2>;

/** The users of most tests. */
export const ALICE = "alice@example.com";
export const BOB = "bob@example.com";
export const TEAM = "team@group.calendar.google.com";
export const HOLIDAYS = "en.german#holiday@group.v.calendar.google.com";

/** Two users, a shared calendar and a calendar that cannot be watched. */
export const WORLD = {
  users: [
    {
      email: ALICE,
      name: "Alice Example",
      calendars: [
        { id: ALICE, summary: "Alice", timeZone: "Europe/Berlin", primary: true },
        { id: TEAM, summary: "Team", timeZone: "America/New_York" },
        { id: HOLIDAYS, summary: "Holidays", timeZone: "Europe/Berlin", accessRole: "reader" },
      ],
    },
    {
      email: BOB,
      calendars: [
        { id: BOB, summary: "Bob", timeZone: "UTC", primary: true },
        { id: TEAM, summary: "Team", timeZone: "America/New_York", accessRole: "reader" },
      ],
    },
  ],
};

/** WORLD plus a third user without data. */
export const CAROL = "carol@example.com";
export const WORLD_WITH_CAROL = { users: [...WORLD.users, { email: CAROL }] };

/** An answer of the control surface or of a plain request. */
export interface PlainAnswer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

/** One running emulator and the functions with which tests use it. */
export class Harness {
  #emulator: GoogleCalendarEmulator | undefined;

  /** Starts an emulator with WORLD. */
  async start(options: GoogleCalendarEmulatorOptions = {}): Promise<this> {
    this.#emulator = await createGoogleCalendarEmulator({ seed: 7, ...options });
    await this.control("PUT", "state", WORLD);
    return this;
  }

  get emulator(): GoogleCalendarEmulator {
    if (this.#emulator === undefined) throw new Error("the emulator has not been started");
    return this.#emulator;
  }

  get url(): string {
    return this.emulator.url;
  }

  /** Sends a plain HTTP request, for cases that the client library does not support. */
  async fetch(path: string, init: RequestInit = {}): Promise<PlainAnswer> {
    const response = await fetch(this.url + path, { redirect: "manual", ...init });
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { status: response.status, headers: response.headers, text, json };
  }

  /** Calls the control surface. Throws if the call fails. */
  async control<T = unknown>(method: string, name: string, body?: unknown): Promise<T> {
    const answer = await this.fetch(`/_emulator/${name}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.status !== 200) throw new Error(`${method} ${name}: ${answer.status} ${answer.text}`);
    return answer.json as T;
  }

  /** Creates an access token without a browser. */
  async token(email = ALICE, scopes?: readonly string[], clientId?: string): Promise<string> {
    const { access_token } = await this.control<{ access_token: string }>("POST", "tokens", {
      email,
      scopes,
      clientId,
    });
    return access_token;
  }

  /** The official client of a user. */
  async client(email = ALICE, scopes?: readonly string[], clientId?: string): Promise<calendar_v3.Calendar> {
    const credentials = new auth.OAuth2();
    credentials.setCredentials({ access_token: await this.token(email, scopes, clientId) });
    return this.clientFor(credentials);
  }

  /** The official client with the given credentials. It does not retry, so that tests see every answer. */
  clientFor(credentials: OAuth2Client): calendar_v3.Calendar {
    return calendar({
      version: "v3",
      auth: credentials,
      rootUrl: `${this.url}/`,
      retry: false,
      // The library imports its default implementation dynamically, which Jest does not support.
      fetchImplementation: fetch,
    });
  }

  /** An OAuth client that uses the emulator's endpoints. */
  oauth(
    clientId = "client",
    redirectUri = "http://127.0.0.1/callback",
    clientSecret = "secret",
  ): OAuth2Client {
    return new auth.OAuth2({
      clientId,
      clientSecret,
      redirectUri,
      // The library imports its default implementation dynamically, which Jest does not support.
      transporterOptions: { fetchImplementation: fetch },
      endpoints: {
        oauth2AuthBaseUrl: `${this.url}/o/oauth2/v2/auth`,
        oauth2TokenUrl: `${this.url}/token`,
        oauth2RevokeUrl: `${this.url}/revoke`,
        tokenInfoUrl: `${this.url}/tokeninfo`,
      },
    });
  }

  /** Submits the consent page as a user. Returns the address of the redirect. */
  async consent(url: string, email: string, decision = "allow"): Promise<URL> {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ email, decision }),
    });
    const location = response.headers.get("location");
    if (location === null) throw new Error(`no redirect: ${response.status} ${await response.text()}`);
    return new URL(location);
  }

  async close(): Promise<void> {
    await this.emulator.close();
  }
}

/** One emulator per test file. Before each test, it is reset and gets `state`. */
export function useHarness(state: object = WORLD): Harness {
  const harness = new Harness();
  beforeAll(async () => {
    await harness.start();
  });
  beforeEach(async () => {
    await harness.control("POST", "reset");
    await harness.control("PUT", "state", state);
  });
  afterAll(async () => {
    await harness.close();
  });
  return harness;
}

/** The fields of Google's error body. */
export interface ErrorFacts {
  status: number;
  reason: string;
  message: string;
  domain: string;
  location?: string | undefined;
}

/** Runs a call that must fail. Returns its error. */
export async function failure(call: Promise<unknown>): Promise<ErrorFacts> {
  try {
    await call;
  } catch (error) {
    const response: unknown = Reflect.get(Object(error), "response");
    if (response === undefined) throw error;
    const { status, data } = response as {
      status: number;
      data: {
        error: {
          errors: { reason: string; domain: string; location?: string }[];
          message: string;
          code: number;
        };
      };
    };
    const [detail] = data.error.errors;
    if (data.error.code !== status) throw new Error("the code in the body is not the status");
    return {
      status,
      reason: detail?.reason ?? "",
      domain: detail?.domain ?? "",
      location: detail?.location,
      message: data.error.message,
    };
  }
  throw new Error("the call succeeded");
}

/** Waits until a condition is true. Throws after `withinMs`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 10_000,
): Promise<T> {
  const started = performance.now();
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() - started > withinMs) throw new Error(`waited in vain for ${what}`);
    await delay(5);
  }
}

/** A received notification. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  method: string | undefined;
}

/** A webhook that records its requests. */
export class Webhook {
  readonly received: Received[] = [];
  /** Returns the status of each answer. */
  answer: (received: Received, index: number) => number = () => 204;
  readonly #server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const received = { headers: request.headers, body, method: request.method };
      this.received.push(received);
      response.writeHead(this.answer(received, this.received.length - 1)).end();
    });
  });

  async start(): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** The resource states of the received messages, in order of arrival. */
  get states(): string[] {
    return this.received.map(received => String(received.headers["x-goog-resource-state"]));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

/** Reads all pages of a list. */
export async function listAll(
  client: calendar_v3.Calendar,
  params: calendar_v3.Params$Resource$Events$List = {},
): Promise<{ items: calendar_v3.Schema$Event[]; nextSyncToken: string | undefined; pages: number }> {
  const items: calendar_v3.Schema$Event[] = [];
  let pageToken: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const { data } = await client.events.list({
      calendarId: "primary",
      ...params,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    items.push(...(data.items ?? []));
    pageToken = data.nextPageToken ?? undefined;
    if (pageToken === undefined) return { items, nextSyncToken: data.nextSyncToken ?? undefined, pages };
  }
}

/** The body of an event of half an hour that begins at an hour of 5 January 2026, UTC. */
export function at(hour: number, summary = `at ${hour}`): calendar_v3.Schema$Event {
  const text = String(hour).padStart(2, "0");
  return {
    summary,
    start: { dateTime: `2026-01-05T${text}:00:00Z` },
    end: { dateTime: `2026-01-05T${text}:30:00Z` },
  };
}
