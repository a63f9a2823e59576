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

/** Access to a Google account that is good enough to keep. Holds tokens: never logged. */
export interface Access {
  readonly uid: string;
  readonly identity: Identity;
  readonly scopes: readonly string[];
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** How to come by the next access token: the user's consent, or their Workspace's. */
  readonly source: { readonly refreshToken: string } | { readonly delegatedEmail: string };
}

/**
 * Makes an account of somebody's access to Google, or repairs the one there is. What can be refused is asked first, so
 * that a refusal stores nothing; then one transaction stores everything; then the first syncs and watches are queued.
 * Where queuing fails the user is told to try again: what is stored is complete, and the schedules pick it up too.
 */
export async function establishAccount(
  dependencies: EstablishAccountPorts,
  access: Access,
): Promise<{ readonly accountId: string } | ConnectError> {
  const { accounts, calendarList, clock, log } = dependencies;
  const { uid, identity } = access;
  const listing = await calendarList.listWithToken(access.accessToken);
  if (listing.kind === "failed") {
    log.warn("calendars could not be listed for a new account", {
      reason: listing.reason,
      status: listing.status,
    });
    raiseAlarm(log, listing, { uid });
    return isTransient(listing.reason) ? "try_again" : "google_error";
  }
  const accountId = accountIdOf(uid, identity.subject);
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
 * One sync and one channel for each started calendar, and a channel for the list. Names are new for each attempt: this
 * is not to be deduplicated.
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
