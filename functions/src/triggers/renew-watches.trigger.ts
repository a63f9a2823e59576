import * as logger from "firebase-functions/logger";
import { onSchedule } from "firebase-functions/scheduler";
import { resumeCleanUps } from "../account/disconnect.ts";
import { removeDeletedUsers } from "../account/remove-deleted-users.ts";
import { resealedPerRound, resealTokens } from "../account/reseal-tokens.ts";
import { deletedUserPorts, disconnectPorts, resealPorts, watchPorts } from "../compose.ts";
import { tokenEncryptionKeys } from "../config.ts";
import { renewWatches as renew } from "../watch/renew-watches.ts";

/**
 * Every day a `maintainWatch` task for each calendar whose channel ends within two days, is missing or is broken; a
 * `cleanUpAccount` task for each account or calendar whose removal got stuck; a look for users who are gone; and tokens
 * sealed anew that are sealed with an old key.
 */
export const renewWatches = onSchedule(
  {
    schedule: "every 24 hours",
    timeoutSeconds: 1800,
    memory: "512MiB",
    retryCount: 3,
    secrets: [tokenEncryptionKeys],
  },
  async event => {
    // A retry of this run carries the same schedule time, and stores no task a second time.
    const round = Date.parse(event.scheduleTime).toString(36);
    await inTurn({
      "resume clean-ups": async () => await resumeCleanUps(disconnectPorts(), round),
      // Before the renewal, which then finds nothing to be renewed for them.
      "remove deleted users": async () => await removeDeletedUsers(deletedUserPorts()),
      "renew watches": async () => {
        const report = await renew(watchPorts(), round);
        if (report.failed > 0) throw new Error(`${report.failed} steps of the renewal failed`);
      },
      "seal tokens anew": async () => await resealTokens(resealPorts(), { limit: resealedPerRound }),
    });
  },
);

/** All steps, whichever of them fail; then throws for those that did, so that the round is tried again. */
async function inTurn(steps: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  const failed: string[] = [];
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      failed.push(name);
      logger.error("step of the daily round failed", {
        step: name,
        error: error instanceof Error ? error.message : "unknown",
      });
    }
  }
  if (failed.length > 0) throw new Error(`Steps of the daily round failed: ${failed.join(", ")}`);
}
