import type { EventPage, EventSource, ListEvents } from "../../ports/sync.port.ts";
import type { GoogleFailure, GoogleFailureReason } from "../../model/google-failure.ts";

/** An Event resource as far as tests need it. */
export type GoogleEvent = Readonly<Record<string, unknown>>;

interface Version {
  readonly revision: number;
  /** Null: deleted. */
  readonly event: GoogleEvent | null;
}

/** Everything that a token says is in its text: real tokens look stateless too. */
type Token = readonly [
  kind: "s" | "p",
  generation: number,
  from: number | "full",
  snapshot: number,
  offset: number,
];

export const failed = (reason: GoogleFailureReason): GoogleFailure => ({ kind: "failed", reason });

/**
 * One calendar at a small Google: events with their whole history, sync tokens, and pages of one moment. A list that
 * has begun shows the calendar as it was when it began, whatever happens between its pages.
 */
export class FakeGoogle implements EventSource {
  pageSize = 2_500;
  timeZone: string | undefined = "Europe/Berlin";
  /** Answers of the next calls, before anything is looked at. */
  readonly nextFailures: GoogleFailure[] = [];
  /** So many of the next last pages have no sync token. */
  missingSyncTokens = 0;
  /**
   * Whether a full list leaves out an exception that itself ended before `timeMin`. What Google does is not known: the
   * reference speaks of an event's end and does not say whether an exception is an event of its own here.
   */
  listsByOwnEnd = true;
  readonly calls: ListEvents[] = [];
  #revision = 0;
  #generation = 0;
  #pageGeneration = 0;
  readonly #history = new Map<string, Version[]>();

  get revision(): number {
    return this.#revision;
  }

  /** Creates or changes an event; returns the revision at which it happened. */
  put(id: string, fields: GoogleEvent = {}): number {
    const before = this.event(id);
    const revision = this.#revision + 1;
    const event = { ...newEvent(id), ...before, ...fields, etag: `"${revision}"` };
    return this.#add(id, event);
  }

  /** Creates an event or puts another in its place, with nothing but what is said and what Google always adds. */
  replace(event: GoogleEvent & { readonly id: string }): number {
    // An exception that is cancelled lives on as a hole in its series; any other event is simply gone.
    if (event["status"] === "cancelled" && event["recurringEventId"] === undefined)
      return this.remove(event.id);
    const etag = `"${this.#revision + 1}"`;
    return this.#add(event.id, { status: "confirmed", updated, ...event, etag });
  }

  /** With a series go its exceptions, unsaid: they are on no list while it is gone. */
  remove(id: string): number {
    return this.#add(id, null);
  }

  /** A deleted event is back as it was. Exceptions of a series are back on full lists, and no delta names them. */
  restore(id: string): number {
    const last = this.versions(id).findLast(({ event }) => event !== null)?.event;
    if (last === undefined || last === null) throw new Error(`there never was an event ${id}`);
    return this.#add(id, { ...last, etag: `"${this.#revision + 1}"` });
  }

  #add(id: string, event: GoogleEvent | null): number {
    this.#revision += 1;
    this.#history.set(id, [...(this.#history.get(id) ?? []), { revision: this.#revision, event }]);
    return this.#revision;
  }

  /** The event as it was at a revision, now if not said; undefined where it did not exist. */
  event(id: string, revision = this.#revision): GoogleEvent | undefined {
    return this.#versionAt(id, revision)?.event ?? undefined;
  }

  ids(): string[] {
    return [...this.#history.keys()];
  }

  versions(id: string): readonly Version[] {
    return this.#history.get(id) ?? [];
  }

  /** Every event that exists now. */
  events(): GoogleEvent[] {
    return this.ids().flatMap(id => listOf(this.event(id)));
  }

  /** Every sync token given so far is dead. */
  expireSyncTokens(): void {
    this.#generation += 1;
  }

  /** Every page token given so far is dead. */
  rejectPageTokens(): void {
    this.#pageGeneration += 1;
  }

  /** The revision that a sync token stands for. */
  static revisionOf(syncToken: string): number {
    return (JSON.parse(syncToken) as Token)[3];
  }

  list(request: ListEvents): Promise<EventPage | GoogleFailure> {
    this.calls.push(request);
    const failure = this.nextFailures.shift();
    if (failure !== undefined) return Promise.resolve(failure);
    return Promise.resolve(this.#page(request));
  }

  #page({ query, pageToken }: ListEvents): EventPage | GoogleFailure {
    let from: number | "full" = "full";
    if ("syncToken" in query) {
      const [, generation, , snapshot] = JSON.parse(query.syncToken) as Token;
      if (generation !== this.#generation) return failed("tokenExpired");
      from = snapshot;
    }
    let snapshot = this.#revision;
    let offset = 0;
    if (pageToken !== undefined) {
      const [, generation, tokenFrom, tokenSnapshot, tokenOffset] = JSON.parse(pageToken) as Token;
      if (generation !== this.#pageGeneration || tokenFrom !== from) return failed("pageTokenRejected");
      snapshot = tokenSnapshot;
      offset = tokenOffset;
    }
    const all = from === "full" ? this.#listAll(query, snapshot) : this.#listChanges(from, snapshot);
    const end = offset + this.pageSize;
    return {
      kind: "page",
      items: structuredClone(all.slice(offset, end)),
      ...(this.timeZone !== undefined && { timeZone: this.timeZone }),
      ...this.#nextToken(from, snapshot, end, all.length),
    };
  }

  #nextToken(from: number | "full", snapshot: number, end: number, total: number): Partial<EventPage> {
    if (end < total) {
      const token: Token = ["p", this.#pageGeneration, from, snapshot, end];
      return { nextPageToken: JSON.stringify(token) };
    }
    if (this.missingSyncTokens > 0) {
      this.missingSyncTokens -= 1;
      return {};
    }
    const token: Token = ["s", this.#generation, "full", snapshot, 0];
    return { nextSyncToken: JSON.stringify(token) };
  }

  #versionAt(id: string, revision: number): Version | undefined {
    return this.#history.get(id)?.findLast(version => version.revision <= revision);
  }

  #listAll(query: ListEvents["query"], snapshot: number): GoogleEvent[] {
    const timeMinMs = "timeMinMs" in query ? query.timeMinMs : 0;
    return this.ids()
      .flatMap(id => listOf(this.event(id, snapshot)))
      .filter(event => this.#endMs(event) > timeMinMs && !this.#hasLostItsSeries(event, snapshot));
  }

  /** Items without a readable end are listed always: what to do with them is the reader's business. */
  #endMs(event: GoogleEvent): number {
    const isException = event["recurringEventId"] !== undefined;
    if (event["recurrence"] !== undefined || (isException && !this.listsByOwnEnd))
      return Number.MAX_SAFE_INTEGER;
    const end = event["end"] as { readonly dateTime?: string; readonly date?: string } | null | undefined;
    const ms = Date.parse(end?.dateTime ?? end?.date ?? "");
    return Number.isNaN(ms) ? Number.MAX_SAFE_INTEGER : ms;
  }

  /** An exception whose series was deleted; one whose series never was here (an invitation) has lost nothing. */
  #hasLostItsSeries(event: GoogleEvent, snapshot: number): boolean {
    const seriesId = event["recurringEventId"];
    return typeof seriesId === "string" && this.#versionAt(seriesId, snapshot)?.event === null;
  }

  #listChanges(from: number, snapshot: number): GoogleEvent[] {
    return this.ids().flatMap(id => {
      const version = this.#versionAt(id, snapshot);
      if (version === undefined || version.revision <= from) return [];
      return [version.event ?? { id, status: "cancelled" }];
    });
  }
}

const listOf = (event: GoogleEvent | undefined): GoogleEvent[] => (event === undefined ? [] : [event]);

/** When an event was last changed, where a test does not say. */
const updated = "2026-01-04T10:00:00.000Z";

function newEvent(id: string): GoogleEvent {
  return {
    id,
    status: "confirmed",
    updated,
    summary: `event ${id}`,
    start: { dateTime: "2026-02-02T09:00:00+01:00", timeZone: "Europe/Berlin" },
    end: { dateTime: "2026-02-02T10:00:00+01:00", timeZone: "Europe/Berlin" },
    eventType: "default",
  };
}
