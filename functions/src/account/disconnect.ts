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
 * The account shows as `disconnecting` and nothing is synced any more; the rest is done by `cleanUpAccount`. Throws if
 * that task could not be stored; the daily round would then find the account, and so does calling this again.
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

/** Disconnects all accounts of a user who was deleted. Throws if one could not be; safe to repeat. */
export async function disconnectUser(dependencies: DisconnectPorts, uid: string): Promise<void> {
  // First, so that a consent that is being given at this moment finds no attempt to finish.
  await dependencies.removal.forgetAttempts(uid);
  const accounts = await dependencies.removal.accountsOf(uid);
  for (const accountId of accounts) await disconnectAccount(dependencies, uid, accountId);
  dependencies.log.info("user deleted", { uid, accounts: accounts.length });
}

/** More than this of a kind at a time would mean that clean-up does not work at all. */
const maxResumed = 500;

/**
 * Queues a clean-up for every account that is still `disconnecting` and every calendar that is off or gone and was not
 * cleaned up: its task was never stored, or was given up.
 *
 * @param round names this run, so that a round that is run twice stores each task once
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
