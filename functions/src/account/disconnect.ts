import type { AccountRemoval } from "../ports/account.port.ts";
import type { Log, NewId } from "../ports/runtime.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";

export interface DisconnectPorts {
  readonly removal: Pick<
    AccountRemoval,
    "markDisconnecting" | "accountsOf" | "forgetAttempts" | "unfinished"
  >;
  readonly tasks: Pick<TaskQueue, "cleanUpAccount">;
  readonly newId: NewId;
  readonly log: Log;
}

/**
 * Marks the account as `disconnecting`, which stops its syncs, and queues `cleanUpAccount`, which does the rest. Throws
 * if that task could not be queued; the account stays marked, and the daily round or another call queues the task.
 */
export async function disconnectAccount(
  { removal, tasks, newId }: DisconnectPorts,
  uid: string,
  accountId: string,
): Promise<"disconnecting" | "unknown"> {
  if ((await removal.markDisconnecting(uid, accountId)) === "unknown") return "unknown";
  await tasks.cleanUpAccount({ uid, accountId }, { id: `${accountId}-cleanup-${newId(12)}` });
  return "disconnecting";
}

/**
 * Disconnects all accounts of a user who was deleted. Throws if an account could not be disconnected. Safe to repeat.
 */
export async function disconnectUser(dependencies: DisconnectPorts, uid: string): Promise<void> {
  // First, so that a consent page that is open at this moment cannot connect another account.
  await dependencies.removal.forgetAttempts(uid);
  const accounts = await dependencies.removal.accountsOf(uid);
  for (const accountId of accounts) await disconnectAccount(dependencies, uid, accountId);
  dependencies.log.info("user deleted", { uid, accounts: accounts.length });
}

/** Limit per kind and run. A larger number would mean that clean-ups do not work at all. */
const maxResumed = 500;

/**
 * Queues a clean-up for every account that is still `disconnecting`, and for every disabled or removed calendar whose
 * data was not deleted. Their task was never queued, or the queue gave up on it.
 *
 * @param round names this run; if a run is repeated, each task is stored only once
 * @returns how many tasks were queued
 */
export async function resumeCleanUps(
  { removal, tasks, log }: Pick<DisconnectPorts, "removal" | "tasks" | "log">,
  round: string,
): Promise<number> {
  const unfinished = await removal.unfinished(maxResumed);
  for (const task of unfinished) {
    const key = "accountId" in task ? task.accountId : task.calendarKey;
    await tasks.cleanUpAccount(task, { id: `${key}-cleanup-${round}` });
  }
  if (unfinished.length > 0) log.warn("unfinished clean-ups resumed", { cleanUps: unfinished.length });
  return unfinished.length;
}
