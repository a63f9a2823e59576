import type { Stretch } from "../model/stretch.ts";
import type { Clock, Log } from "../ports/runtime.port.ts";
import type { TaskQueue, WatchTask } from "../ports/tasks.port.ts";
import type { WatchStore } from "../ports/watch.port.ts";
import { createFanOut } from "../fan-out.ts";
import { planRenewal } from "./plan-watch.ts";

/**
 * Through the Admin SDK one instance stores about 300 tasks per second, however many calls run at the same time
 * (docs/benchmarks.md, Fan-out): 100,000 tasks take six of the function's thirty minutes. More calls at the same time
 * would only wait in memory.
 */
const maxInFlight = 100;

export interface RenewWatchesPorts {
  readonly watches: Pick<WatchStore, "survey" | "forget">;
  readonly tasks: Pick<TaskQueue, "maintainWatch" | "syncCalendarList">;
  readonly clock: Clock;
  readonly log: Log;
}

/** The results of one daily round. */
export interface RenewalReport {
  /** Calendars and lists that were checked. */
  readonly calendars: number;
  /** Stored tasks, by action. */
  readonly tasks: Readonly<Record<WatchTask["action"], number>>;
  /** Lists for which a full listing was queued. */
  readonly lists: number;
  /** Active calendars without an open channel. */
  readonly unwatched: number;
  /** Tasks that could not be stored, and records that could not be deleted. */
  readonly failed: number;
  /** For an alarm: the remaining life of the channel that ends first, in ms. Null if there are no channels. */
  readonly smallestRemainingLifeMs: number | null;
}

/**
 * Checks all channels and all active calendars once, in the order of their keys, and queues a `maintainWatch` task for
 * each calendar that needs one: its channel ends soon, a record is stuck or unneeded, or it has no channel. Without
 * this check a lost channel would never be noticed.
 *
 * @param round names this run in the tasks' ids; if a run is repeated, each task is stored only once
 * @param stretch if not `none`, lists are read less often, and channels are renewed later; missing ones are opened as
 *   always
 */
export async function renewWatches(
  { watches, tasks, clock, log }: RenewWatchesPorts,
  round: string,
  stretch: Stretch,
): Promise<RenewalReport> {
  const counts = { open: 0, replace: 0, stop: 0, ask: 0 };
  let calendars = 0;
  let unwatched = 0;
  let lists = 0;
  let failed = 0;
  let smallest = Number.POSITIVE_INFINITY;
  // `start` waits while this many steps run.
  const steps = createFanOut(maxInFlight);
  const launch = async (step: () => Promise<void>) => {
    await steps.start(async () => {
      try {
        await step();
      } catch (error) {
        failed += 1;
        log.error("renewal step failed", { error: error instanceof Error ? error.message : "unknown" });
      }
    });
  };

  for await (const calendar of watches.survey()) {
    calendars += 1;
    const step = planRenewal(calendar, clock.now(), stretch);
    if (step.unwatched) unwatched += 1;
    if (step.lifeMs !== undefined) smallest = Math.min(smallest, step.lifeMs);
    for (const channelId of step.forget) {
      await launch(async () => {
        await watches.forget(channelId);
      });
    }
    const { calendarKey } = calendar;
    const notBeforeMs = clock.now() + step.delayMs;
    if (step.listing) {
      await launch(async () => {
        const task = { accountId: calendarKey, full: true };
        await tasks.syncCalendarList(task, { id: `${calendarKey}-list-${round}`, notBeforeMs });
        lists += 1;
      });
    }
    const { task } = step;
    if (task === undefined) continue;
    await launch(async () => {
      await tasks.maintainWatch(
        { ...task, calendarKey },
        { id: `${calendarKey}-renew-${round}`, notBeforeMs },
      );
      counts[task.action] += 1;
    });
  }
  await steps.settled();
  const smallestRemainingLifeMs = Number.isFinite(smallest) ? smallest : null;
  const report = { calendars, tasks: counts, lists, unwatched, failed, smallestRemainingLifeMs };
  log.info("watches surveyed", report);
  return report;
}
