import type { AccountRemoval } from "../ports/account.port.ts";
import type { PushChannels, WatchRecord, WatchStore } from "../ports/watch.port.ts";
import type { Clock, Log } from "../ports/runtime.port.ts";
import type { CredentialStore, OAuthProvider } from "../ports/credentials.port.ts";
import { type GoogleFailure, isTransient } from "../model/google-failure.ts";
import { openSealed, type TokenSeal } from "./token-seal.ts";

/** After so many attempts the documents go even if Google has not answered: the user asked for it, not Google. */
const patientAttempts = 6;

export interface CleanUpAccountPorts {
  readonly removal: AccountRemoval;
  readonly watches: Pick<WatchStore, "forget">;
  readonly channels: Pick<PushChannels, "stop">;
  readonly oauth: Pick<OAuthProvider, "revoke">;
  readonly credentials: Pick<CredentialStore, "load">;
  readonly seal: Pick<TokenSeal, "open">;
  readonly clock: Clock;
  readonly log: Log;
}

export type CleanUpOutcome =
  /** Nothing of the account is left. */
  | { readonly kind: "removed"; readonly documents: number }
  /** The account is connected (again): this task is of an older time. */
  | { readonly kind: "superseded" }
  /** Google did not stop a channel or end the grant; everything that needs no Google is deleted. */
  | { readonly kind: "tryAgain"; readonly failure: GoogleFailure };

/**
 * Removes an account that is `disconnecting`: the user's data first, then the channels and the grant at Google, the
 * credential that those need, and the account document last, because it is what a repetition starts from. Nothing
 * that is wrong with a channel or the credential keeps the user's account for ever.
 *
 * @param attempt how often the task has been delivered before
 */
export async function cleanUpAccount(
  dependencies: CleanUpAccountPorts,
  { uid, accountId }: { readonly uid: string; readonly accountId: string },
  attempt: number,
): Promise<CleanUpOutcome> {
  const { removal, log } = dependencies;
  if ((await removal.status(uid, accountId)) !== "disconnecting") return { kind: "superseded" };

  let documents = 0;
  for (const calendarKey of await removal.calendarKeysOf(accountId)) {
    const outcome = await removal.deleteCalendar(uid, accountId, calendarKey);
    if (outcome.kind === "superseded") return outcome;
    documents += outcome.documents;
  }

  // In this order: without the grant no channel can be stopped any more.
  for (const step of [stopChannels, revokeGrant]) {
    const failure = await step(dependencies, accountId).catch((error: unknown) => thrown(step.name, error));
    if (failure === undefined || !isTransient(failure.reason)) continue;
    const { reason, status, googleReason } = failure;
    const fields = {
      accountId,
      attempt,
      reason,
      status,
      ...(googleReason !== undefined && { googleReason }),
    };
    if (attempt < patientAttempts) {
      log.warn("clean-up waits for Google", fields);
      return { kind: "tryAgain", failure };
    }
    log.error("clean-up goes on without Google", fields);
  }

  const outcome = await removal.deleteAccount(uid, accountId);
  if (outcome.kind === "superseded") return outcome;
  log.info("account removed", { uid, accountId, documents: documents + outcome.documents });
  return { kind: "removed", documents: documents + outcome.documents };
}

/** A step that threw may fare better next time, and must not be tried for ever either. */
function thrown(step: string, error: unknown): GoogleFailure {
  // The message might quote a request.
  const what = error instanceof Error ? error.name : "something";
  return { kind: "failed", reason: "unavailable", googleReason: `${step} threw ${what}` };
}

/** Stops what can be stopped. The record of a stopped channel goes at once: a repetition asks only for the others. */
async function stopChannels(
  dependencies: CleanUpAccountPorts,
  accountId: string,
): Promise<GoogleFailure | undefined> {
  const { removal, watches, log } = dependencies;
  let mayYetStop: GoogleFailure | undefined;
  for (const watch of await removal.watchesOf(accountId)) {
    const { channelId } = watch;
    const failure = await stopChannel(dependencies, accountId, watch).catch((error: unknown) =>
      thrown("stop", error),
    );
    if (failure === undefined) await watches.forget(channelId);
    else {
      log.warn("watch not stopped", { accountId, channelId, reason: failure.reason, status: failure.status });
      // A dead grant pushes nothing: Google's refusal to stop is final and harmless.
      if (isTransient(failure.reason)) mayYetStop = failure;
    }
  }
  return mayYetStop;
}

async function stopChannel(
  { channels, clock }: CleanUpAccountPorts,
  accountId: string,
  { channelId, resourceId, status, expiresAtMs }: WatchRecord,
): Promise<GoogleFailure | undefined> {
  // A closed record only answered late messages quietly; "unknown channel" is answer enough from now on.
  if (status === "closed" || resourceId === null || expiresAtMs <= clock.now()) return undefined;
  const answer = await channels.stop({ accountId, channelId, resourceId });
  return answer.kind === "failed" ? answer : undefined;
}

/** Ends the grant, unless another user's account lives on it: Google ends all tokens of a grant together. */
async function revokeGrant(
  { removal, credentials, seal, oauth, log }: CleanUpAccountPorts,
  accountId: string,
): Promise<GoogleFailure | undefined> {
  const credential = await credentials.load(accountId);
  if (credential === undefined) return undefined;
  if ("kind" in credential) return unreadable;
  // Where a Workspace lets us act for its users there is no grant of this user to end.
  if (!("refreshToken" in credential)) return undefined;
  if (await removal.sharesGrant(accountId)) {
    log.info("grant kept for another user", { accountId });
    return undefined;
  }
  const opened = await openSealed(seal, accountId, "refresh", credential.refreshToken);
  if (opened.kind === "broken") {
    const { because, keyId } = opened;
    log.warn("grant not ended: its token cannot be opened", { accountId, because, keyId });
    // A key may be put back in time. Where it is not, the user can still end the grant on Google's own page.
    return because === "foreign" ? undefined : sealBroken;
  }
  const answer = await oauth.revoke(opened.token);
  return answer.kind === "failed" ? answer : undefined;
}

const unreadable: GoogleFailure = {
  kind: "failed",
  reason: "unavailable",
  googleReason: "credentialUnreadable",
};
const sealBroken: GoogleFailure = { kind: "failed", reason: "unavailable", googleReason: "sealBroken" };
