import { onSchedule } from "firebase-functions/scheduler";
import { resumeCleanUps } from "../account/disconnect.ts";
import { removeDeletedUsers } from "../account/remove-deleted-users.ts";
import { resealedPerRound, resealTokens } from "../account/reseal-tokens.ts";
import { deletedUserPorts, disconnectPorts, log, resealPorts, stretchPorts, watchPorts } from "../compose.ts";
import { tokenEncryptionKeys } from "../config.ts";
import { stretchRound } from "../quota/stretch-round.ts";
import { renewWatches as renew } from "../watch/renew-watches.ts";
import { roundOptions } from "./round.ts";

/**
 * Every day: queues a `maintainWatch` task for each calendar whose channel ends within two days, is missing or is
 * broken; queues a `cleanUpAccount` task for each account or calendar whose removal is unfinished; removes accounts of
 * deleted users; and seals tokens again that are sealed with an old key. Calls Google less if most of the day's calls
 * are used.
 */
export const renewWatches = onSchedule(
  {
    ...roundOptions,
    schedule: "0 9 * * *",
    secrets: [tokenEncryptionKeys],
  },
  async event => {
    // A retry of this run has the same schedule time, so it stores no task twice.
    const round = Date.parse(event.scheduleTime).toString(36);
    const stretch = await stretchRound(stretchPorts());
    await inTurn({
      "resume clean-ups": async () => await resumeCleanUps(disconnectPorts(), round),
      // Before the renewal, so that no channel of a removed account is renewed.
      "remove deleted users": async () => await removeDeletedUsers(deletedUserPorts()),
      "renew watches": async () => {
        const report = await renew(watchPorts(), round, stretch);
        if (report.failed > 0) throw new Error(`${report.failed} steps of the renewal failed`);
      },
      "seal tokens anew": async () => await resealTokens(resealPorts(), { limit: resealedPerRound }),
    });
  },
);

/** Runs every step even if others fail, then throws if any step failed, so that the run is repeated. */
async function inTurn(steps: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  const failed: string[] = [];
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      failed.push(name);
      log.error("step of the daily round failed", {
        step: name,
        error: error instanceof Error ? error.message : "unknown",
      });
    }
  }
  if (failed.length > 0) throw new Error(`Steps of the daily round failed: ${failed.join(", ")}`);
}
