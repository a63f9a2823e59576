import type { Clock } from "./clock.ts";
import { DueHeap } from "./due-heap.ts";
import type { Random } from "./random.ts";

/** A queue's settings; the names are those of firebase-functions, which passes them on to Cloud Tasks. */
export interface QueueSettings {
  readonly maxAttempts: number;
  readonly maxRetrySeconds: number;
  readonly minBackoffSeconds: number;
  readonly maxBackoffSeconds: number;
  readonly maxDoublings: number;
  readonly maxConcurrentDispatches: number;
  readonly maxDispatchesPerSecond: number;
}

/** Cloud Tasks' own defaults (cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues). */
export const defaultQueueSettings: QueueSettings = {
  maxAttempts: 100,
  maxRetrySeconds: 0,
  minBackoffSeconds: 0.1,
  maxBackoffSeconds: 3_600,
  maxDoublings: 16,
  maxConcurrentDispatches: 1_000,
  maxDispatchesPerSecond: 500,
};

/** A task to be created. */
export interface NewTask {
  readonly id: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: the task is due at once. */
  readonly scheduledMs?: number;
  readonly deadlineMs: number;
}

/** An attempt to deliver a task. */
export interface Dispatch {
  readonly task: NewTask;
  /** The number of earlier attempts. */
  readonly retryCount: number;
  readonly etaMs: number;
}

/** Delivers a task to its handler. Returns the HTTP status of the answer, or 0 if there was none. */
export type Deliver = (dispatch: Dispatch) => Promise<number>;

export interface QueueStats {
  created: number;
  /** Creations refused because the name was taken. */
  refused: number;
  dispatched: number;
  /** Repeated deliveries of the same attempt; see `duplicates`. */
  doubled: number;
  succeeded: number;
  failed: number;
  /** Tasks that were dropped after all their attempts. */
  lost: number;
  maxRunning: number;
}

export interface QueueOptions {
  readonly settings: QueueSettings;
  readonly clock: Clock;
  readonly deliver: Deliver;
  /** Chooses the deliveries that are repeated. */
  readonly random: Random;
  /** The share of deliveries that are repeated. Cloud Tasks guarantees delivery at least once. */
  readonly duplicates?: number;
  /**
   * The time for which a name stays used after its task: about an hour by the API's comment, up to a day by the quota
   * page.
   */
  readonly nameKeptMs?: number;
}

interface Waiting {
  readonly task: NewTask;
  readonly order: number;
  dueMs: number;
  attempts: number;
  firstAttemptMs?: number;
  lastStatus?: number;
  deleted: boolean;
}

const dayMs = 86_400_000;

/**
 * One queue with Cloud Tasks' semantics. A name stays used after its task has run, and delays are honoured. A task is
 * delivered until the answer is a 2xx, and perhaps once more. Failures cause back-off, and rate and concurrency are
 * limited. A task is dropped only if both its attempts and its time are used up.
 */
export class TaskQueue {
  readonly stats: QueueStats = {
    created: 0,
    refused: 0,
    dispatched: 0,
    doubled: 0,
    succeeded: 0,
    failed: 0,
    lost: 0,
    maxRunning: 0,
  };
  readonly #options: QueueOptions;
  readonly #heap = new DueHeap<Waiting>();
  /** Tasks that have not ended, by name. */
  readonly #alive = new Map<string, Waiting>();
  /** The times until which the names of ended tasks stay used. */
  readonly #taken = new Map<string, number>();
  #running = 0;
  #order = 0;
  #tokens: number;
  #refilledMs: number;
  #wake: (() => void) | undefined;
  #closed = false;
  #idleListeners: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#tokens = this.#burst;
    this.#refilledMs = options.clock.now();
  }

  /** The number of tasks that have not ended, due or not. */
  get size(): number {
    return this.#alive.size;
  }

  /** Describes the tasks that have not ended, for diagnosis. */
  describe(): string[] {
    const nowMs = this.#options.clock.now();
    return [...this.#alive.values()].map(
      ({ task, attempts, dueMs, lastStatus }) =>
        `${task.id}: ${attempts} attempts, the last one answered ${lastStatus ?? "nothing"}, due in ${dueMs - nowMs} ms, ${task.body.toString()}`,
    );
  }

  /** The number of deliveries in progress. */
  get running(): number {
    return this.#running;
  }

  /** The time at which the next task is due; undefined if no task is waiting. */
  get nextDueMs(): number | undefined {
    return this.#heap.peek()?.dueMs;
  }

  /** Returns false if the name is used by a task that has not ended, or that ended recently. */
  create(task: NewTask): boolean {
    const nowMs = this.#options.clock.now();
    const takenUntilMs = this.#taken.get(task.id);
    if (this.#alive.has(task.id) || (takenUntilMs !== undefined && takenUntilMs > nowMs)) {
      this.stats.refused += 1;
      return false;
    }
    this.#taken.delete(task.id);
    const dueMs = Math.max(task.scheduledMs ?? nowMs, nowMs);
    const waiting: Waiting = { task, dueMs, order: this.#order++, attempts: 0, deleted: false };
    this.#alive.set(task.id, waiting);
    this.#heap.push(waiting);
    this.stats.created += 1;
    this.#pump();
    return true;
  }

  /** Returns false if there is no such task. The name stays used. */
  delete(id: string): boolean {
    const waiting = this.#alive.get(id);
    if (waiting === undefined) return false;
    waiting.deleted = true;
    this.#forget(waiting);
    return true;
  }

  /** Makes every task due that has not been tried yet, whatever its delay. */
  skipDelays(): void {
    const nowMs = this.#options.clock.now();
    const waiting: Waiting[] = [];
    for (let next = this.#heap.pop(); next !== undefined; next = this.#heap.pop()) waiting.push(next);
    for (const next of waiting) {
      if (next.attempts === 0) next.dueMs = Math.min(next.dueMs, nowMs);
      this.#heap.push(next);
    }
    this.#pump();
  }

  /** Resolves when no task is left: neither waiting nor running. */
  async empty(): Promise<void> {
    while (this.#alive.size > 0 || this.#running > 0) {
      await new Promise<void>(resolve => this.#idleListeners.push(resolve));
    }
  }

  /** Starts no further deliveries. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  get #burst(): number {
    // Cloud Tasks chooses a burst size for each rate. A tenth of a second's tasks is in its range for high rates.
    return Math.max(1, Math.ceil(this.#options.settings.maxDispatchesPerSecond / 10));
  }

  #pump(): void {
    this.#wake?.();
    this.#wake = undefined;
    if (this.#closed) return;
    const { clock, settings } = this.#options;
    const nowMs = clock.now();
    this.#refill(nowMs);
    for (;;) {
      const next = this.#heap.peek();
      if (next === undefined || this.#running >= settings.maxConcurrentDispatches) return;
      if (next.deleted) {
        this.#heap.pop();
        continue;
      }
      const waitMs = Math.max(next.dueMs - nowMs, this.#tokens < 1 ? this.#msToToken() : 0);
      if (waitMs > 0) {
        this.#wake = clock.at(nowMs + waitMs, () => {
          this.#pump();
        });
        return;
      }
      this.#heap.pop();
      this.#tokens -= 1;
      void this.#attempt(next);
    }
  }

  #refill(nowMs: number): void {
    const added = ((nowMs - this.#refilledMs) * this.#options.settings.maxDispatchesPerSecond) / 1000;
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, added));
    this.#refilledMs = nowMs;
  }

  #msToToken(): number {
    return Math.max(
      1,
      Math.ceil(((1 - this.#tokens) * 1000) / this.#options.settings.maxDispatchesPerSecond),
    );
  }

  async #attempt(waiting: Waiting): Promise<void> {
    const { clock, random, duplicates = 0 } = this.#options;
    waiting.firstAttemptMs ??= clock.now();
    const dispatch = { task: waiting.task, retryCount: waiting.attempts, etaMs: waiting.dueMs };
    if (duplicates > 0 && random() < duplicates) {
      this.stats.doubled += 1;
      // The second delivery comes at the same time or a little later. Its answer is ignored.
      const cancel = random() < 0.5 ? 0 : Math.round(random() * 3_000);
      clock.at(clock.now() + cancel, () => void this.#send(dispatch));
    }
    const status = await this.#send(dispatch);
    waiting.attempts += 1;
    waiting.lastStatus = status;
    if (status >= 200 && status < 300) {
      this.stats.succeeded += 1;
      this.#forget(waiting);
    } else if (!waiting.deleted) {
      this.stats.failed += 1;
      this.#retry(waiting);
    }
    this.#pump();
  }

  async #send(dispatch: Dispatch): Promise<number> {
    if (this.#closed) return 0;
    this.#running += 1;
    this.stats.dispatched += 1;
    this.stats.maxRunning = Math.max(this.stats.maxRunning, this.#running);
    try {
      return await this.#options.deliver(dispatch);
    } catch {
      return 0;
    } finally {
      this.#running -= 1;
      this.#announce();
    }
  }

  #retry(waiting: Waiting): void {
    const { clock, settings } = this.#options;
    const nowMs = clock.now();
    const elapsedMs = nowMs - (waiting.firstAttemptMs ?? nowMs);
    if (waiting.attempts >= settings.maxAttempts && elapsedMs >= settings.maxRetrySeconds * 1000) {
      this.stats.lost += 1;
      this.#forget(waiting);
      return;
    }
    waiting.dueMs = nowMs + backoffMs(settings, waiting.attempts);
    this.#heap.push(waiting);
  }

  #forget(waiting: Waiting): void {
    const { clock, nameKeptMs = dayMs } = this.#options;
    this.#alive.delete(waiting.task.id);
    this.#taken.set(waiting.task.id, clock.now() + nameKeptMs);
    this.#announce();
  }

  #announce(): void {
    const listeners = this.#idleListeners;
    this.#idleListeners = [];
    for (const listener of listeners) listener();
  }
}

/**
 * The pause after `attempts` failures. The first interval is doubled `maxDoublings` times, then grows by the last
 * doubling, and never exceeds the limit (RetryConfig.max_doublings of the queue's reference).
 */
export function backoffMs(settings: QueueSettings, attempts: number): number {
  const { minBackoffSeconds, maxBackoffSeconds, maxDoublings } = settings;
  const doublings = Math.min(attempts - 1, maxDoublings);
  const steps = attempts - 1 - doublings;
  const lastSeconds = minBackoffSeconds * 2 ** doublings;
  return Math.min(maxBackoffSeconds, lastSeconds * (1 + steps)) * 1000;
}
