import { errorOf } from "./errors.ts";

/** Requests a minute; 0 means no limit (the default, so that tests do not meet it by accident). */
export interface QuotaLimits {
  /** Google's default is 600 (guides/quota). */
  perUserPerMinute: number;
  /** Google's default is 10,000 (guides/quota). */
  perProjectPerMinute: number;
  /** Google answers either of these (guides/errors). */
  status: 403 | 429;
}

const MINUTE_MS = 60_000;

/** Counts requests in a sliding minute made of six parts. */
class SlidingMinute {
  readonly #counts = new Map<number, number>();

  /** Counts one request unless the limit is reached. */
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

/** Google's quotas per project and per user. A project is an OAuth client here. */
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

  /** Counts a request, or throws what Google answers above a limit. */
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
