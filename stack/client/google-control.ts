import { requestJson } from "./http.ts";

/** One calendar of a user of the local Google Calendar; events are Google event resources. */
export type SeedCalendar = {
  readonly id: string;
  readonly summary: string;
  readonly timeZone: string;
  readonly accessRole?: string;
  readonly primary?: boolean;
  readonly watchable?: boolean;
  /** 1 to 24, of Google's palette (`colors.get`). */
  readonly colorId?: string;
  readonly backgroundColor?: string;
  readonly events: readonly object[];
  /** Returned exactly as given, even if they are invalid. */
  readonly rawEvents?: readonly unknown[];
};

export type SeedUser = {
  readonly email: string;
  readonly name?: string;
  readonly calendars: readonly SeedCalendar[];
  /** Entries of the calendar list that are returned exactly as given. */
  readonly rawCalendarList?: readonly unknown[];
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
  /** True if the channel is neither stopped nor expired. */
  readonly live: boolean;
  readonly stoppedAt?: number;
  /** Notifications that Google lost. */
  readonly dropped: number;
  readonly deliveries: readonly Delivery[];
};

/** A call of Google's API, as recorded by the local Google Calendar. */
export type LoggedRequest = {
  readonly at: number;
  readonly answeredAt?: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  /** True if a fault was applied to the call. */
  readonly struck?: boolean;
  /** The changes that a fault made to the answer; `itemId` is the id of the changed item of a list. */
  readonly mutations?: readonly {
    readonly path: string;
    readonly kind: string;
    readonly itemId?: string;
    readonly was?: string;
    readonly now?: string;
  }[];
};

/** One write of an event, and the mails that Google would send for it. */
export type SentMails = {
  readonly method: string;
  readonly email: string;
  readonly eventId: string;
  readonly sendUpdates: string;
  readonly recipients: readonly string[];
};

/** How notifications are delivered; fields that are left out keep their defaults. */
export type PushBehaviour = {
  readonly paused?: boolean;
  /** A share from 0 to 1, as is `duplicate`. */
  readonly drop?: number;
  readonly duplicate?: number;
  readonly delayMs?: readonly [min: number, max: number];
  readonly reorder?: boolean;
  readonly retryBaseMs?: number;
  readonly maxAttempts?: number;
  readonly seed?: number;
};

/** Behaviour that varies at Google; fields that are left out stay unchanged. */
export type GoogleHabits = {
  readonly syncTokenLifeMs?: number;
  readonly sparseCancelledInstances?: boolean;
  readonly syncTokenExpiry?: "410" | "400";
  readonly freeBusyReaderEvents?: "forbidden" | "withoutTitles" | "withTitles";
  readonly fullListOmitsExceptionsBeforeTimeMin?: boolean;
  readonly masterMoveExceptions?: "cancel" | "keep";
  readonly deletionSendsExceptions?: boolean;
  readonly restoreSendsExceptions?: boolean;
  readonly restoreKeepsExceptions?: boolean;
  readonly unknownValues?: boolean | Readonly<Record<string, boolean | string>>;
  readonly quotas?: { readonly perUserPerMinute?: number; readonly perProjectPerMinute?: number };
};

/** A change to a successful answer. Paths look like `items.0.start`; `*` matches all items. */
export type GoogleMutation = {
  readonly drop?: string | readonly string[];
  readonly set?:
    | { readonly path: string; readonly value: unknown }
    | readonly { readonly path: string; readonly value: unknown }[];
  readonly seed?: number;
  readonly count?: number;
  readonly within?: string;
  readonly spare?: readonly string[];
};

/** A fault for the next matching requests. */
export type GoogleFault = {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly queryLacks?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly domain?: string;
  readonly location?: string;
  readonly locationType?: string;
  readonly errorStatus?: string;
  readonly details?: readonly (string | object)[];
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly mutate?: GoogleMutation;
  readonly delayMs?: number;
  readonly drop?: boolean;
  readonly when?: "before" | "after";
  readonly times?: number;
  readonly probability?: number;
  readonly seed?: number;
};

/** The control surface of the local Google Calendar (emulators/google-calendar, README). */
export class GoogleControl {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async reset(): Promise<void> {
    await this.#call("POST", "reset", {});
  }

  async seed(users: readonly SeedUser[]): Promise<void> {
    await this.#call("PUT", "state", { users });
  }

  /** Issues tokens for a user without a browser. */
  async tokens(
    email: string,
    scopes?: readonly string[],
  ): Promise<{ access_token: string; refresh_token: string }> {
    const tokens = await this.#call("POST", "tokens", { email, scopes });
    return tokens as { access_token: string; refresh_token: string };
  }

  /** Adds a service account that may act for every user of its domain, with these scopes. */
  async addServiceAccount(email: string, delegatedScopes: readonly string[]): Promise<void> {
    await this.#call("POST", "service-accounts", { email, delegatedScopes });
  }

  /** Makes all sync tokens that were issued so far answer 410, for one calendar or for all. */
  async expireSyncTokens(calendarId?: string): Promise<void> {
    await this.#call("POST", "sync-tokens/expire", { calendarId });
  }

  async setPush(behaviour: PushBehaviour): Promise<void> {
    await this.#call("POST", "push", behaviour);
  }

  /** Ends all grants of a user: their tokens are refused from then on. */
  async revokeGrants(email: string): Promise<void> {
    await this.#call("POST", "grants/revoke", { email });
  }

  async advanceClock(advanceMs: number): Promise<void> {
    await this.#call("POST", "clock", { advanceMs });
  }

  async channels(): Promise<Channel[]> {
    return (await this.#call("GET", "channels")) as Channel[];
  }

  async requests(): Promise<LoggedRequest[]> {
    return (await this.#call("GET", "requests")) as LoggedRequest[];
  }

  /** The number of requests to this path. */
  async timesAsked(path: string): Promise<number> {
    return (await this.requests()).filter(request => request.path === path).length;
  }

  async forgetRequests(): Promise<void> {
    await this.#call("DELETE", "requests");
  }

  /** The writes of events, and whom Google would have told by mail. */
  async mails(): Promise<SentMails[]> {
    return (await this.#call("GET", "mails")) as SentMails[];
  }

  /** Changes Google's behaviour. */
  async habits(habits: GoogleHabits): Promise<void> {
    await this.#call("POST", "habits", habits);
  }

  /** Stores event resources exactly as given and returns the ids under which they can be edited or deleted. */
  async rawEvents(calendarId: string, events: readonly unknown[]): Promise<string[]> {
    const answer = await this.#call("POST", "events/raw", { calendarId, events });
    return (answer as { events: { id: string }[] }).events.map(event => event.id);
  }

  /** Stores entries of a calendar list exactly as given; `merge` keeps the fields that are not given. */
  async rawCalendars(email: string, entries: readonly unknown[], merge = false): Promise<void> {
    await this.#call("POST", "calendar-list/raw", { email, entries, merge });
  }

  /** Splits a series before one of its instances ("this and following"). */
  async split(calendarId: string, instanceId: string, changes: object): Promise<void> {
    await this.#call("POST", "splits", { calendarId, instanceId, changes });
  }

  /** Restores a deleted event or a cancelled instance. */
  async restoreEvent(calendarId: string, eventId: string): Promise<void> {
    await this.#call("POST", "events/restore", { calendarId, eventId });
  }

  /** Makes requests fail, or changes their answers. */
  async fault(fault: GoogleFault): Promise<void> {
    await this.#call("POST", "faults", fault);
  }

  async clearFaults(): Promise<void> {
    await this.#call("DELETE", "faults");
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    return await requestJson(`${this.url}/_emulator/${path}`, method, body);
  }
}
