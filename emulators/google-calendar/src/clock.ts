/** The longest delay that a Node timer accepts, in ms (about 24.8 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

interface Scheduled {
  dueAt: number;
  run: () => void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * The emulator's clock: the injected time plus an offset that `POST /_emulator/clock` changes. Scheduled functions
 * run when this clock reaches their time, so a test can skip a week with one request.
 */
export class VirtualClock {
  readonly #base: () => number;
  readonly #speed: number;
  #offsetMs = 0;
  readonly #pending = new Set<Scheduled>();

  /**
   * @param base returns real time in ms since the epoch
   * @param speed ratio between `base` and Node's timers: 2 if `base` advances twice as fast
   */
  constructor(base: () => number, speed = 1) {
    this.#base = base;
    this.#speed = speed;
  }

  /** Virtual time, in ms since the epoch. */
  now(): number {
    return this.#base() + this.#offsetMs;
  }

  /** The injected time without the offset, in ms since the epoch. Logs and measurements use it. */
  real(): number {
    return this.#base();
  }

  /** Moves the clock by `ms`. A negative `ms` moves the clock back and runs nothing. */
  advance(ms: number): void {
    this.#offsetMs += ms;
    for (const entry of this.#pending) this.#arm(entry);
  }

  /** Sets virtual time to `nowMs`. From there it advances with real time. */
  set(nowMs: number): void {
    this.advance(nowMs - this.now());
  }

  /** Sets the offset to zero and cancels everything that is scheduled. */
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

  /** Cancels everything that is scheduled. */
  cancelAll(): void {
    for (const entry of this.#pending) clearTimeout(entry.timer);
    this.#pending.clear();
  }

  #arm(entry: Scheduled): void {
    clearTimeout(entry.timer);
    const waitMs = Math.max(0, entry.dueAt - this.now()) / this.#speed;
    if (waitMs > LONGEST_TIMER_MS) {
      entry.timer = setTimeout(() => {
        this.#arm(entry);
      }, LONGEST_TIMER_MS);
      return;
    }
    entry.timer = setTimeout(() => {
      this.#pending.delete(entry);
      entry.run();
    }, waitMs);
  }
}
