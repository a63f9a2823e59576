import { errorOf } from "./errors.ts";

/** Limits in requests per minute. 0 means no limit: the default, so that tests do not reach a limit by accident. */
export interface QuotaLimits {
  /** Google's default is 600 (guides/quota). */
  perUserPerMinute: number;
  /** Google's default is 10,000 (guides/quota). */
  perProjectPerMinute: number;
  /** The status above a limit. Google uses both (guides/errors). */
  status: 403 | 429;
}

const MINUTE_MS = 60_000;

/** Counts the requests of the last minute in six parts of ten seconds. */
class SlidingMinute {
  readonly #counts = new Map<number, number>();

  /** Counts a request and returns true, or returns false if the limit is reached. */
  take(nowMs: number, limit: number): boolean {
    const slot = Math.floor(nowMs / (MINUTE_MS / 6));
    let sum = 0;
    for (const [known, count] of this.#counts) {
      if (known <= slot - 6 || known > slot) this.#counts.delete(known);
      else sum += count;
    }
    if (sum >= limit) return false;
    this.#counts.set(slot, (this.#counts.get(slot) ?? 0) + 1);
    return true;
  }
}

/** Google's quotas per project and per user. The emulator counts per OAuth client instead of per project. */
export class Quotas {
  #limits: QuotaLimits;
  readonly #users = new Map<string, SlidingMinute>();
  readonly #projects = new Map<string, SlidingMinute>();

  constructor(limits: QuotaLimits) {
    this.#limits = limits;
  }

  configure(limits: QuotaLimits): void {
    this.#limits = limits;
    this.clear();
  }

  /** Counts a request. Throws Google's error if a limit is exceeded. */
  count(project: string, user: string, nowMs: number): void {
    const { perUserPerMinute, perProjectPerMinute, status } = this.#limits;
    if (perProjectPerMinute > 0 && !windowOf(this.#projects, project).take(nowMs, perProjectPerMinute)) {
      throw errorOf(status, "rateLimitExceeded");
    }
    if (perUserPerMinute > 0 && !windowOf(this.#users, `${project}\n${user}`).take(nowMs, perUserPerMinute)) {
      throw errorOf(status, status === 403 ? "userRateLimitExceeded" : "rateLimitExceeded");
    }
  }

  clear(): void {
    this.#users.clear();
    this.#projects.clear();
  }
}

function windowOf(windows: Map<string, SlidingMinute>, key: string): SlidingMinute {
  let known = windows.get(key);
  if (known === undefined) {
    known = new SlidingMinute();
    windows.set(key, known);
  }
  return known;
}
