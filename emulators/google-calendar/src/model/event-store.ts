import { isCancelled, isSeries } from "./event.ts";
import type { EventRecord, EventResource, RawEvent, Span } from "./event.ts";

/** The number of earlier versions that are kept per series. They show which instances an edit removed. */
const KEPT_VERSIONS = 20;

interface LogEntry {
  seq: number;
  id: string;
}

/** The contents of a new version of an event. */
export interface EventVersion {
  event: EventResource;
  span: Span;
  originalMs: number | undefined;
  changedAtMs: number;
  raw?: RawEvent;
  statusBeforeEnd?: string;
}

/**
 * The events of one calendar with a change log. Every write gets the next sequence number, so that the time to list
 * the changes since a number depends on the number of changes, not on the number of events. Designed for 100,000
 * events.
 */
export class EventStore {
  /** By id, in order of first insertion. Google documents its own order as unspecified but stable. */
  readonly #records = new Map<string, EventRecord>();
  readonly #exceptions = new Map<string, Map<string, EventRecord>>();
  readonly #history = new Map<string, EventRecord[]>();
  #log: LogEntry[] = [];
  #seq = 0;
  #living = 0;

  get seq(): number {
    return this.#seq;
  }

  /** The number of stored events, including deleted events. */
  get size(): number {
    return this.#records.size;
  }

  /** The number of events that are not deleted, including exceptions. */
  get living(): number {
    return this.#living;
  }

  get(id: string): EventRecord | undefined {
    return this.#records.get(id);
  }

  /** All records, including deleted events, in stable order. */
  all(): Iterable<EventRecord> {
    return this.#records.values();
  }

  /** The stored exceptions of a series, including cancelled exceptions. */
  exceptionsOf(seriesId: string): readonly EventRecord[] {
    return [...(this.#exceptions.get(seriesId)?.values() ?? [])];
  }

  /** Stores a new version under the next sequence number. */
  put(version: EventVersion): EventRecord {
    this.#seq += 1;
    const record: EventRecord = { ...version, seq: this.#seq, json: undefined };
    const { event } = version;
    const before = this.#records.get(event.id);
    if (before !== undefined && isSeries(before.event)) this.#remember(before);
    this.#living += Number(!isCancelled(event)) - Number(before !== undefined && !isCancelled(before.event));
    this.#keep(record);
    this.#forgetSibling(before, event);
    this.#log.push({ seq: this.#seq, id: event.id });
    if (this.#log.length > 1_000 + 2 * this.#records.size) this.#compact();
    return record;
  }

  /**
   * Replaces a version without a new sequence number, so deltas do not contain the change. An event that is not
   * stored yet is stored with `put`.
   */
  putUntold(version: EventVersion): EventRecord {
    const before = this.#records.get(version.event.id);
    if (before === undefined) return this.put(version);
    const record: EventRecord = { ...version, seq: before.seq, json: undefined };
    this.#living += Number(!isCancelled(record.event)) - Number(!isCancelled(before.event));
    this.#keep(record);
    return record;
  }

  #keep(record: EventRecord): void {
    const { event } = record;
    this.#records.set(event.id, record);
    if (event.recurringEventId === undefined) return;
    let siblings = this.#exceptions.get(event.recurringEventId);
    if (siblings === undefined) {
      siblings = new Map();
      this.#exceptions.set(event.recurringEventId, siblings);
    }
    siblings.set(event.id, record);
  }

  /** A raw event may belong to another series than its earlier version, or to none. */
  #forgetSibling(before: EventRecord | undefined, now: EventResource): void {
    const seriesId = before?.event.recurringEventId;
    if (seriesId !== undefined && seriesId !== now.recurringEventId)
      this.#exceptions.get(seriesId)?.delete(now.id);
  }

  /** Replaces records without new sequence numbers (after a change of the calendar's time zone). */
  rewrite(change: (record: EventRecord) => EventRecord): void {
    for (const [id, record] of this.#records) {
      const next = change(record);
      this.#records.set(id, next);
      const seriesId = record.event.recurringEventId;
      if (seriesId !== undefined) this.#exceptions.get(seriesId)?.set(id, next);
    }
  }

  /** The current version of every event that changed after `seq`, in order of the change. */
  changedSince(seq: number): EventRecord[] {
    const changed: EventRecord[] = [];
    for (let index = this.#firstAfter(seq); index < this.#log.length; index += 1) {
      const entry = this.#log[index];
      const record = entry === undefined ? undefined : this.#records.get(entry.id);
      if (record !== undefined && record.seq === entry?.seq) changed.push(record);
    }
    return changed;
  }

  /** The version of a series at `seq`. Undefined if it was not a series then, or if that version is no longer kept. */
  seriesAt(id: string, seq: number): EventRecord | undefined {
    const current = this.#records.get(id);
    if (current !== undefined && current.seq <= seq && isSeries(current.event)) return current;
    let found: EventRecord | undefined;
    for (const version of this.#history.get(id) ?? []) {
      if (version.seq <= seq && !isCancelled(version.event)) found = version;
    }
    return found;
  }

  /** The last version of a series before its deletion. */
  lastLivingSeries(id: string): EventRecord | undefined {
    return this.#history.get(id)?.findLast(version => !isCancelled(version.event));
  }

  #remember(record: EventRecord): void {
    const versions = this.#history.get(record.event.id) ?? [];
    versions.push(record);
    if (versions.length > KEPT_VERSIONS) versions.shift();
    this.#history.set(record.event.id, versions);
  }

  #firstAfter(seq: number): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#log[middle]?.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compact(): void {
    this.#log = this.#log.filter(entry => this.#records.get(entry.id)?.seq === entry.seq);
  }
}
