import type { Connection } from "../../stack/client/connection.ts";
import { proofs, type Proof } from "./proofs.ts";
import { measureTimeline } from "./timeline.ts";
import { nowMs, SmokeWorld } from "./world.ts";

/** Runs the proofs against the running stack, and stops at the first failure. Returns the exit code, 0 or 1. */
export async function runSmoke(connection: Connection, report: (line: string) => void): Promise<number> {
  const begun = nowMs();
  const world = await SmokeWorld.create(connection);
  try {
    for (const proof of proofs) {
      if (!(await isProved(world, proof, report))) return 1;
      // The earlier edits have warmed up the functions' processes, so the next edit is measured.
      if (proof.name === "delete") for (const line of await measureTimeline(world, "seeded000")) report(line);
    }
    report(
      `smoke: ${proofs.length} of ${proofs.length} proved in ${((nowMs() - begun) / 1000).toFixed(1)} s`,
    );
    return 0;
  } finally {
    await world.leave();
  }
}

/** Tries one proof, and reports how it went. */
export async function isProved(
  world: SmokeWorld,
  { name, prove }: Proof,
  report: (line: string) => void,
): Promise<boolean> {
  const begun = nowMs();
  try {
    await prove(world);
  } catch (error) {
    report(`FAILED  ${name}`);
    for (const line of describeCauses(error)) report(`        ${line}`);
    return false;
  }
  report(`proved  ${name.padEnd(54)} ${(nowMs() - begun).toFixed(0).padStart(6)} ms`);
  return true;
}

/** The messages of an error and of its causes. */
function describeCauses(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : describeCauses(error.cause))];
}
