import { onSchedule } from "firebase-functions/scheduler";
import { log, schedulePorts } from "../compose.ts";
import { queryVersion } from "../model/sync-state.ts";
import { backupSync as backup } from "../sync/scheduled-sync.ts";
import { roundOptions } from "./round.ts";

const hourMs = 3_600_000;

/**
 * Every six hours, queues a pull of every active calendar, spread over an hour, because notifications may be lost
 * (guides/push). Some calendars of another version get an upgrade pass within the six hours instead
 * (docs/upgrading.md).
 */
export const backupSync = onSchedule({ ...roundOptions, schedule: "every 6 hours" }, async event => {
  const { toUpgrade, upgrades, ...counts } = await backup(
    schedulePorts(),
    Date.parse(event.scheduleTime),
    hourMs,
  );
  log.info("backup sync queued", { ...counts });
  if (toUpgrade > 0) log.info("calendars to upgrade", { left: toUpgrade, queued: upgrades, queryVersion });
  if (counts.failed > 0)
    throw new Error(`${counts.failed} of ${counts.calendars} calendars could not be queued`);
});
