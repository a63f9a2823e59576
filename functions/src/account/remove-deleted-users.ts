import type { AccountOwners, UserDirectory } from "../ports/account.port.ts";
import { type DisconnectPorts, disconnectUser } from "./disconnect.ts";

/** Up to this many missing users are removed without comparing them to the number of all users. */
const fewUsers = 4;

/** If a larger share of all users is missing, the directory is probably wrong. */
const credibleShare = 0.1;

/**
 * After this many failed pages in a row, the other pages wait for the next day, because the daily round has other work.
 */
const patientPages = 3;

export interface RemoveDeletedUsersPorts extends DisconnectPorts {
  readonly owners: AccountOwners;
  readonly directory: UserDirectory;
  /**
   * `true`: remove missing users if their number is credible. `all`: remove them whatever their number; for an operator
   * who has checked why they are missing. `false`: do nothing.
   */
  readonly mode: "true" | "false" | "all";
}

export interface DeletedUsersReport {
  /** Uids that were looked up. A user with several accounts may be counted several times. */
  readonly asked: number;
  readonly missing: number;
  /** Users whose accounts are being removed now. */
  readonly removed: number;
  /** Users who could not be looked up or could not be removed this time. */
  readonly failed: number;
}

/**
 * Removes the accounts of deleted users, as `onUserDeleted` does when its event arrives. Users are removed only if
 * Authentication has twice reported that they do not exist, and only if not nearly all users are missing: that happens
 * if the functions ask the wrong project or look up users of tenants. Users who cannot be looked up are kept.
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
    // If none of several users exists, the directory is probably wrong.
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
