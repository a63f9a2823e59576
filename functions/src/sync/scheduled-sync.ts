import { isInTurn, type Stretch } from "../model/stretch.ts";
import type { ActiveCalendar, SyncStore } from "../ports/sync.port.ts";
import type { Clock } from "../ports/runtime.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";
import { createFanOut } from "../fan-out.ts";
import { spreadOf } from "../spread.ts";
import { retentionStart } from "./retention.ts";

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
 * the working day. If the backup is stretched, only those calendars are pulled whose turn it is.
 */
export async function backupSync(
  ports: SchedulePorts,
  scheduledAtMs: number,
  spreadMs: number,
  stretch: Stretch,
): Promise<ScheduledCounts> {
  const nowMs = ports.clock.now();
  const round = Math.floor(scheduledAtMs / backupIntervalMs);
  return await queueEvery(ports, "backup", scheduledAtMs, {
    concerns: ({ calendarKey }) => isInTurn(calendarKey, round, stretch),
    notBeforeMs: calendar =>
      Math.max(nowMs, lastPullMs(calendar, nowMs) + restMs) + spreadOf(calendar.calendarKey, spreadMs),
  });
}

/** When the last pull began, if everything that it was for is stored; otherwise 0. Epoch ms. */
function lastPullMs({ epoch, coveredEpoch, pulledAt }: ActiveCalendar, nowMs: number): number {
  // A pass closes the current epoch when it begins, and covers it in its last commit.
  const isComplete = coveredEpoch >= epoch - 1;
  // If the clock was set back, nothing is put off.
  return isComplete && pulledAt !== null && pulledAt <= nowMs ? pulledAt : 0;
}

/** Queues a task for every calendar that has an open-ended series, or whose window's start is due for retention. */
export async function queueHorizons(
  ports: SchedulePorts & { readonly retentionMs: number },
  scheduledAtMs: number,
  spreadMs: number,
): Promise<ScheduledCounts> {
  const nowMs = ports.clock.now();
  return await queueEvery(ports, "horizon", scheduledAtMs, {
    concerns: calendar =>
      calendar.openSeries || retentionStart(calendar, ports.retentionMs, nowMs) !== undefined,
    notBeforeMs: ({ calendarKey }) => nowMs + spreadOf(calendarKey, spreadMs),
  });
}

/**
 * Queues a `syncCalendar` task for every selected calendar. Safe to repeat with the same schedule time, because the
 * tasks' names are the same.
 */
async function queueEvery(
  ports: SchedulePorts,
  cause: "backup" | "horizon",
  scheduledAtMs: number,
  plan: {
    readonly concerns: (calendar: ActiveCalendar) => boolean;
    readonly notBeforeMs: (calendar: ActiveCalendar) => number;
  },
): Promise<ScheduledCounts> {
  const counts: ScheduledCounts = { calendars: 0, created: 0, existing: 0, failed: 0 };
  const enqueue = async (calendar: ActiveCalendar): Promise<void> => {
    const { calendarKey, epoch } = calendar;
    const id = `${calendarKey}-${epoch}-${cause}-${scheduledAtMs}`;
    const notBeforeMs = plan.notBeforeMs(calendar);
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
  for (let after: string | undefined; ;) {
    const page = await ports.store.activeCalendars(after, pageSize);
    const concerned = page.filter(plan.concerns);
    counts.calendars += concerned.length;
    for (const calendar of concerned)
      await tasks.start(async () => {
        await enqueue(calendar);
      });
    if (page.length < pageSize) break;
    after = page.at(-1)?.calendarKey;
  }
  await tasks.settled();
  return counts;
}
