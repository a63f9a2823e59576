import type { AccountOwners, UserDirectory } from "../ports/account.port.ts";
import { type DisconnectPorts, disconnectUser } from "./disconnect.ts";

/** At most this many users are removed without a look at how many that is of all. */
const fewUsers = 4;

/** More of all users than this have not left unnoticed: it is the directory that is wrong. */
const credibleShare = 0.1;

/** Pages in a row without an answer, after which the rest waits for tomorrow: others have work to do in this round. */
const patientPages = 3;

export interface RemoveDeletedUsersPorts extends DisconnectPorts {
  readonly owners: AccountOwners;
  readonly directory: UserDirectory;
  /** `all`: however many are missing; for an operator who knows why. */
  readonly mode: "true" | "false" | "all";
}

export interface DeletedUsersReport {
  /** Owners of accounts that were looked up; one of several accounts may count several times. */
  readonly asked: number;
  readonly missing: number;
  /** Whose accounts are being removed now. */
  readonly removed: number;
  /** Could not be looked up, or not be removed, this time. */
  readonly failed: number;
}

/**
 * Removes the accounts of users who are gone, as `onUserDeleted` does when its event arrives. Deleting needs certainty:
 * Authentication must say of a user that there is no such user, twice, and not of nearly everybody, as it would if the
 * functions asked the wrong project, or about users of tenants. Whoever cannot be looked up loses nothing.
 */
export async function removeDeletedUsers(dependencies: RemoveDeletedUsersPorts): Promise<DeletedUsersReport> {
  const { owners, directory, mode, log } = dependencies;
  let asked = 0;
  let failed = 0;
  const missing = new Set<string>();
  if (mode === "false") return { asked, missing: 0, removed: 0, failed };
  let failedInARow = 0;
  for await (const page of owners.pages()) {
    if (failedInARow === patientPages) break;
    const uids = [...new Set(page)];
    try {
      for (const uid of (await directory.missing(uids)).missing) missing.add(uid);
      asked += uids.length;
      failedInARow = 0;
    } catch (error) {
      failed += uids.length;
      failedInARow += 1;
      log.warn("users not looked up", { users: uids.length, error: nameOf(error) });
    }
  }
  const isIncredible =
    (missing.size > fewUsers && missing.size > asked * credibleShare) ||
    // Not one of several is known: that says more of the directory than of them.
    (missing.size > 1 && missing.size >= asked);
  if (mode !== "all" && isIncredible) {
    log.alarm("users.allMissing", { asked, missing: missing.size, some: [...missing].slice(0, fewUsers) });
    return { asked, missing: missing.size, removed: 0, failed };
  }

  let removed = 0;
  for (const uid of missing) {
    try {
      if (!(await directory.missing([uid])).missing.includes(uid)) continue;
      log.warn("user was deleted unnoticed", { uid });
      await disconnectUser(dependencies, uid);
      removed += 1;
    } catch (error) {
      failed += 1;
      log.error("deleted user not removed", { uid, error: nameOf(error) });
    }
  }
  const report = { asked, missing: missing.size, removed, failed };
  log.info("users looked up", report);
  return report;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
