import { isInTurn, roundsPerTurn, type Stretch } from "../model/stretch.ts";
import type { ActiveCalendar, SyncStore } from "../ports/sync.port.ts";
import type { Clock } from "../ports/runtime.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";
import { createFanOut } from "../fan-out.ts";
import { spreadOf } from "../model/spread.ts";
import { retentionStart, type WindowDefaults } from "../model/calendar-window.ts";
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

/** The backup's interval. Its rounds are numbered by it, so that a stretched backup takes other calendars each time. */
const backupIntervalMs = 6 * 3_600_000;

/**
 * A calendar that was pulled less than this time ago is backed up later. Together with the spread of two hours it is
 * less than the six hours between two rounds: so a calendar without changes is always pulled at the same place in the
 * round, and a calendar that was put off comes back to its place.
 */
const restMs = 3.5 * 3_600_000;

/**
 * Queues a pull of every active calendar, because Google may drop notifications (guides/push). A calendar that was
 * pulled lately is pulled later; if it is pulled once more until then, its task makes no call, because its epoch is
 * covered. The later pulls are spread, too: the last edits of many calendars are made at the same time, at the end of
 * the working day. For some of the calendars of another version it queues an upgrade pass instead (upgrade.ts).
 *
 * @param stretch if not `none`, only those calendars are pulled whose turn it is, and fewer are upgraded
 */
export async function backupSync(
  ports: SchedulePorts & { readonly pace: UpgradePace },
  scheduledAtMs: number,
  spreadMs: number,
  stretch: Stretch,
): Promise<BackupCounts> {
  const { pace } = ports;
  const nowMs = ports.clock.now();
  const number = Math.floor(scheduledAtMs / backupIntervalMs);
  const takes = ({ calendarKey }: ActiveCalendar): boolean => isInTurn(calendarKey, number, stretch);
  const notBeforeMs = (calendar: ActiveCalendar): number =>
    Math.max(nowMs, lastPullMs(calendar, nowMs) + restMs) + spreadOf(calendar.calendarKey, spreadMs);
  // A hundred thousand take about 20 MB.
  const waiting: ActiveCalendar[] = [];
  const round = createRound(ports, scheduledAtMs);
  await round.queueEvery("backup", notBeforeMs, calendar => {
    const waits = hasOtherVersion(calendar, pace);
    if (waits) waiting.push(calendar);
    return !waits && takes(calendar);
  });
  const upgradesPerHour = pace.upgradesPerHour / roundsPerTurn[stretch];
  const { upgrades, rest } = chooseUpgrades(waiting, { ...pace, upgradesPerHour }, scheduledAtMs);
  for (const { calendar, delayMs } of upgrades) await round.queue(calendar, "upgrade", nowMs + delayMs);
  for (const calendar of rest.filter(takes)) await round.queue(calendar, "backup", notBeforeMs(calendar));
  return { ...(await round.settled()), toUpgrade: waiting.length, upgrades: upgrades.length };
}

/** When the last pull began, if everything that it was for is stored; otherwise 0. Epoch ms. */
function lastPullMs({ epoch, coveredEpoch, pulledAt }: ActiveCalendar, nowMs: number): number {
  // A pass closes the current epoch when it begins, and covers it in its last commit.
  const isComplete = coveredEpoch >= epoch - 1;
  // If the clock was set back, nothing is put off.
  return isComplete && pulledAt !== null && pulledAt <= nowMs ? pulledAt : 0;
}

/**
 * Queues a task for every calendar that has an open-ended series, or whose user has chosen a window, or whose window's
 * start is due for retention. If a chosen window begins earlier, the next pass or backup is a full sync.
 */
export async function queueHorizons(
  ports: SchedulePorts & { readonly window: WindowDefaults },
  scheduledAtMs: number,
  spreadMs: number,
): Promise<ScheduledCounts> {
  const nowMs = ports.clock.now();
  const round = createRound(ports, scheduledAtMs);
  await round.queueEvery(
    "horizon",
    ({ calendarKey }) => nowMs + spreadOf(calendarKey, spreadMs),
    calendar =>
      calendar.openSeries ||
      calendar.window !== undefined ||
      retentionStart(calendar, ports.window, nowMs) !== undefined,
  );
  return await round.settled();
}

type ScheduledCause = "backup" | "upgrade" | "horizon";

/** Stores the tasks of one scheduled run, up to `maxInFlight` at the same time. */
interface Round {
  /** Queues a task for every active calendar that `concerns` selects. */
  queueEvery(
    cause: ScheduledCause,
    notBeforeMs: (calendar: ActiveCalendar) => number,
    concerns: (calendar: ActiveCalendar) => boolean,
  ): Promise<void>;
  queue(calendar: ActiveCalendar, cause: ScheduledCause, notBeforeMs: number): Promise<void>;
  /** The counts, when all tasks are stored or have failed. */
  settled(): Promise<ScheduledCounts>;
}

/** Queues `syncCalendar` tasks. Safe to repeat with the same schedule time, because the tasks' names are the same. */
function createRound(ports: SchedulePorts, scheduledAtMs: number): Round {
  const counts: ScheduledCounts = { calendars: 0, created: 0, existing: 0, failed: 0 };
  const enqueue = async (
    { calendarKey, epoch }: ActiveCalendar,
    cause: ScheduledCause,
    notBeforeMs: number,
  ): Promise<void> => {
    const id = `${calendarKey}-${epoch}-${cause}-${scheduledAtMs}`;
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
  const queue: Round["queue"] = async (calendar, cause, notBeforeMs) => {
    counts.calendars += 1;
    await tasks.start(async () => {
      await enqueue(calendar, cause, notBeforeMs);
    });
  };
  return {
    queue,
    queueEvery: async (cause, notBeforeMs, concerns) => {
      for (let after: string | undefined; ;) {
        const page = await ports.store.activeCalendars(after, pageSize);
        for (const calendar of page.filter(concerns)) await queue(calendar, cause, notBeforeMs(calendar));
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
