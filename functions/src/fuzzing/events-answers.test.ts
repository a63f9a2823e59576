import { describe, test } from "@jest/globals";
import { playEventsCase } from "./events-case.fake.ts";
import { fuzzSettings, runSeeds } from "./run-seeds.fake.ts";

/* docs/fuzzing.md describes the cases, the invariants and the changes that are left out. */
const settings = fuzzSettings(process.env, 2_000);

describe("whatever Google answers to events.list", () => {
  test(
    "nothing that exists is deleted or stopped, the rest stays right, and one clean full sync heals all",
    async () => {
      await runSeeds("events", playEventsCase, settings);
    },
    60_000 + settings.cases * 200,
  );
});
