import type { Clock } from "../ports/runtime.port.ts";
import type { EventWrite, SeriesWrite } from "../ports/sync.port.ts";

/** What a run counted; the fields of its log line. */
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
  /** Firestore documents read, as they are billed. */
  reads: number;
  /** Firestore documents written or deleted, as they are billed. */
  writes: number;
}

/** One delivery's work on a calendar: its budget of time, and its counts. */
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
  /** A full sync was tried because pulls were refused with 400 for no known reason. */
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

  /** A commit with these event writes went through; it always writes the state too. */
  wrote(
    { events, series }: { readonly events: readonly EventWrite[]; readonly series: readonly SeriesWrite[] },
    shownToo: boolean,
  ): void {
    const deleted = events.filter(write => write.kind === "delete").length;
    this.counts.deleted += deleted;
    this.counts.written += events.length - deleted;
    this.counts.writes += events.length + series.length + 1 + (shownToo ? 1 : 0);
  }

  hasChanged(): boolean {
    return this.counts.written + this.counts.deleted > 0;
  }

  outOfTime(): boolean {
    return this.clock.now() - this.startedAtMs >= this.#timeBudgetMs;
  }
}
