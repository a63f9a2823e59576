import type { Clock } from "../ports/runtime.port.ts";
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

/** The counts and the time budget of one delivery. */
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

  /** Counts a successful commit with these writes. Every commit also writes the state. */
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
