import type { Clock, Log } from "../ports/runtime.port.ts";
import type { TaskQueue, WatchTask } from "../ports/tasks.port.ts";
import type { WatchStore } from "../ports/watch.port.ts";
import { createFanOut } from "../fan-out.ts";
import { planRenewal } from "./plan-watch.ts";

/**
 * Through the Admin SDK one instance stores about 300 tasks a second, whatever is under way (docs/benchmarks.md,
 * Fan-out): six minutes of the function's thirty for 100,000. More than this at once would only wait in memory.
 */
const maxInFlight = 100;

export interface RenewWatchesPorts {
  readonly watches: Pick<WatchStore, "survey" | "forget">;
  readonly tasks: Pick<TaskQueue, "maintainWatch" | "syncCalendarList">;
  readonly clock: Clock;
  readonly log: Log;
}

/** What one daily round found and did. */
export interface RenewalReport {
  /** Calendars looked at. */
  readonly calendars: number;
  /** Tasks stored, by action. */
  readonly tasks: Readonly<Record<WatchTask["action"], number>>;
  /** Lists of calendars to be read again completely: changes leave out what is not the user's own doing. */
  readonly lists: number;
  /** Active calendars that had no open channel. */
  readonly unwatched: number;
  /** Tasks that could not be stored. */
  readonly failed: number;
  /** For an alarm: the life of the channel that ends first. Null without channels. */
  readonly smallestRemainingLifeMs: number | null;
}

/**
 * Goes through all channels and all active calendars once, in the order of their keys, and leaves a `maintainWatch`
 * task for each calendar that needs one. One survey finds everything: channels that end soon, stuck and leftover
 * ones, and calendars that have none (a registration that was lost is otherwise never noticed).
 *
 * @param round names this run, for the tasks' ids: a round that is run twice stores each task once
 */
export async function renewWatches(
  { watches, tasks, clock, log }: RenewWatchesPorts,
  round: string,
): Promise<RenewalReport> {
  const counts = { open: 0, replace: 0, stop: 0, ask: 0 };
  let calendars = 0;
  let unwatched = 0;
  let lists = 0;
  let failed = 0;
  let smallest = Number.POSITIVE_INFINITY;
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
    const step = planRenewal(calendar, clock.now());
    if (step.unwatched) unwatched += 1;
    if (step.lifeMs !== undefined) smallest = Math.min(smallest, step.lifeMs);
    for (const channelId of step.forget) {
      await launch(async () => {
        await watches.forget(channelId);
      });
    }
    const { calendarKey, active } = calendar;
    if (active?.resource === "calendarList") {
      await launch(async () => {
        const task = { accountId: calendarKey, full: true };
        await tasks.syncCalendarList(task, { id: `${calendarKey}-list-${round}` });
        lists += 1;
      });
    }
    const { task } = step;
    if (task === undefined) continue;
    await launch(async () => {
      await tasks.maintainWatch({ ...task, calendarKey }, { id: `${calendarKey}-renew-${round}` });
      counts[task.action] += 1;
    });
  }
  await steps.settled();
  const smallestRemainingLifeMs = Number.isFinite(smallest) ? smallest : null;
  const report = { calendars, tasks: counts, lists, unwatched, failed, smallestRemainingLifeMs };
  log.info("watches surveyed", report);
  return report;
}
