import type { Mutation } from "../control/mutate.ts";

/** One call of the API or of OAuth. Times are real ms. `status` is 0 if a fault cut the connection. */
export interface LoggedRequest {
  at: number;
  answeredAt?: number;
  method: string;
  path: string;
  query: string;
  status?: number;
  /** True if a fault affected the request. */
  struck?: boolean;
  /** The changes that a fault made to the answer. Empty if it changed nothing. */
  mutations?: readonly Mutation[];
}

const KEPT_REQUESTS = 10_000;

/** The most recent calls, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  start(entry: LoggedRequest): LoggedRequest {
    this.#entries.push(entry);
    // Removes many entries at once, so that a full log does not copy its array on every request.
    if (this.#entries.length > KEPT_REQUESTS * 1.1) this.#entries = this.#entries.slice(-KEPT_REQUESTS);
    return entry;
  }

  all(): readonly LoggedRequest[] {
    return this.#entries.slice(-KEPT_REQUESTS);
  }

  clear(): void {
    this.#entries = [];
  }
}
