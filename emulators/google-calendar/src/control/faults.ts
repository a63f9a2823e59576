import * as z from "zod";
import type { SeededRandom } from "../random.ts";
import type { MutateOrder } from "./mutate.ts";
import { mutateOrder } from "./mutate.ts";

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,100}$/);
const headerValue = z.string().regex(/^[\t\x20-\x7e]{0,8000}$/);

/** The body of `POST /_emulator/faults`. */
export const faultBody = z
  .strictObject({
    method: z.string().optional(),
    path: z.string().optional(),
    query: z.string().optional(),
    queryLacks: z.string().optional(),
    status: z.int().min(200).max(599).optional(),
    reason: z.string().optional(),
    message: z.string().optional(),
    domain: z.string().optional(),
    location: z.string().optional(),
    locationType: z.string().optional(),
    errorStatus: z.string().optional(),
    details: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])).optional(),
    body: z.unknown().optional(),
    headers: z.record(headerName, headerValue).optional(),
    mutate: mutateOrder.optional(),
    delayMs: z.number().min(0).max(600_000).optional(),
    drop: z.boolean().optional(),
    when: z.enum(["before", "after"]).optional(),
    times: z.int().min(1).optional(),
    probability: z.number().min(0).max(1).optional(),
    seed: z.int().optional(),
  })
  .superRefine((fault, context) => {
    const refuse = (path: string, message: string): void => {
      context.addIssue({ code: "custom", path: [path], message });
    };
    const { status, mutate, body } = fault;
    if (status === undefined && fault.delayMs === undefined && fault.drop !== true && mutate === undefined)
      refuse("status", "a fault needs status, delayMs, drop or mutate");
    if (status !== undefined && status < 400 && body === undefined)
      refuse("status", "a status below 400 needs a body");
    if (body !== undefined && status === undefined) refuse("body", "a body needs a status");
    if (mutate !== undefined && (status !== undefined || fault.drop === true))
      refuse("mutate", "mutate changes a successful answer: it goes without status and drop");
  });
/** A parsed fault body. */
export type FaultBody = z.infer<typeof faultBody>;

/** A fault that is set. */
export interface Fault {
  /** The body: the requests that the fault affects, and its effect. */
  readonly asked: FaultBody;
  /** How the fault changes a successful answer. */
  readonly mutate: MutateOrder | undefined;
  /** How many more requests the fault affects. Infinity if there is no limit. */
  left: number;
  random: SeededRandom;
}

/** All faults, in the order in which they were added. */
export class Faults {
  #faults: Fault[] = [];

  add(asked: FaultBody, random: SeededRandom): void {
    this.#faults.push({ asked, mutate: asked.mutate, left: asked.times ?? Infinity, random });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The number of faults. */
  get size(): number {
    return this.#faults.length;
  }

  /** All faults. `times` is the number of requests that each still affects. */
  all(): object[] {
    return this.#faults.map(({ asked, left }) => ({
      ...asked,
      ...(Number.isFinite(left) ? { times: left } : {}),
    }));
  }

  /** The first fault that applies to a request. Reduces the fault's remaining count. */
  strike(method: string, path: string, query: string): Fault | undefined {
    for (const fault of this.#faults) {
      const { asked } = fault;
      const probability = asked.probability ?? 1;
      if (asked.method !== undefined && asked.method.toUpperCase() !== method) continue;
      if (asked.path !== undefined && !path.includes(asked.path)) continue;
      if (asked.query !== undefined && !query.includes(asked.query)) continue;
      if (asked.queryLacks !== undefined && query.includes(asked.queryLacks)) continue;
      if (probability < 1 && !fault.random.chance(probability)) continue;
      fault.left -= 1;
      if (fault.left <= 0) this.#faults = this.#faults.filter(other => other !== fault);
      return fault;
    }
    return undefined;
  }
}
