import type { SeededRandom } from "../random.ts";

/** A fault that was asked for (`POST /_emulator/faults`). */
export interface Fault {
  /** HTTP method; any when absent. */
  method: string | undefined;
  /** Part of the request's path; any when absent. */
  path: string | undefined;
  /** Answers this status instead of the real answer. */
  status: number | undefined;
  /** Google's reason in the error body, or OAuth's `error`. */
  reason: string | undefined;
  /** Waits before anything else, in ms of real time. */
  delayMs: number | undefined;
  /** Cuts the connection without an answer. */
  drop: boolean;
  /** Whether the request is carried out before the fault strikes. */
  when: "before" | "after";
  /** Strikes that are left; Infinity without a limit. */
  left: number;
  probability: number;
  random: SeededRandom;
}

/** The faults that are set, in the order in which they were added. */
export class Faults {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  clear(): void {
    this.#faults = [];
  }

  /** How many are left to strike. */
  get size(): number {
    return this.#faults.length;
  }

  /** The first fault that strikes a request. */
  strike(method: string, path: string): Fault | undefined {
    for (const fault of this.#faults) {
      if (fault.method !== undefined && fault.method !== method) continue;
      if (fault.path !== undefined && !path.includes(fault.path)) continue;
      if (fault.probability < 1 && !fault.random.chance(fault.probability)) continue;
      fault.left -= 1;
      if (fault.left <= 0) this.#faults = this.#faults.filter(other => other !== fault);
      return fault;
    }
    return undefined;
  }
}
