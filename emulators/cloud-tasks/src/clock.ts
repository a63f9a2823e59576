/**
 * The time of a harness, in epoch milliseconds. It may be real time, faster time, or time that only a test advances.
 */
export interface Clock {
  now(): number;
  /** Calls `run` once when the clock reaches `atMs`. Returns a function that cancels the call. */
  at(atMs: number, run: () => void): () => void;
}

interface Alarm {
  readonly atMs: number;
  readonly run: () => void;
  timer?: NodeJS.Timeout;
}

/** The longest delay that Node's timers accept. */
const longestTimerMs = 2_147_483_647;

/** Time that runs `speed` times as fast as real time, and can jump ahead. With speed 1 and no jump it is real time. */
export class ScaledClock implements Clock {
  readonly speed: number;
  readonly #originMs: number;
  #offsetMs = 0;
  readonly #waiting = new Set<Alarm>();

  /** @param originMs the moment at which this clock and real time are equal */
  constructor(speed = 1, originMs: number = Date.now()) {
    this.speed = speed;
    this.#originMs = originMs;
  }

  /** The settings with which another process has the same time. */
  get settings(): { readonly speed: number; readonly originMs: number; readonly offsetMs: number } {
    return { speed: this.speed, originMs: this.#originMs, offsetMs: this.#offsetMs };
  }

  now(): number {
    return Math.round(this.#originMs + (Date.now() - this.#originMs) * this.speed + this.#offsetMs);
  }

  /** Adds `ms` to the time. Calls that have become due are made. */
  jump(ms: number): void {
    this.#offsetMs += ms;
    for (const entry of this.#waiting) this.#arm(entry);
  }

  at(atMs: number, run: () => void): () => void {
    const entry: Alarm = { atMs, run };
    this.#waiting.add(entry);
    this.#arm(entry);
    return () => {
      clearTimeout(entry.timer);
      this.#waiting.delete(entry);
    };
  }

  #arm(entry: Alarm): void {
    clearTimeout(entry.timer);
    const waitMs = Math.min(Math.max(0, Math.ceil((entry.atMs - this.now()) / this.speed)), longestTimerMs);
    entry.timer = setTimeout(() => {
      // A timer may fire a millisecond early, or its delay was limited to the longest one.
      if (this.now() < entry.atMs) {
        this.#arm(entry);
        return;
      }
      this.#waiting.delete(entry);
      entry.run();
    }, waitMs);
  }
}

/** Time that only `advance` changes. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #waiting: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor(startMs = Date.parse("2026-01-05T08:00:00Z")) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: () => void): () => void {
    const entry = { atMs, run };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter(other => other !== entry);
    };
  }

  /** Advances the time. Calls that become due are made in order, each at its time. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await settle();
      const due = this.#waiting.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#waiting = this.#waiting.filter(other => other !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.run();
    }
    this.#nowMs = endMs;
    await settle();
  }
}

/** Lets the callbacks of promises run that are already resolved. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise(resolve => setImmediate(resolve));
}
