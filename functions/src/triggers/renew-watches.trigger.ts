import { onSchedule } from "firebase-functions/scheduler";
import { resumeCleanUps } from "../account/disconnect.ts";
import { disconnectPorts, watchPorts } from "../compose.ts";
import { renewWatches as renew } from "../watch/renew-watches.ts";

/**
 * Every day a `maintainWatch` task for each calendar whose channel ends within two days, is missing or is broken; and a
 * `cleanUpAccount` task for each account or calendar whose removal got stuck.
 */
export const renewWatches = onSchedule(
  { schedule: "every 24 hours", timeoutSeconds: 1800, memory: "512MiB", retryCount: 3 },
  async event => {
    // A retry of this run carries the same schedule time, and stores no task a second time.
    const round = Date.parse(event.scheduleTime).toString(36);
    await resumeCleanUps(disconnectPorts(), round);
    const report = await renew(watchPorts(), round);
    if (report.failed > 0) throw new Error(`${report.failed} steps of the renewal failed`);
  },
);
