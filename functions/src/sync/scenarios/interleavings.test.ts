import { describe, expect, test } from "@jest/globals";
import { Exploration, type ExplorationOptions } from "../testing/exploration.fake.ts";
import { everySchedule, randomChoice, seededRandom } from "../testing/schedule.fake.ts";

/*
 * Searches for schedules that lose a change. The real code of the webhook and of the tasks runs in a world in memory,
 * in which each call to Firestore, Google and the queue waits for its turn. A seed chooses the order of the turns,
 * crashes, unknown effects, repeated and early deliveries, expiring leases and tokens, and the times of edits.
 * testing/invariants.fake.ts lists the invariants.
 *
 * SCHEDULES sets the number of schedules (the nightly run plays 100,000). SCHEDULE_SEED repeats one schedule.
 */
const schedules = Number(process.env["SCHEDULES"] ?? 400);
const onlySeed = process.env["SCHEDULE_SEED"];

async function playSeeds(
  optionsOf: (seed: number) => ExplorationOptions,
  count: number,
  firstSeed: number,
): Promise<void> {
  const seeds =
    onlySeed === undefined ? Array.from({ length: count }, (_, n) => firstSeed + n) : [Number(onlySeed)];
  for (const seed of seeds) {
    const exploration = new Exploration(randomChoice(seededRandom(seed)), optionsOf(seed));
    await exploration.play().catch((error: unknown) => {
      throw new Error(`SCHEDULE_SEED=${seed}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

describe("no change is lost, one writer, the token never ahead", () => {
  test(
    "whatever dies, doubles, comes late, early or in another order",
    async () => {
      await playSeeds(
        () => ({ steps: 60, edits: 5, losesTasksAfter: 0, faults: true, small: false }),
        schedules / 2,
        1,
      );
    },
    schedules * 200,
  );

  test(
    "and when tasks are lost for good, the next notification or backup makes it good",
    async () => {
      await playSeeds(
        seed => ({ steps: 60, edits: 5, losesTasksAfter: 1 + (seed % 3), faults: true, small: false }),
        schedules / 2,
        1_000_000,
      );
    },
    schedules * 200,
  );

  test("in every order of a pull, an edit in its middle, and the notification of that edit", async () => {
    const options = {
      steps: 100,
      edits: 1,
      losesTasksAfter: 0,
      faults: false,
      small: true,
    };
    const played = await everySchedule(async choose => {
      await new Exploration(choose, options).play();
    }, 10_000);
    expect(played).toBeGreaterThan(300);
  }, 120_000);
});
