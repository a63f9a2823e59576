import type { Mutation } from "../control/mutate.ts";

/** One call of the API or of OAuth. Times are real ms; `status` is 0 when the connection was cut on purpose. */
export interface LoggedRequest {
  at: number;
  answeredAt?: number;
  method: string;
  path: string;
  query: string;
  status?: number;
  /** A fault struck it. */
  struck?: boolean;
  /** What a fault changed about the successful answer; empty when there was none to change. */
  mutations?: readonly Mutation[];
}

const KEPT_REQUESTS = 10_000;

/** The last calls, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  start(entry: LoggedRequest): LoggedRequest {
    this.#entries.push(entry);
    // Cut in bulk, so that a full log does not shift on every request.
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
