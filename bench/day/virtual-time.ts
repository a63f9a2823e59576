import { DueHeap, type Due } from "@firestore-calendar-sync/harness";

interface Step extends Due {
  readonly run: () => Promise<void>;
}

/** A clock that jumps from one planned step to the next. Steps run one after the other. */
export class VirtualTime {
  nowMs: number;
  readonly #steps = new DueHeap<Step>();
  #order = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Plans a step; one that is due in the past runs now. */
  at(dueMs: number, run: () => Promise<void>): void {
    this.#steps.push({ dueMs, order: this.#order++, run });
  }

  /** Runs all steps that are due before `endMs`. */
  async runUntil(endMs: number): Promise<void> {
    for (let next = this.#steps.peek(); next !== undefined && next.dueMs < endMs; next = this.#steps.peek()) {
      this.#steps.pop();
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      await next.run();
    }
    this.nowMs = endMs;
  }
}
