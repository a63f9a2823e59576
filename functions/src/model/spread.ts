import { createHash } from "node:crypto";

/**
 * A whole number from 0 to `range` − 1, always the same for a name, and evenly distributed over names. Spreads periodic
 * work, so that the same calendar's work is always at the same distance. Google recommends spreading it (guides/quota).
 */
export function spreadOf(name: string, range: number): number {
  return range === 0 ? 0 : createHash("sha256").update(name).digest().readUIntBE(0, 6) % range;
}
