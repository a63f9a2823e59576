import type { Connection } from "../../stack/client/connection.ts";
import { proofs } from "./proofs.ts";
import { measureTimeline } from "./timeline.ts";
import { nowMs, SmokeWorld } from "./world.ts";

/** Runs the proofs against the running stack, and stops at the first failure. Returns the exit code, 0 or 1. */
export async function runSmoke(connection: Connection, report: (line: string) => void): Promise<number> {
  const begun = nowMs();
  const world = await SmokeWorld.create(connection);
  try {
    for (const { name, prove } of proofs) {
      const proofBegun = nowMs();
      try {
        await prove(world);
      } catch (error) {
        report(`FAILED  ${name}`);
        for (const line of describeCauses(error)) report(`        ${line}`);
        return 1;
      }
      report(`proved  ${name.padEnd(54)} ${(nowMs() - proofBegun).toFixed(0).padStart(6)} ms`);
      // The earlier edits have warmed up the functions' processes, so the next edit is measured.
      if (name === "delete") for (const line of await measureTimeline(world, "seeded000")) report(line);
    }
    report(
      `smoke: ${proofs.length} of ${proofs.length} proved in ${((nowMs() - begun) / 1000).toFixed(1)} s`,
    );
    return 0;
  } finally {
    await world.leave();
  }
}

/** The messages of an error and of its causes. */
export function describeCauses(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : describeCauses(error.cause))];
}
