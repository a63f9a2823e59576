import {
  createGoogleCalendarEmulator,
  type GoogleCalendarEmulator,
} from "../../../../emulators/google-calendar/src/index.ts";
import { createCalendarCaller } from "../../google/calendar-client.ts";
import { createEventWrites } from "../../google/event-writes.adapter.ts";
import { newSyncState, type SyncState } from "../../model/sync-state.ts";
import { calendarKeyOf } from "../../model/keys.ts";
import type { AccessTokens } from "../../ports/credentials.port.ts";
import type { StoredSeries } from "../../ports/sync.port.ts";
import type { SyncTask } from "../../ports/tasks.port.ts";
import { CountedCalls } from "../../quota/counted-calls.fake.ts";
import type { WritePorts } from "../write-context.ts";

export const uid = "user";
/** The owner of the calendars, and the guest of some of their events. */
export const ann = "ann@example.com";
export const bob = "bob@example.com";
export const team = "team@group.calendar.google.com";
const accountId = "account-of-ann-22-chars";

/** Event resources as the local Google returns them. */
export type Resource = Readonly<Record<string, unknown>> & { readonly id: string; readonly etag: string };

/** The local Google with two users, and everything else that a write needs, in memory. Call `prepareClient` first. */
export class WriteWorld {
  readonly key = calendarKeyOf(accountId, ann);
  readonly teamKey = calendarKeyOf(accountId, team);
  readonly calls = new CountedCalls();
  readonly tasks: SyncTask[] = [];
  readonly states = new Map<string, SyncState>();
  /** The etags of the series as Firestore has them. Absent: as Google has them now. */
  readonly storedEtags = new Map<string, string>();
  readonly ports: WritePorts;
  scopes: readonly string[] | undefined;
  readonly #google: GoogleCalendarEmulator;
  #ids = 0;

  private constructor(google: GoogleCalendarEmulator) {
    this.#google = google;
    for (const [key, calendarId] of [
      [this.key, ann],
      [this.teamKey, team],
    ] as const) {
      const calendar = { uid, accountId, calendarId, timeZone: "Europe/Berlin" };
      this.states.set(key, { ...newSyncState(calendar, 1_767_225_600_000), epoch: 7 });
    }
    const get: AccessTokens["get"] = async () => ({
      kind: "token",
      token: await this.#token(ann),
      grantId: "",
    });
    const caller = createCalendarCaller({ get, replace: get }, google.url, this.calls, {
      mayLackScope: true,
    });
    const line = () => undefined;
    this.ports = {
      google: createEventWrites(caller),
      store: {
        read: key => {
          const state = this.states.get(key);
          return Promise.resolve(state && { state, version: "" as never });
        },
        fingerprints: () => Promise.resolve(new Map()),
        series: async (_key, [id = ""]) => {
          const etag = this.storedEtags.get(id) ?? (await this.event(id)).etag;
          return [{ seriesId: id, master: { event: { etag } } } as unknown as StoredSeries];
        },
      },
      tasks: {
        syncCalendar: task => {
          this.tasks.push(task);
          return Promise.resolve("created");
        },
      },
      newId: length => String(++this.#ids).padStart(length, "0"),
      log: { info: line, warn: line, error: line, alarm: line },
    };
  }

  static async start(): Promise<WriteWorld> {
    const world = new WriteWorld(await createGoogleCalendarEmulator({ seed: 7 }));
    await world.reset();
    return world;
  }

  /** Empties the calendars. */
  async reset(habits: object = {}): Promise<void> {
    const calendar = (id: string) => ({ id, summary: id, timeZone: "Europe/Berlin", primary: id !== team });
    await this.control("POST", "reset");
    await this.control("PUT", "state", {
      users: [
        { email: ann, calendars: [calendar(ann), calendar(team)] },
        { email: bob, calendars: [calendar(bob)] },
      ],
    });
    await this.control("POST", "habits", habits);
    this.tasks.length = 0;
    this.storedEtags.clear();
    this.calls.total = 0;
  }

  async control(method: string, name: string, body: object = {}): Promise<unknown> {
    const answer = await fetch(`${this.#google.url}/_emulator/${name}`, {
      method,
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  /** A call of the local Google by one of its users, past the product. */
  async google(method: string, path: string, body?: object, user = ann): Promise<unknown> {
    const answer = await fetch(`${this.#google.url}/calendar/v3/calendars/${path}`, {
      method,
      headers: { Authorization: `Bearer ${await this.#token(user)}`, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  async add(body: object, calendar = ann, user = calendar === bob ? bob : ann): Promise<Resource> {
    return (await this.google("POST", `${calendar}/events`, body, user)) as Resource;
  }

  async event(id: string, calendar = ann): Promise<Resource> {
    return (await this.google(
      "GET",
      `${calendar}/events/${id}`,
      undefined,
      calendar === bob ? bob : ann,
    )) as Resource;
  }

  /** Google's own expansion. */
  async occurrences(calendar = ann): Promise<Resource[]> {
    const query = "singleEvents=true&orderBy=startTime&maxResults=2500&timeMax=2027-12-31T00:00:00Z";
    const list = await this.google(
      "GET",
      `${calendar}/events?${query}`,
      undefined,
      calendar === bob ? bob : ann,
    );
    return (list as { readonly items: Resource[] }).items;
  }

  async close(): Promise<void> {
    await this.#google.close();
  }

  async #token(email: string): Promise<string> {
    const answer = (await this.control("POST", "tokens", { email, scopes: this.scopes })) as {
      access_token: string;
    };
    return answer.access_token;
  }
}

/**
 * The client library imports its own `fetch` dynamically, which Jest does not support. In a browser the library uses
 * `window.fetch`.
 */
export function prepareClient(): void {
  Object.assign(globalThis, { window: { fetch } });
}
