import type { SyncPorts } from "../ports/sync.port.ts";
import type { SyncTask } from "../ports/tasks.port.ts";
import { extendHorizon } from "./extend-horizon.ts";
import { dropEnded } from "./retention.ts";
import { syncCalendar, type SyncOutcome } from "./sync-calendar.ts";

/**
 * One delivery from the `syncCalendar` queue: a sync; or the calendar's window moved on at both ends, and then whatever
 * was asked for meanwhile.
 */
export async function handleSyncTask(
  ports: SyncPorts,
  task: SyncTask,
  delivered: { readonly taskId: string; readonly attempt: number },
): Promise<SyncOutcome> {
  if (task.cause !== "horizon") return await syncCalendar(ports, task, delivered);
  if ((await dropEnded(ports, task.calendarKey, delivered)) === "retry") return "retry";
  const horizon = await extendHorizon(ports, task.calendarKey, delivered);
  if (horizon.kind === "retry") return "retry";
  if (horizon.kind === "nothingToDo" || horizon.pendingEpoch === undefined) return "covered";
  const { calendarKey } = task;
  return await syncCalendar(ports, { calendarKey, epoch: horizon.pendingEpoch, cause: "waiter" }, delivered);
}
