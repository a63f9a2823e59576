import type { SeriesDocument } from "@firestore-calendar-sync/client";
import * as z from "zod/mini";
import type {
  ActiveCalendar,
  Batch,
  CommitOutcome,
  EndedEvent,
  FeedEntry,
  Fingerprint,
  PassMemoryName,
  StoredSeries,
  StoredState,
  SyncStore,
  WatchFacts,
} from "../../ports/sync.port.ts";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import { contentOf } from "../../model/event-content.ts";
import { checkFeed } from "./feed-check.fake.ts";
import { sameContent } from "./same-content.fake.ts";
import { type SyncState, syncState } from "../../model/sync-state.ts";

/** The sync fields of the user's calendar document. */
export type CalendarDocument =
  NonNullable<Batch["shown"]> | { readonly phase: "importing"; readonly message?: undefined };

/** A successful commit, for tests that observe writes. */
export interface CommitSeen {
  readonly calendarKey: string;
  readonly before: SyncState;
  readonly batch: Batch;
  /** The committer that the test has set. */
  readonly committer: string;
}

/**
 * All documents of the sync in memory, with Firestore's rules for commits. All values are copied when read and written.
 */
export class MemoryDocuments implements SyncStore {
  readonly states = new Map<string, { state: SyncState; version: number }>();
  /** By `${uid}/${calendarKey}`. */
  readonly calendars = new Map<string, CalendarDocument>();
  /** By calendar key, then by event id. */
  readonly events = new Map<string, Map<string, CalendarEvent>>();
  readonly #series = new Map<string, Map<string, StoredSeries>>();
  /** By calendar key, then by series id: what clients read of each series. */
  readonly #shownSeries = new Map<string, Map<string, SeriesDocument>>();
  readonly passMemory = new Map<string, string>();
  /** When the store may delete each of them, by the same names. Nothing here deletes them. */
  readonly memoryExpiresAtMs = new Map<string, number>();
  readonly watches = new Map<string, WatchFacts>();
  /** By calendar key: the entries of the change feed, in the order of their commits. */
  readonly feed = new Map<string, FeedEntry[]>();
  /** Whether every commit must list its changes in the feed. */
  hasFeed = false;
  /** Called at each successful commit, before it changes anything. */
  onCommit: (commit: CommitSeen) => void = () => undefined;
  committer = "";
  #version = 0;

  addCalendar(calendarKey: string, state: SyncState): void {
    this.states.set(calendarKey, { state: structuredClone(state), version: ++this.#version });
    this.calendars.set(`${state.uid}/${calendarKey}`, { phase: "importing" });
    this.events.set(calendarKey, new Map());
  }

  stateOf(calendarKey: string): SyncState {
    const found = this.states.get(calendarKey);
    if (found === undefined) throw new Error(`no state of ${calendarKey}`);
    return found.state;
  }

  eventsOf(calendarKey: string): ReadonlyMap<string, CalendarEvent> {
    return this.events.get(calendarKey) ?? new Map<string, CalendarEvent>();
  }

  feedOf(calendarKey: string): readonly FeedEntry[] {
    return this.feed.get(calendarKey) ?? [];
  }

  shownSeriesOf(calendarKey: string): ReadonlyMap<string, SeriesDocument> {
    return this.#shownSeries.get(calendarKey) ?? new Map<string, SeriesDocument>();
  }

  /** A change by another writer than the sync, such as `syncNow` or a disconnect. */
  change(calendarKey: string, patch: Partial<SyncState>): void {
    const state = { ...this.stateOf(calendarKey), ...structuredClone(patch) };
    this.states.set(calendarKey, { state, version: ++this.#version });
  }

  read(calendarKey: string): Promise<StoredState | undefined> {
    return Promise.resolve(structuredClone(this.states.get(calendarKey)));
  }

  notified(channelId: string, calendarKey: string): ReturnType<SyncStore["notified"]> {
    return Promise.resolve({
      watch: structuredClone(this.watches.get(channelId)),
      calendar: structuredClone(this.states.get(calendarKey)?.state),
    });
  }

  commit(calendarKey: string, uid: string, batch: Batch, version: unknown): Promise<CommitOutcome> {
    const found = this.states.get(calendarKey);
    if (found === undefined) return Promise.resolve({ kind: "gone" });
    if (Object.keys(batch.state).length === 0) throw new Error("an update needs a field");
    checkFields(batch.state);
    if (found.version !== version) return Promise.resolve({ kind: "conflict" });
    if (this.hasFeed) checkFeed(batch, this.eventsOf(calendarKey), found.state);
    this.onCommit({ calendarKey, before: found.state, batch, committer: this.committer });
    this.#apply(calendarKey, uid, structuredClone(batch));
    const state = { ...found.state, ...structuredClone(batch.state) };
    // A write without a change keeps the update time (reference of `WriteResult.update_time`).
    const next = sameContent(state, found.state) ? found.version : ++this.#version;
    this.states.set(calendarKey, { state, version: next });
    return Promise.resolve({ kind: "committed", version: next });
  }

  #apply(calendarKey: string, uid: string, batch: Batch): void {
    const events = this.events.get(calendarKey) ?? new Map<string, CalendarEvent>();
    this.events.set(calendarKey, events);
    if (batch.feed !== undefined) this.feed.set(calendarKey, [...this.feedOf(calendarKey), batch.feed]);
    for (const write of batch.events) {
      if (write.kind === "delete") events.delete(write.eventId);
      else events.set(write.event.eventId, write.event);
    }
    const series = this.#seriesOf(calendarKey);
    const shown = new Map(this.shownSeriesOf(calendarKey));
    this.#shownSeries.set(calendarKey, shown);
    for (const write of batch.series ?? []) {
      const { seriesId } = write.kind === "set" ? write.series : write;
      if (write.kind === "delete") series.delete(seriesId);
      else series.set(seriesId, write.series);
      const document = write.kind === "set" ? write.shown : null;
      if (document === null) shown.delete(seriesId);
      else if (document !== undefined) shown.set(seriesId, document);
    }
    for (let part = 0; part < (batch.forget?.parts ?? 0); part++)
      this.passMemory.delete(`${calendarKey}/${batch.forget?.memory}-${part}`);
    if (batch.shown !== undefined) this.calendars.set(`${uid}/${calendarKey}`, batch.shown);
  }

  #seriesOf(calendarKey: string): Map<string, StoredSeries> {
    const known = this.#series.get(calendarKey) ?? new Map<string, StoredSeries>();
    this.#series.set(calendarKey, known);
    return known;
  }

  fingerprints(
    _uid: string,
    calendarKey: string,
    eventIds: readonly string[],
  ): Promise<Map<string, Fingerprint>> {
    // The rule for every document id; the real store throws too.
    for (const id of eventIds) if (id.includes("/")) throw new RangeError("not one path segment");
    const wanted = new Set(eventIds);
    return Promise.resolve(this.#fingerprints(calendarKey, event => wanted.has(event.eventId)));
  }

  index(
    _uid: string,
    calendarKey: string,
    { withContent }: { readonly withContent: boolean },
  ): Promise<Map<string, Fingerprint>> {
    const found = this.#fingerprints(calendarKey, () => true);
    if (!withContent) return Promise.resolve(found);
    for (const [id, event] of this.eventsOf(calendarKey)) {
      const fingerprint = found.get(id);
      if (fingerprint !== undefined) found.set(id, { ...fingerprint, content: contentOf(event) });
    }
    return Promise.resolve(found);
  }

  occurrencesOf(_uid: string, calendarKey: string, seriesId: string): Promise<Map<string, Fingerprint>> {
    return Promise.resolve(this.#fingerprints(calendarKey, event => event.recurringEventId === seriesId));
  }

  #fingerprints(calendarKey: string, include: (event: CalendarEvent) => boolean): Map<string, Fingerprint> {
    const found = new Map<string, Fingerprint>();
    for (const event of this.eventsOf(calendarKey).values()) {
      const { eventId, etag, startAtMs, endAtMs, recurringEventId } = event;
      const of = recurringEventId === undefined ? {} : { recurringEventId };
      if (include(event)) found.set(eventId, { etag, startAtMs, endAtMs, ...of });
    }
    return found;
  }

  series(calendarKey: string, seriesIds: readonly string[]): Promise<StoredSeries[]> {
    const known = this.#seriesOf(calendarKey);
    return Promise.resolve(structuredClone(seriesIds.flatMap(id => known.get(id) ?? [])));
  }

  seriesPage(
    calendarKey: string,
    options: { readonly openOnly: boolean; readonly afterId?: string; readonly limit: number },
  ): Promise<StoredSeries[]> {
    const { openOnly, afterId = "", limit } = options;
    const all = [...this.#seriesOf(calendarKey).values()]
      .filter(one => one.seriesId > afterId && (one.open || !openOnly))
      .sort((a, b) => (a.seriesId < b.seriesId ? -1 : 1));
    return Promise.resolve(structuredClone(all.slice(0, limit)));
  }

  endedBy(_uid: string, calendarKey: string, endMs: number, limit: number): Promise<readonly EndedEvent[]> {
    const ended = [...this.eventsOf(calendarKey).values()].filter(({ endAtMs }) => endAtMs <= endMs);
    return Promise.resolve(
      ended.slice(0, limit).map(({ eventId, recurringEventId }) => ({ eventId, recurringEventId })),
    );
  }

  savePassMemory(
    calendarKey: string,
    memory: string,
    parts: readonly string[],
    expiresAtMs: number,
  ): Promise<void> {
    for (const [part, text] of parts.entries()) {
      if (Buffer.byteLength(text) > 1_000_000) throw new Error("larger than a document may be");
      this.passMemory.set(`${calendarKey}/${memory}-${part}`, text);
      this.memoryExpiresAtMs.set(`${calendarKey}/${memory}-${part}`, expiresAtMs);
    }
    return Promise.resolve();
  }

  loadPassMemory(calendarKey: string, { memory, parts }: PassMemoryName): Promise<string[] | undefined> {
    const found = Array.from({ length: parts }, (_, part) =>
      this.passMemory.get(`${calendarKey}/${memory}-${part}`),
    );
    return Promise.resolve(found.every(part => part !== undefined) ? found : undefined);
  }

  activeCalendars(afterKey: string | undefined, limit: number): Promise<readonly ActiveCalendar[]> {
    const keys = [...this.states]
      .filter(([key, { state }]) => state.active && (afterKey === undefined || key > afterKey))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit);
    return Promise.resolve(
      keys.map(([calendarKey, { state }]) => {
        const { epoch, coveredEpoch, pulledAt, openSeries, windowStart, queryVersion } = state;
        const { window } = state;
        return {
          calendarKey,
          epoch,
          coveredEpoch,
          pulledAt,
          openSeries,
          ...(window && { window }),
          windowStart,
          queryVersion,
        };
      }),
    );
  }
}

const stateFields = z.partial(syncState);

/**
 * Throws if a document would be read back with other values than were written, for example if the schema lacks a field.
 */
function checkFields(patch: Partial<SyncState>): void {
  const read = Object.entries(stateFields.parse(z.encode(stateFields, patch)));
  if (!sameContent(Object.fromEntries(read.filter(([name]) => name in patch)), patch))
    throw new Error(`not the fields of a sync state: ${JSON.stringify(patch)}`);
}
