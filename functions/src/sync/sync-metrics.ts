import type { CalendarEvent } from "../model/calendar-event.ts";
import type { Clock } from "../ports/runtime.port.ts";
import { documentsOf } from "./shown-series.ts";
import type { EventWrite, Room, SeriesWrite } from "../ports/sync.port.ts";

/** The counts of a run; they are fields of its log line. */
export interface RunCounts {
  passes: number;
  pages: number;
  /** Items in Google's pages. */
  changed: number;
  unchanged: number;
  malformed: number;
  written: number;
  deleted: number;
  apiCalls: number;
  /** Firestore document reads, counted as Google bills them. */
  reads: number;
  /** Firestore document writes and deletions, counted as Google bills them. */
  writes: number;
}

/** The counts, the time budget and the reserved memory of one delivery. */
export class SyncMetrics {
  readonly counts: RunCounts = {
    passes: 0,
    pages: 0,
    changed: 0,
    unchanged: 0,
    malformed: 0,
    written: 0,
    deleted: 0,
    apiCalls: 0,
    reads: 0,
    writes: 0,
  };
  readonly calendarKey: string;
  readonly cause: string;
  readonly clock: Clock;
  readonly startedAtMs: number;
  readonly #timeBudgetMs: number;
  /** The memory that this delivery has reserved, once it has begun a pass. */
  room: Room | undefined;
  /** Google's `updated` of the newest change that pulls of this delivery wrote, and its age when it was committed. */
  #newest: { readonly updatedAtMs: number; readonly ageMs: number } | undefined;
  /** Ids of events and series that the store refused. */
  readonly #refused = new Set<string>();
  /** True if this delivery tried a full sync because pulls were refused with 400 for no stated reason. */
  triedFull = false;

  constructor(calendarKey: string, cause: string, clock: Clock, timeBudgetMs: number) {
    this.calendarKey = calendarKey;
    this.cause = cause;
    this.clock = clock;
    this.startedAtMs = clock.now();
    this.#timeBudgetMs = timeBudgetMs;
  }

  count(what: keyof RunCounts, by = 1): void {
    this.counts[what] += by;
  }

  /** Counts an event or a series that the store refused. The commit of its batch then does not count it as written. */
  refused(id: string): void {
    this.count("malformed");
    this.#refused.add(id);
  }

  /**
   * Counts a successful commit with these writes. Every commit also writes the state.
   *
   * @param mode of the pass; the age of a change is measured in pulls only, because a full sync also writes events that
   * changed long ago
   */
  wrote(
    { events, series }: { readonly events: readonly EventWrite[]; readonly series: readonly SeriesWrite[] },
    shownToo: boolean,
    mode: "pull" | "full",
  ): void {
    const stored = events.flatMap(write =>
      write.kind === "set" && !this.#refused.has(write.event.eventId) ? [write.event] : [],
    );
    if (mode === "pull") this.#noteAge(stored);
    this.counts.deleted += events.filter(write => write.kind === "delete").length;
    this.counts.written += stored.length;
    const ofSeries = series.reduce((sum, write) => sum + documentsOf(write), 0);
    this.counts.writes += events.length + ofSeries + 1 + (shownToo ? 1 : 0);
  }

  /**
   * From Google's `updated` of the newest written change to the commit that contained it, in ms. Undefined if pulls
   * wrote no event with a readable `updated`; a deletion has none. If Google's clock is ahead of ours, the age is 0.
   */
  get changeAgeMs(): number | undefined {
    return this.#newest?.ageMs;
  }

  #noteAge(stored: readonly CalendarEvent[]): void {
    const nowMs = this.clock.now();
    for (const { updatedAtMs } of stored) {
      // An unreadable `updated` is stored as 0, so it is never the newest.
      if (updatedAtMs <= (this.#newest?.updatedAtMs ?? 0)) continue;
      this.#newest = { updatedAtMs, ageMs: Math.max(0, nowMs - updatedAtMs) };
    }
  }

  hasChanged(): boolean {
    return this.counts.written + this.counts.deleted > 0;
  }

  outOfTime(): boolean {
    return this.clock.now() - this.startedAtMs >= this.#timeBudgetMs;
  }
}
