import type { AccountStore, StartedCalendar } from "../ports/account-store.port.ts";
import type { CalendarList } from "../ports/calendar-list.port.ts";
import type { Clock, NewId } from "../ports/clock.port.ts";
import { isTransient } from "../ports/google-failure.port.ts";
import type { Log } from "../ports/log.port.ts";
import type { OAuthState, OAuthStates } from "../ports/oauth-states.port.ts";
import type { Grant, OAuthProvider } from "../ports/oauth.port.ts";
import type { TaskQueue } from "../ports/task-queue.port.ts";
import { accountIdOf } from "./keys.ts";
import { returnAddress, type ConnectError } from "./return-address.ts";
import { missingCalendarScopes } from "./scopes.ts";
import type { TokenSeal } from "./token-seal.ts";

/** What Google's redirect brought, already parsed. */
export interface ConsentAnswer {
  readonly state: string;
  readonly code: string | undefined;
  /** Google's `error`, e.g. `access_denied`. */
  readonly error: string | undefined;
}

export type FinishOutcome =
  | { readonly kind: "connected"; readonly accountId: string; readonly returnTo: string }
  | { readonly kind: "refused"; readonly error: ConnectError; readonly returnTo: string }
  /** The state was never issued, is used up, or is too old: nobody knows where this user came from. */
  | { readonly kind: "unknownAttempt" };

export interface FinishConnect {
  readonly states: OAuthStates;
  readonly oauth: Pick<OAuthProvider, "exchange">;
  readonly calendarList: Pick<CalendarList, "listWithToken">;
  readonly accounts: Pick<AccountStore, "connect">;
  readonly tasks: Pick<TaskQueue, "syncCalendar" | "maintainWatch" | "cleanUpAccount">;
  readonly seal: TokenSeal;
  readonly appOrigins: readonly string[];
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/**
 * Finishes an attempt to connect. Everything that can be refused is asked first, so that a refusal stores nothing;
 * then one transaction stores everything; then the first syncs and watches are queued. Where queuing fails the user is
 * told to try again: what is stored is complete, and the schedules would pick it up too.
 */
export async function finishConnect(
  dependencies: FinishConnect,
  answer: ConsentAnswer,
): Promise<FinishOutcome> {
  const { states, appOrigins, clock, log } = dependencies;
  const state = await states.consume(answer.state);
  if (state === undefined || state.expiresAtMs <= clock.now()) return { kind: "unknownAttempt" };
  // Checked when the attempt began; checked again because the list may have changed with a deployment since.
  const returnTo = returnAddress(state.returnTo, appOrigins) ?? returnAddress(undefined, appOrigins);
  if (returnTo === undefined) return { kind: "unknownAttempt" };

  const result = await connect(dependencies, state, answer);
  if (typeof result !== "string") return { kind: "connected", accountId: result.accountId, returnTo };
  log.info("account not connected", { uid: state.uid, error: result });
  return { kind: "refused", error: result, returnTo };
}

async function connect(
  dependencies: FinishConnect,
  state: OAuthState,
  answer: ConsentAnswer,
): Promise<{ readonly accountId: string } | ConnectError> {
  const { accounts, clock, log } = dependencies;
  if (answer.error !== undefined) return answer.error === "access_denied" ? "access_denied" : "google_error";
  if (answer.code === undefined) return "google_error";

  const grant = await redeem(dependencies, state, answer.code);
  if (typeof grant === "string") return grant;
  const listing = await dependencies.calendarList.listWithToken(grant.accessToken);
  if (listing.kind === "failed") {
    log.warn("calendars could not be listed for a new account", {
      reason: listing.reason,
      status: listing.status,
    });
    return isTransient(listing.reason) ? "try_again" : "google_error";
  }

  const accountId = accountIdOf(state.uid, grant.identity.subject);
  const outcome = await accounts.connect({
    accountId,
    email: grant.identity.email,
    ...(grant.identity.name !== undefined && { name: grant.identity.name }),
    credential: await sealedCredential(dependencies, state.uid, accountId, grant),
    listing,
    nowMs: clock.now(),
  });
  if (outcome.kind === "disconnecting") return "disconnecting";
  log.info("account connected", {
    uid: state.uid,
    accountId,
    reconnected: outcome.reconnected,
    calendars: listing.calendars.length,
    started: outcome.started.length,
  });
  const queued = await queueFirstWork(dependencies, { uid: state.uid, accountId, ...outcome });
  return queued ? { accountId } : "try_again";
}

/** The code for tokens that are worth keeping. */
async function redeem(
  { oauth, log }: FinishConnect,
  state: OAuthState,
  code: string,
): Promise<(Grant & { readonly refreshToken: string }) | ConnectError> {
  const grant = await oauth.exchange(code, state.verifier);
  if (grant.kind === "refused") {
    return grant.reason === "codeRejected" ? "code_rejected" : "identity_rejected";
  }
  if (grant.kind === "failed") {
    log.error("Google did not exchange a code", {
      reason: grant.reason,
      status: grant.status,
      googleReason: grant.googleReason,
    });
    return "try_again";
  }
  if (missingCalendarScopes(grant.scopes).length > 0) return "missing_scopes";
  const { refreshToken } = grant;
  return refreshToken === undefined ? "no_refresh_token" : { ...grant, refreshToken };
}

async function sealedCredential(
  { seal }: FinishConnect,
  uid: string,
  accountId: string,
  grant: Grant & { readonly refreshToken: string },
) {
  return {
    uid,
    subject: grant.identity.subject,
    scopes: grant.scopes,
    refreshToken: await seal.seal(accountId, "refresh", grant.refreshToken),
    accessToken: await seal.seal(accountId, "access", grant.accessToken),
    accessTokenExpiresAtMs: grant.accessTokenExpiresAtMs,
  };
}

/**
 * One sync and one channel for each started calendar, and a channel for the list. Names are new for each attempt: this
 * is not to be deduplicated.
 */
async function queueFirstWork(
  { tasks, newId, log }: FinishConnect,
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
