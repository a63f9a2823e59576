import { onSchedule } from "firebase-functions/scheduler";
import { log, schedulePorts, stretchPorts } from "../compose.ts";
import { queryVersion } from "../model/sync-state.ts";
import { stretchRound } from "../quota/stretch-round.ts";
import { backupSync as backup } from "../sync/scheduled-sync.ts";
import { roundOptions } from "./round.ts";

const hourMs = 3_600_000;

/**
 * Every six hours, queues a pull of every active calendar, spread over two hours, because notifications may be lost
 * (guides/push). Fewer calendars if most of the day's calls are used. Some calendars of another version get an upgrade
 * pass within the six hours instead (docs/upgrading.md).
 */
export const backupSync = onSchedule({ ...roundOptions, schedule: "0 */6 * * *" }, async event => {
  const stretch = await stretchRound(stretchPorts());
  const { toUpgrade, upgrades, ...counts } = await backup(
    schedulePorts(),
    Date.parse(event.scheduleTime),
    2 * hourMs,
    stretch,
  );
  log.info("backup sync queued", { ...counts });
  if (toUpgrade > 0) log.info("calendars to upgrade", { left: toUpgrade, queued: upgrades, queryVersion });
  if (counts.failed > 0)
    throw new Error(`${counts.failed} of ${counts.calendars} calendars could not be queued`);
});
