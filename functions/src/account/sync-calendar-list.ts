import type { AccountStatus } from "../ports/account.port.ts";
import type { ApplyOutcome, GoogleCalendarList, CalendarListStore } from "../ports/calendars.port.ts";
import type { Clock, Log, NewId } from "../ports/runtime.port.ts";
import { type GoogleFailure, isTransient, needsConsent, raiseAlarm } from "../model/google-failure.ts";
import type { ListTask, TaskQueue } from "../ports/tasks.port.ts";

export interface SyncCalendarListPorts {
  readonly lists: CalendarListStore;
  readonly calendarList: Pick<GoogleCalendarList, "list">;
  readonly tasks: TaskQueue;
  readonly accountStatus: AccountStatus;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

export type SyncListOutcome = "synced" | "inactive" | "refused" | "tryAgain";

/** The most attempts to store a listing, if another listing is stored first each time. */
const maxRounds = 3;

/**
 * Syncs an account's list of calendars: adds new calendars, updates names and colours, and removes calendars with their
 * events. The sync token is stored last: if the worker fails earlier, all work is done again, which is harmless.
 *
 * @returns `refused`: the queue must not retry. `tryAgain`: the failure may pass.
 */
export async function syncCalendarList(
  dependencies: SyncCalendarListPorts,
  { accountId, full = false }: ListTask,
): Promise<SyncListOutcome> {
  const { lists, calendarList, clock, log } = dependencies;
  for (let round = 0; round < maxRounds; round++) {
    const state = await lists.read(accountId);
    if (state?.active !== true) return "inactive";
    const since = full ? undefined : (state.syncToken ?? undefined);
    let listing = await calendarList.list(accountId, since);
    // Only a request with a sync token is repeated as a full list. A full list that was refused would be refused again.
    if (listing.kind === "failed" && listing.reason === "tokenExpired" && since !== undefined) {
      listing = await calendarList.list(accountId, undefined);
    }
    if (listing.kind === "failed") return await refused(dependencies, accountId, listing);
    await dependencies.accountStatus.noteAccepted(accountId);
    const outcome = await lists.apply(accountId, state, listing, clock.now());
    if (outcome.kind === "inactive") return "inactive";
    if (outcome.kind === "outdated") continue;
    if (outcome.doubted !== undefined && outcome.doubted.length > 0) {
      const { doubted } = outcome;
      log.warn("calendar list without calendars that cannot be gone", { accountId, doubted: doubted.length });
    }
    await queueWork(dependencies, state.uid, outcome);
    await lists.advance(accountId, outcome.revision, listing.syncToken);
    log.info("calendar list synced", {
      accountId,
      complete: listing.complete,
      entries: listing.calendars.length + listing.removedIds.length,
      started: outcome.started.length,
      removed: outcome.removed.length,
    });
    return "synced";
  }
  return "tryAgain";
}

async function refused(
  { accountStatus, log }: SyncCalendarListPorts,
  accountId: string,
  failure: GoogleFailure,
): Promise<SyncListOutcome> {
  const { reason, status, googleReason } = failure;
  log.warn("calendar list not synced", { accountId, reason, status, googleReason });
  raiseAlarm(log, failure, { accountId });
  if (reason === "tokenRefused") {
    return (await accountStatus.noteRefusal(accountId, failure)) === "required" ? "refused" : "tryAgain";
  }
  if (needsConsent(reason)) {
    const outcome = await accountStatus.requireReauth(accountId, failure);
    return outcome === "superseded" ? "tryAgain" : "refused";
  }
  // `tokenExpired` is here the answer to a request for a full list. In both cases the next attempt begins with the
  // first page.
  const passes = isTransient(reason) || reason === "tokenExpired" || reason === "pageTokenRejected";
  return passes ? "tryAgain" : "refused";
}

async function queueWork(
  { tasks, newId }: SyncCalendarListPorts,
  uid: string,
  { started, removed }: Extract<ApplyOutcome, { kind: "applied" }>,
): Promise<void> {
  const run = newId(12);
  for (const { calendarKey, epoch } of started) {
    await tasks.syncCalendar(
      { calendarKey, epoch, cause: "connect" },
      { id: `${calendarKey}-${epoch}-listed-${run}` },
    );
    await tasks.maintainWatch({ calendarKey, action: "open" }, { id: `${calendarKey}-open-${run}` });
  }
  for (const calendarKey of removed) {
    await tasks.maintainWatch({ calendarKey, action: "stop" }, { id: `${calendarKey}-stop-${run}` });
    await tasks.cleanUpAccount({ uid, calendarKey }, { id: `${calendarKey}-gone-${run}` });
  }
}
