import type { AccountStore, StartedCalendar } from "../ports/account.port.ts";
import type { GoogleCalendarList } from "../ports/calendars.port.ts";
import type { Clock, Log, NewId } from "../ports/runtime.port.ts";
import { isTransient, raiseAlarm } from "../model/google-failure.ts";
import type { Identity } from "../ports/credentials.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";
import { accountIdOf } from "../model/keys.ts";
import type { ConnectError } from "./return-address.ts";
import type { TokenSeal } from "./token-seal.ts";

export interface EstablishAccountPorts {
  readonly calendarList: Pick<GoogleCalendarList, "listWithToken">;
  readonly accounts: Pick<AccountStore, "connect">;
  readonly tasks: Pick<TaskQueue, "syncCalendar" | "maintainWatch" | "cleanUpAccount">;
  readonly seal: TokenSeal;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/** Access to a Google account, ready to be stored. Contains tokens: never log it. */
export interface Access {
  readonly uid: string;
  readonly identity: Identity;
  readonly scopes: readonly string[];
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** Where later access tokens come from: the user's consent, or a delegated domain. */
  readonly source: { readonly refreshToken: string } | { readonly delegatedEmail: string };
}

/**
 * Creates or repairs an account. The list of calendars is read first, because Google may refuse it: then nothing is
 * stored. One transaction then stores everything, and the first syncs and channels are queued. If queuing fails, the
 * result is `try_again`; the stored data is complete, and another attempt or the scheduled functions do the missing
 * work.
 */
export async function establishAccount(
  dependencies: EstablishAccountPorts,
  access: Access,
): Promise<{ readonly accountId: string } | ConnectError> {
  const { accounts, calendarList, clock, log } = dependencies;
  const { uid, identity } = access;
  const accountId = accountIdOf(uid, identity.subject);
  const listing = await calendarList.listWithToken(accountId, access.accessToken);
  if (listing.kind === "failed") {
    log.warn("calendars could not be listed for a new account", {
      reason: listing.reason,
      status: listing.status,
    });
    raiseAlarm(log, listing, { uid });
    return isTransient(listing.reason) ? "try_again" : "google_error";
  }
  const outcome = await accounts.connect({
    accountId,
    email: identity.email,
    ...(identity.name !== undefined && { name: identity.name }),
    credential: await sealedCredential(dependencies, accountId, access),
    listing,
    nowMs: clock.now(),
  });
  if (outcome.kind === "disconnecting") return "disconnecting";
  log.info("account connected", {
    uid,
    accountId,
    delegated: "delegatedEmail" in access.source,
    reconnected: outcome.reconnected,
    calendars: listing.calendars.length,
    started: outcome.started.length,
    ...(outcome.doubted !== undefined && outcome.doubted.length > 0 && { doubted: outcome.doubted.length }),
  });
  const queued = await queueFirstWork(dependencies, { uid, accountId, ...outcome });
  return queued ? { accountId } : "try_again";
}

async function sealedCredential(
  { seal, newId }: EstablishAccountPorts,
  accountId: string,
  { uid, identity, scopes, accessToken, accessTokenExpiresAtMs, source }: Access,
) {
  const stored = {
    uid,
    subject: identity.subject,
    scopes,
    grantId: newId(16),
    accessToken: await seal.seal(accountId, "access", accessToken),
    accessTokenExpiresAtMs,
  };
  return "delegatedEmail" in source
    ? { ...stored, delegatedEmail: source.delegatedEmail }
    : { ...stored, refreshToken: await seal.seal(accountId, "refresh", source.refreshToken) };
}

/**
 * Queues a sync and a channel for each started calendar, a clean-up for each removed calendar, and a channel for the
 * list. The task names are new for each attempt, because the queue must not drop them as duplicates.
 *
 * @returns false if a task could not be queued
 */
async function queueFirstWork(
  { tasks, newId, log }: EstablishAccountPorts,
  { uid, accountId, reconnected, started, removed }: FirstWork,
): Promise<boolean> {
  const attempt = newId(8);
  const cause = reconnected ? "reconnect" : "connect";
  const queued = await Promise.allSettled([
    ...started.flatMap(({ calendarKey, epoch }) => [
      tasks.syncCalendar({ calendarKey, epoch, cause }, { id: `${calendarKey}-${epoch}-connect-${attempt}` }),
      tasks.maintainWatch({ calendarKey, action: "open" }, { id: `${calendarKey}-open-${attempt}` }),
    ]),
    ...removed.flatMap(calendarKey => [
      tasks.maintainWatch({ calendarKey, action: "stop" }, { id: `${calendarKey}-stop-${attempt}` }),
      tasks.cleanUpAccount({ uid, calendarKey }, { id: `${calendarKey}-gone-${attempt}` }),
    ]),
    tasks.maintainWatch({ calendarKey: accountId, action: "open" }, { id: `${accountId}-open-${attempt}` }),
  ]);
  const failed = queued.filter(outcome => outcome.status === "rejected");
  if (failed.length > 0) {
    log.error("first syncs could not be queued", { failed: failed.length, of: queued.length });
  }
  return failed.length === 0;
}

interface FirstWork {
  readonly uid: string;
  readonly accountId: string;
  readonly reconnected: boolean;
  readonly started: readonly StartedCalendar[];
  readonly removed: readonly string[];
}
