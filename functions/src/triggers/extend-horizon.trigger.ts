import { onSchedule } from "firebase-functions/scheduler";
import { log, schedulePorts } from "../compose.ts";
import { queueHorizons } from "../sync/scheduled-sync.ts";
import { roundOptions } from "./round.ts";

const hourMs = 3_600_000;

/**
 * Every day, queues a task for every calendar with an open-ended series, and for every calendar whose retention is due
 * or whose window was chosen. A task expands series further and deletes what is outside the window. It calls Google
 * only if a pull was asked for during its work.
 */
export const extendHorizon = onSchedule({ ...roundOptions, schedule: "0 3 * * *" }, async event => {
  const counts = await queueHorizons(schedulePorts(), Date.parse(event.scheduleTime), 3 * hourMs);
  log.info("horizons queued", { ...counts });
  if (counts.failed > 0)
    throw new Error(`${counts.failed} of ${counts.calendars} calendars could not be queued`);
});
