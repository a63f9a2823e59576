import { clientEnvironment } from "../stack/addresses.ts";
import { requestJson } from "./http.ts";

/** One calendar of a user of the local Google Calendar; events are Google event resources. */
export type SeedCalendar = {
  readonly id: string;
  readonly summary: string;
  readonly timeZone: string;
  readonly accessRole?: string;
  readonly primary?: boolean;
  readonly watchable?: boolean;
  readonly backgroundColor?: string;
  readonly events: readonly object[];
};

export type SeedUser = {
  readonly email: string;
  readonly name?: string;
  readonly calendars: readonly SeedCalendar[];
};

/** One attempt to deliver a notification. Times in milliseconds since 1970. */
type Delivery = {
  readonly at: number;
  readonly answeredAt?: number;
  readonly state: string;
  readonly status?: number;
  readonly error?: string;
};

export type Channel = {
  readonly id: string;
  readonly calendarId: string;
  readonly address: string;
  /** Notifications that are still to be sent. */
  readonly waiting: number;
  /** Neither stopped nor expired. */
  readonly live: boolean;
  readonly stoppedAt?: number;
  /** Notifications that Google lost. */
  readonly dropped: number;
  readonly deliveries: readonly Delivery[];
};

/** One call of Google's API as the local Google Calendar saw it. */
export type LoggedRequest = {
  readonly at: number;
  readonly answeredAt?: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
};

/** How notifications are delivered; fields that are left out keep their defaults. */
export type PushBehaviour = { readonly paused?: boolean; readonly drop?: number };

/** The control surface of the local Google Calendar (emulators/google-calendar, README). */
export class GoogleControl {
  readonly url: string;

  constructor(url: string = clientEnvironment.GOOGLE_CALENDAR_EMULATOR_URL) {
    this.url = url;
  }

  async reset(): Promise<void> {
    await this.#call("POST", "reset", {});
  }

  async seed(users: readonly SeedUser[]): Promise<void> {
    await this.#call("PUT", "state", { users });
  }

  /** Tokens of a user, without a browser. */
  async tokens(email: string): Promise<{ access_token: string; refresh_token: string }> {
    return (await this.#call("POST", "tokens", { email })) as { access_token: string; refresh_token: string };
  }

  /** Makes every sync token that was issued so far answer 410. */
  async expireSyncTokens(calendarId: string): Promise<void> {
    await this.#call("POST", "sync-tokens/expire", { calendarId });
  }

  async setPush(behaviour: PushBehaviour): Promise<void> {
    await this.#call("POST", "push", behaviour);
  }

  async channels(): Promise<Channel[]> {
    return (await this.#call("GET", "channels")) as Channel[];
  }

  async requests(): Promise<LoggedRequest[]> {
    return (await this.#call("GET", "requests")) as LoggedRequest[];
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    return await requestJson(`${this.url}/_emulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
    });
  }
}
