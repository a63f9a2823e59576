/** The line that `syncCalendar` logs about each delivery (functions/src/sync/sync-calendar.ts). */
export interface SyncLine {
  readonly calendarKey: string;
  readonly cause: string;
  readonly outcome: string;
  readonly passes: number;
  readonly pages: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly written: number;
  readonly deleted: number;
  readonly apiCalls: number;
  readonly reads: number;
  readonly writes: number;
  readonly durationMs: number;
  readonly pushLatencyMs?: number;
}

/** Collects the lines of all instances. */
export class SyncLog {
  readonly lines: SyncLine[] = [];
  #listeners: (() => void)[] = [];

  /** Receives each line that an instance prints. */
  readonly take = (line: string): void => {
    if (!line.includes('"message":"sync"')) return;
    this.lines.push(JSON.parse(line) as SyncLine);
    for (const listener of this.#listeners.splice(0)) listener();
  };

  /** Returns the first line from index `after` on for which `fits` is true. */
  async next(fits: (line: SyncLine) => boolean, after = 0, withinMs = 600_000): Promise<SyncLine> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const found = this.lines.slice(after).find(fits);
      if (found !== undefined) return found;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw new Error("the expected sync was not logged in time");
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, leftMs);
        this.#listeners.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}
