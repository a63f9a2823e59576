import { createHash } from "node:crypto";
import type { ActiveCalendar, SyncStore } from "../ports/sync.port.ts";
import type { Clock } from "../ports/runtime.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";
import { createFanOut } from "../fan-out.ts";
import { retentionStart } from "./retention.ts";
import { chooseUpgrades, hasOtherVersion, type UpgradePace } from "./upgrade.ts";

const pageSize = 1_000;
/** Each task is one HTTP call. With this many calls in parallel 100,000 calendars take minutes. */
const maxInFlight = 100;
const attemptsPerTask = 3;

/** The counts of a scheduled run. */
export interface ScheduledCounts {
  calendars: number;
  created: number;
  /** Tasks that an earlier attempt of the same run had stored. */
  existing: number;
  failed: number;
}

interface SchedulePorts {
  readonly store: Pick<SyncStore, "activeCalendars">;
  readonly tasks: TaskQueue;
  readonly clock: Clock;
}

/** The counts of a backup round. */
export interface BackupCounts extends ScheduledCounts {
  /** Calendars whose events are not all of the code's version. */
  toUpgrade: number;
  /** How many of them get an upgrade pass in this round. */
  upgrades: number;
}

/**
 * Queues a pull of every active calendar, because Google may drop notifications (guides/push). For some of the
 * calendars of another version it queues an upgrade pass instead (upgrade.ts).
 */
export async function backupSync(
  ports: SchedulePorts & { readonly pace: UpgradePace },
  scheduledAtMs: number,
  spreadMs: number,
): Promise<BackupCounts> {
  const { pace } = ports;
  // A hundred thousand take about 20 MB.
  const waiting: ActiveCalendar[] = [];
  const round = createRound(ports, scheduledAtMs, spreadMs);
  await round.queueEvery("backup", calendar => {
    const waits = hasOtherVersion(calendar, pace);
    if (waits) waiting.push(calendar);
    return !waits;
  });
  const { upgrades, rest } = chooseUpgrades(waiting, pace, scheduledAtMs);
  for (const { calendar, delayMs } of upgrades) await round.queue(calendar, "upgrade", delayMs);
  for (const calendar of rest) await round.queue(calendar, "backup");
  return { ...(await round.settled()), toUpgrade: waiting.length, upgrades: upgrades.length };
}

/** Queues a task for every calendar that has an open-ended series, or whose window's start is due for retention. */
export async function queueHorizons(
  ports: SchedulePorts & { readonly retentionMs: number },
  scheduledAtMs: number,
  spreadMs: number,
): Promise<ScheduledCounts> {
  const nowMs = ports.clock.now();
  const round = createRound(ports, scheduledAtMs, spreadMs);
  await round.queueEvery(
    "horizon",
    calendar => calendar.openSeries || retentionStart(calendar, ports.retentionMs, nowMs) !== undefined,
  );
  return await round.settled();
}

type ScheduledCause = "backup" | "upgrade" | "horizon";

/** Stores the tasks of one scheduled run, up to `maxInFlight` at the same time. */
interface Round {
  /** Queues a task for every active calendar that `concerns` selects. */
  queueEvery(cause: ScheduledCause, concerns: (calendar: ActiveCalendar) => boolean): Promise<void>;
  /** Queues a task. Without `delayMs`, the delay is a hash of the calendar. */
  queue(calendar: ActiveCalendar, cause: ScheduledCause, delayMs?: number): Promise<void>;
  /** The counts, when all tasks are stored or have failed. */
  settled(): Promise<ScheduledCounts>;
}

/**
 * Queues `syncCalendar` tasks, spread over `spreadMs` by a hash of the calendar, to avoid a peak at Google and
 * Firestore. Safe to repeat with the same schedule time, because the tasks' names are the same.
 */
function createRound(ports: SchedulePorts, scheduledAtMs: number, spreadMs: number): Round {
  const counts: ScheduledCounts = { calendars: 0, created: 0, existing: 0, failed: 0 };
  const enqueue = async (
    { calendarKey, epoch }: ActiveCalendar,
    cause: ScheduledCause,
    delayMs: number,
  ): Promise<void> => {
    const id = `${calendarKey}-${epoch}-${cause}-${scheduledAtMs}`;
    const notBeforeMs = ports.clock.now() + delayMs;
    for (let attempt = 1; attempt <= attemptsPerTask; attempt++) {
      try {
        const outcome = await ports.tasks.syncCalendar({ calendarKey, epoch, cause }, { id, notBeforeMs });
        counts[outcome === "created" ? "created" : "existing"] += 1;
        return;
      } catch {
        if (attempt < attemptsPerTask) await ports.clock.sleep(200 * 2 ** attempt);
      }
    }
    counts.failed += 1;
  };

  const tasks = createFanOut(maxInFlight);
  const queue: Round["queue"] = async (calendar, cause, delayMs) => {
    counts.calendars += 1;
    await tasks.start(async () => {
      await enqueue(calendar, cause, delayMs ?? spread(calendar.calendarKey, spreadMs));
    });
  };
  return {
    queue,
    queueEvery: async (cause, concerns) => {
      for (let after: string | undefined; ;) {
        const page = await ports.store.activeCalendars(after, pageSize);
        for (const calendar of page.filter(concerns)) await queue(calendar, cause);
        if (page.length < pageSize) return;
        after = page.at(-1)?.calendarKey;
      }
    },
    settled: async () => {
      await tasks.settled();
      return counts;
    },
  };
}

/** A fixed delay for each calendar, so that its backups are always six hours apart. */
function spread(calendarKey: string, spreadMs: number): number {
  return spreadMs === 0 ? 0 : createHash("sha256").update(calendarKey).digest().readUInt32BE() % spreadMs;
}
