import { seededRandom } from "@firestore-calendar-sync/harness";
import { ChaosWorld, type ChaosOptions } from "./chaos-world.ts";
import { compareCalendars, findViolations } from "./convergence.ts";
import { edits, type Action } from "./edits.ts";
import { calm, mishaps } from "./mishaps.ts";
import type { Counts } from "./tally.ts";
import { writes } from "./writes.ts";

export interface ChaosReport {
  readonly seed: number;
  /** The number of actions, by name. */
  readonly happened: Counts;
  /** The number of failed edits and calls. They may fail while faults are active. */
  readonly refused: number;
  /** The number of errors that the instances logged, by message. */
  readonly errors: Counts;
  /** Counts from the product, its queues and the local Google. */
  readonly counts: Counts;
  /** Real time from the end of the chaos until everything had settled. */
  readonly settledMs: number;
  /** The errors that were found. Empty if there are none. */
  readonly violations: readonly string[];
}

/** What people do: at Google, and in the app. */
const people = [...edits, ...writes];
/** The share of edits among all actions. */
const editShare = 0.7;
/** The number of actions that run at the same time. */
const lanes = 3;
/** The longest time after the chaos until everything must have settled. */
const settleWithinMs = 180_000;

/**
 * Users edit while faults occur. Then the faults end, the schedules run once, all tasks finish, and Firestore must
 * equal Google. The seed determines the actions, their order and the affected users. It does not determine how
 * processes interleave, so a failing seed may need several runs to fail again.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const random = seededRandom(options.seed);
  const world = await ChaosWorld.start(options, random);
  try {
    const happened: Record<string, number> = {};
    let refused = 0;
    const until = performance.now() + options.minutes * 60_000;
    const lane = async (): Promise<void> => {
      while (performance.now() < until) {
        const action = choose(random() < editShare ? people : mishaps, random());
        happened[action.name] = (happened[action.name] ?? 0) + 1;
        world.log(`chaos: ${action.name}`);
        await action.run(world).catch(() => {
          refused += 1;
        });
        await new Promise(resolve => setTimeout(resolve, random() * 60));
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    const begun = performance.now();
    const problems = await settle(world);
    const settledMs = performance.now() - begun;
    await world.signInAgain();
    const violations = problems.length > 0 ? problems : await findViolations(world);
    await options.atRest?.(world);
    const errors = Object.fromEntries(world.errors);
    const counts = await world.tally.counts(world.harness);
    return { seed: options.seed, happened, refused, errors, counts, settledMs, violations };
  } finally {
    await world.harness.close();
  }
}

function choose(actions: readonly Action[], chance: number): Action {
  let left = chance * actions.reduce((sum, { weight }) => sum + weight, 0);
  const found = actions.find(({ weight }) => (left -= weight) < 0) ?? actions[0];
  if (found === undefined) throw new Error("nothing can happen");
  return found;
}

/** Ends the chaos and waits until all work is done. Returns the reasons if that does not happen. */
async function settle(world: ChaosWorld): Promise<string[]> {
  const deadline = performance.now() + settleWithinMs;
  const { harness } = world;
  world.log("chaos: it is calm now");
  const stopped = await calm(world);
  if (stopped.length > 0) return stopped;
  const early = await drain(world, deadline);
  if (early.length > 0) return early;
  if (world.everyChangeIsAnnounced) {
    await world.signInAgain();
    const lost = await compareCalendars(world);
    if (lost.length > 0) return lost.map(problem => `announced, and yet before any schedule ${problem}`);
  }
  // The schedules repair lost tasks, dropped notifications and channels that were not opened. The time jumps by a
  // day, because names of tasks from an earlier run can stay used for that long.
  await harness.jump(25 * 3_600_000);
  const idle = await calm(world);
  if (idle.length > 0) return idle;
  for (const name of ["renewWatches", "backupSync", "extendHorizon"]) {
    const status = await harness.runSchedule(name);
    if (status >= 300) return [`${name} answered ${status} in the quiet`];
  }
  return await drain(world, deadline);
}

/** Waits until all tasks have run. If only delayed tasks are left, the time jumps to the next of them. */
async function drain({ harness }: ChaosWorld, deadline: number): Promise<string[]> {
  const { tasks, clock, control } = harness;
  for (let quiet = 0; quiet < 5;) {
    const waitingPosts = (await control.channels()).reduce((sum, { waiting }) => sum + waiting, 0);
    const dueInMs = (tasks.nextDueMs() ?? clock.now()) - clock.now();
    if (tasks.size() === 0 && tasks.running() === 0 && waitingPosts === 0) quiet += 1;
    else {
      quiet = 0;
      if (tasks.running() === 0 && waitingPosts === 0 && dueInMs > 2_000) await harness.jump(dueInMs);
    }
    if (performance.now() > deadline) {
      const left = [...tasks.queues.values()].flatMap(queue => queue.describe());
      return [`never at rest (${tasks.running()} deliveries under way): ${left.slice(0, 10).join("; ")}`];
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return [];
}

/** The sums of the counts of several runs. */
export function addUp(several: readonly Counts[]): Counts {
  const sums: Record<string, number> = {};
  for (const counts of several)
    for (const [name, times] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + times;
  return sums;
}

/** Counts as one line, the highest first. */
export function describeCounts(counts: Counts): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.map(([name, times]) => `${name} ${times}`).join(", ");
}

/** The report as text. */
export function describeReport(report: ChaosReport): string {
  const errors = Object.entries(report.errors).map(([message, times]) => `  ${times} × ${message}`);
  return [
    `seed ${report.seed}: ${report.violations.length === 0 ? "converged" : "FAILED"}, at rest after ${(report.settledMs / 1000).toFixed(1)} s`,
    `  ${describeCounts(report.happened)}; ${report.refused} refused`,
    `  ${describeCounts(report.counts)}`,
    ...(errors.length > 0 ? ["  errors logged:", ...errors] : []),
    ...report.violations.map(violation => `  VIOLATION ${violation}`),
  ].join("\n");
}
