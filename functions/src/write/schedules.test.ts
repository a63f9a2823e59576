import { expect, test } from "@jest/globals";
import { randomChoice, seededRandom } from "../sync/testing/schedule.fake.ts";
import { WriteExploration } from "./testing/write-exploration.fake.ts";

const schedules = Number(process.env["WRITE_SCHEDULES"] ?? 200);
const onlySeed = process.env["WRITE_SEED"];

test(
  "no accepted change is lost, doubled or overwritten unseen",
  async () => {
    const total: Record<string, number> = {};
    const seeds =
      onlySeed === undefined ? Array.from({ length: schedules }, (_, n) => 1 + n) : [Number(onlySeed)];
    const failures: string[] = [];
    const begun = Date.now();
    for (const seed of seeds) {
      const exploration = new WriteExploration(randomChoice(seededRandom(seed)), seed);
      await exploration.play(90).catch((error: unknown) => {
        failures.push(`WRITE_SEED=${seed}: ${error instanceof Error ? error.message : String(error)}`);
      });
      for (const [name, count] of Object.entries(exploration.ledger.counts))
        total[name] = (total[name] ?? 0) + count;
    }
    console.log(
      Date.now() - begun,
      total,
      failures.length,
      failures
        .map(f => f.split("\n")[0])
        .slice(0, 40)
        .join("\n"),
    );
    if (onlySeed) console.log(failures[0]);
    expect(failures.length).toBe(0);
  },
  schedules * 500,
);
