/** The longest delay that a Node timer takes, in ms (about 24.8 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

interface Scheduled {
  dueAt: number;
  run: () => void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * The emulator's own time: the time that was injected plus an offset that `POST /_emulator/clock` moves. Whatever is
 * scheduled here falls due when this clock says so, so a week can pass in one request.
 */
export class VirtualClock {
  readonly #base: () => number;
  readonly #speed: number;
  #offsetMs = 0;
  readonly #pending = new Set<Scheduled>();

  /**
   * @param base real time in ms since the epoch
   * @param speed how fast `base` runs, measured by Node's timers
   */
  constructor(base: () => number, speed = 1) {
    this.#base = base;
    this.#speed = speed;
  }

  /** Virtual time, in ms since the epoch. */
  now(): number {
    return this.#base() + this.#offsetMs;
  }

  /** The injected time without the offset, in ms since the epoch: what logs and measurements use. */
  real(): number {
    return this.#base();
  }

  /** Moves the clock (also backwards, which fires nothing). */
  advance(ms: number): void {
    this.#offsetMs += ms;
    for (const entry of this.#pending) this.#arm(entry);
  }

  /** Sets virtual time to `nowMs`; from there it goes on with real time. */
  set(nowMs: number): void {
    this.advance(nowMs - this.now());
  }

  /** Back to real time, and nothing is pending any more. */
  reset(): void {
    this.#offsetMs = 0;
    this.cancelAll();
  }

  /** Runs `run` once, `delayMs` of virtual time from now. Returns a function that cancels it. */
  schedule(delayMs: number, run: () => void): () => void {
    const entry: Scheduled = { dueAt: this.now() + delayMs, run, timer: undefined };
    this.#pending.add(entry);
    this.#arm(entry);
    return () => {
      clearTimeout(entry.timer);
      this.#pending.delete(entry);
    };
  }

  /** Cancels whatever is pending. */
  cancelAll(): void {
    for (const entry of this.#pending) clearTimeout(entry.timer);
    this.#pending.clear();
  }

  #arm(entry: Scheduled): void {
    clearTimeout(entry.timer);
    const waitMs = Math.min(Math.max(0, entry.dueAt - this.now()) / this.#speed, LONGEST_TIMER_MS);
    entry.timer = setTimeout(() => {
      this.#pending.delete(entry);
      entry.run();
    }, waitMs);
  }
}
