import { afterEach, describe, test } from "@jest/globals";
import { playListCase } from "./list-case.fake.ts";
import { fuzzSettings, runSeeds } from "./run-seeds.fake.ts";
import { TokenCase } from "./token-case.fake.ts";
import { playWatchCase } from "./watch-case.fake.ts";

/* docs/fuzzing.md describes the cases, the invariants and the changes that are left out. */
const settings = fuzzSettings(process.env, 1_000);
const timeoutMs = 60_000 + settings.cases * 100;

const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

describe("whatever Google answers", () => {
  test(
    "to calendarList.list, no calendar that is listed is removed",
    async () => {
      await runSeeds("list", playListCase, settings);
    },
    timeoutMs,
  );

  test(
    "to a watch or a stop, no account ends, no calendar is stopped, no channel is forgotten",
    async () => {
      await runSeeds("watch", playWatchCase, settings);
    },
    timeoutMs,
  );

  test(
    "at the token, userinfo and signing endpoints, no account ends and nothing is thrown",
    async () => {
      await runSeeds(
        "tokens",
        async (seed, given) => {
          const tokens = new TokenCase(seed, given);
          globalThis.fetch = async input =>
            await Promise.resolve(tokens.answer(input instanceof Request ? input.url : input.toString()));
          return await tokens.play();
        },
        settings,
      );
    },
    timeoutMs,
  );
});
