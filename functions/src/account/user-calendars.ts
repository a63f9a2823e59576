import { staleAfterMs } from "@firestore-calendar-sync/client";
import type {
  CalendarSettingsStore,
  Demand,
  DemandOutcome,
  WindowChoice,
  WindowOutcome,
} from "../ports/calendars.port.ts";
import type { WindowDefaults } from "../model/calendar-window.ts";
import type { Clock, NewId } from "../ports/runtime.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";

export interface UserCalendarsPorts {
  readonly calendars: CalendarSettingsStore;
  readonly windowDefaults: WindowDefaults;
  readonly tasks: TaskQueue;
  readonly clock: Clock;
  readonly newId: NewId;
}

/**
 * Starts or stops the sync of one calendar. If it is stopped, its events are deleted: clients query all events at once
 * and must not show outdated ones. Throws if a task could not be queued. Safe to repeat.
 *
 * @returns `waiting`: enabled, but the account must be connected again first. `unknown`: the user has no such
 *   calendar.
 */
export async function setCalendarEnabled(
  { calendars, tasks, clock, newId }: UserCalendarsPorts,
  uid: string,
  calendarKey: string,
  enabled: boolean,
): Promise<"started" | "waiting" | "stopped" | "unknown"> {
  const call = newId(12);
  if (enabled) {
    const outcome = await calendars.enable(uid, calendarKey, clock.now());
    if (outcome.kind !== "started") return outcome.kind;
    const { epoch } = outcome;
    await tasks.syncCalendar(
      { calendarKey, epoch, cause: "user" },
      { id: `${calendarKey}-${epoch}-on-${call}` },
    );
    await tasks.maintainWatch({ calendarKey, action: "open" }, { id: `${calendarKey}-open-${call}` });
    return "started";
  }
  if ((await calendars.disable(uid, calendarKey, clock.now())) === "unknown") return "unknown";
  await tasks.maintainWatch({ calendarKey, action: "stop" }, { id: `${calendarKey}-stop-${call}` });
  await tasks.cleanUpAccount({ uid, calendarKey }, { id: `${calendarKey}-off-${call}` });
  return "stopped";
}

/**
 * Queues a pull or a full sync that a client asked for. Throws if the task could not be queued; a full sync is then
 * done by the next task of the calendar.
 */
export async function syncNow(
  { calendars, tasks, clock, newId }: UserCalendarsPorts,
  uid: string,
  calendarKey: string,
  demand: Demand,
): Promise<DemandOutcome> {
  const nowMs = clock.now();
  const outcome = await calendars.demandSync(uid, calendarKey, demand, nowMs);
  if (outcome.kind !== "ready") return outcome;
  const { epoch, reactivated } = outcome;
  // All clients that find a stale calendar in the same ten minutes share one task.
  const request = demand === "ifStale" ? `stale-${Math.floor(nowMs / staleAfterMs)}` : newId(12);
  await tasks.syncCalendar(
    { calendarKey, epoch, cause: "user" },
    { id: `${calendarKey}-${epoch}-user-${request}` },
  );
  if (reactivated) {
    await tasks.maintainWatch({ calendarKey, action: "open" }, { id: `${calendarKey}-open-${request}` });
  }
  return outcome;
}

/**
 * Stores how much of a calendar is to be stored, and queues the work that follows. Throws if a task could not be
 * queued; the work is then done by the next task of the calendar, the backup sync or the daily round, because all of
 * them compare the choice with what is stored. Safe to repeat.
 */
export async function setCalendarWindow(
  { calendars, windowDefaults, tasks, clock, newId }: UserCalendarsPorts,
  uid: string,
  calendarKey: string,
  choice: WindowChoice,
): Promise<WindowOutcome> {
  const outcome = await calendars.setWindow(uid, calendarKey, choice, windowDefaults, clock.now());
  if (outcome.kind !== "chosen" || !outcome.active) return outcome;
  const { epoch, needsFullSync } = outcome;
  const call = newId(12);
  if (needsFullSync) {
    await tasks.syncCalendar(
      { calendarKey, epoch, cause: "user" },
      { id: `${calendarKey}-${epoch}-past-${call}` },
    );
  }
  // Deletes what is outside a smaller window, and expands series, without a call to Google.
  await tasks.syncCalendar(
    { calendarKey, epoch, cause: "horizon" },
    { id: `${calendarKey}-${epoch}-window-${call}` },
  );
  return outcome;
}
