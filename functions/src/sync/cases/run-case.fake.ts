import { CaseWorld } from "./case-world.fake.ts";
import type { Case, Expectation, Step } from "./case-schema.fake.ts";
import { broken, unmet } from "./expectations.fake.ts";

/** A world after a case, and the unmet expectations of the case. */
export interface Ran {
  readonly world: CaseWorld;
  readonly problems: readonly string[];
  /** The last expectation of the case. */
  readonly last: Expectation;
}

/** Runs one case of events or faults, with a newly connected calendar. */
export async function runCase(
  one: Case,
  prepare: (world: CaseWorld) => void = () => undefined,
): Promise<Ran> {
  const world = new CaseWorld(one);
  prepare(world);
  const problems: string[] = [];
  let last: Expectation = {};
  for (const event of one.googleEvents ?? []) world.sync.google.replace(event);
  if (one.googleEvents !== undefined) await world.import();
  for (const [index, step] of (one.steps ?? []).entries()) {
    if ("expect" in step && typeof step.expect === "object") {
      last = step.expect;
      problems.push(...unmet(world, last).map(problem => `step ${index}: ${problem}`));
    } else await take(world, step);
  }
  if (one.expect !== undefined) {
    last = one.expect;
    problems.push(...unmet(world, last));
  }
  problems.push(...broken(world));
  return { world, problems, last };
}

/** Runs one step of a case, at Google or in the queue. */
async function take(world: CaseWorld, step: Step): Promise<void> {
  const { google } = world.sync;
  if ("put" in step) google.replace(step.put);
  else if ("remove" in step) google.remove(step.remove);
  else if ("restore" in step) google.restore(step.restore);
  else if ("sync" in step) await world[step.sync](step.deliveries);
  else if ("expireSyncTokens" in step) google.expireSyncTokens();
  else if ("answer" in step) world.client.answer(step.answer);
  else if ("noAnswers" in step) world.client.noAnswers();
  else if ("expiredAnswer" in step) world.client.expired = step.expiredAnswer;
  else throw new Error(`not a step in memory: ${JSON.stringify(step)}`);
}

/** A copy of all events that start before a moment, for comparisons. */
export function snapshot({ stored }: CaseWorld, beforeMs = Infinity): unknown {
  const some = stored.filter(({ startAtMs }) => startAtMs < beforeMs);
  return structuredClone(Object.fromEntries(some.map(event => [event.eventId, event])));
}

/** The number of events written or deleted during `happens`. */
export async function eventWritesDuring(world: CaseWorld, happens: () => Promise<void>): Promise<number> {
  const { documents } = world.sync;
  let writes = 0;
  documents.onCommit = ({ batch }) => {
    writes += batch.events.length;
  };
  await happens();
  documents.onCommit = () => undefined;
  return writes;
}
