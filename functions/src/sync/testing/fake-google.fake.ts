import type { EventPage, EventSource, ListEvents } from "../../ports/sync.port.ts";
import type { GoogleFailure, GoogleFailureReason } from "../../model/google-failure.ts";

/** The parts of an Event resource that tests need. */
export type GoogleEvent = Readonly<Record<string, unknown>>;

interface Version {
  readonly revision: number;
  /** Null if the event was deleted. */
  readonly event: GoogleEvent | null;
}

/** A token contains all its data in its text. Google's tokens seem to be stateless too. */
type Token = readonly [
  kind: "s" | "p",
  generation: number,
  from: number | "full",
  snapshot: number,
  offset: number,
];

export const failed = (reason: GoogleFailureReason): GoogleFailure => ({ kind: "failed", reason });

/**
 * A small Google with one calendar: events with their whole history, sync tokens and pages. All pages of a list show
 * the calendar as it was when the list began.
 */
export class FakeGoogle implements EventSource {
  pageSize = 2_500;
  timeZone: string | undefined = "Europe/Berlin";
  /** The user's role. Undefined: Google's answers do not name it. */
  accessRole: string | undefined;
  /** Failures that the next calls return, before anything else is checked. */
  readonly nextFailures: GoogleFailure[] = [];
  /** The number of next last pages that have no sync token. */
  missingSyncTokens = 0;
  /**
   * True if a full list leaves out an exception that ended before `timeMin`. Google's behaviour is not documented: the
   * reference mentions only the end of an event, not of an exception.
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

  /** Creates or changes an event. Returns the new revision. */
  put(id: string, fields: GoogleEvent = {}): number {
    const before = this.event(id);
    const revision = this.#revision + 1;
    const event = { ...newEvent(id), ...before, ...fields, etag: `"${revision}"` };
    return this.#add(id, event);
  }

  /** Creates or replaces an event. Adds only the fields that Google always sends. */
  replace(event: GoogleEvent & { readonly id: string }): number {
    // A cancelled exception still exists, as a gap in its series. Any other cancelled event is deleted.
    if (event["status"] === "cancelled" && event["recurringEventId"] === undefined)
      return this.remove(event.id);
    const etag = `"${this.#revision + 1}"`;
    return this.#add(event.id, { status: "confirmed", updated, ...event, etag });
  }

  /**
   * Deletes an event. The exceptions of a deleted series are in no list, and no list of changes reports their deletion.
   */
  remove(id: string): number {
    return this.#add(id, null);
  }

  /**
   * Restores a deleted event. The exceptions of a restored series are in full lists again, but not in lists of changes.
   */
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

  /** The event at a revision (default: now); undefined if it did not exist. */
  event(id: string, revision = this.#revision): GoogleEvent | undefined {
    return this.#versionAt(id, revision)?.event ?? undefined;
  }

  ids(): string[] {
    return [...this.#history.keys()];
  }

  versions(id: string): readonly Version[] {
    return this.#history.get(id) ?? [];
  }

  /** All existing events, as the user may see them. */
  events(): GoogleEvent[] {
    return this.ids().flatMap(id => listOf(this.event(id)).map(event => this.#seen(event)));
  }

  /** For a `freeBusyReader` Google omits the details, and the etag stays (google/googleapis.dart#151). */
  #seen(event: GoogleEvent): GoogleEvent {
    if (this.accessRole !== "freeBusyReader" || event["status"] === "cancelled") return event;
    const { summary: _summary, ...rest } = event;
    return { ...rest, visibility: "private" };
  }

  /** Invalidates all sync tokens so far. */
  expireSyncTokens(): void {
    this.#generation += 1;
  }

  /** Invalidates all page tokens so far. */
  rejectPageTokens(): void {
    this.#pageGeneration += 1;
  }

  /** The revision of a sync token. */
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
      items: structuredClone(all.slice(offset, end).map(event => this.#seen(event))),
      ...(this.timeZone !== undefined && { timeZone: this.timeZone }),
      ...(this.accessRole !== undefined && { accessRole: this.accessRole }),
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

  /** Items without a readable end are always listed; the reader decides how to handle them. */
  #endMs(event: GoogleEvent): number {
    const isException = event["recurringEventId"] !== undefined;
    if (event["recurrence"] !== undefined || (isException && !this.listsByOwnEnd))
      return Number.MAX_SAFE_INTEGER;
    const end = event["end"] as { readonly dateTime?: string; readonly date?: string } | null | undefined;
    const ms = Date.parse(end?.dateTime ?? end?.date ?? "");
    return Number.isNaN(ms) ? Number.MAX_SAFE_INTEGER : ms;
  }

  /**
   * True for an exception whose series was deleted. False for an exception whose series never existed in this calendar
   * (an invitation).
   */
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

/** The last change of an event, unless a test sets it. */
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
