import type { AccountRemoval } from "../ports/account.port.ts";
import type { PushChannels, WatchRecord, WatchStore } from "../ports/watch.port.ts";
import type { Clock, Log } from "../ports/runtime.port.ts";
import type { CredentialStore, OAuthProvider } from "../ports/credentials.port.ts";
import { type GoogleFailure, isTransient } from "../model/google-failure.ts";
import { openSealed, type TokenSeal } from "./token-seal.ts";

/**
 * From this attempt on the documents are deleted even if Google does not answer, because the user asked for the
 * deletion.
 */
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
  /**
   * The account is not `disconnecting`: it was reconnected after this task was queued, or another task has removed it.
   */
  | { readonly kind: "superseded" }
  /**
   * Google did not stop a channel or revoke the grant, or the stored token cannot be opened at the moment. The user's
   * data is deleted; the rest waits for a retry.
   */
  | { readonly kind: "tryAgain"; readonly failure: GoogleFailure };

/**
 * Removes an account that is `disconnecting`: first the user's data, then the channels and the grant at Google, then
 * the credential that these calls need. The account document is deleted last, because a retry starts from it. No fault
 * of a channel or of the credential delays the removal for longer than `patientAttempts` attempts.
 *
 * @param attempt how often the task was delivered before
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

  // Channels first: without the grant, channels cannot be stopped.
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

/** A step that threw is treated like a passing failure of Google, so that the number of retries is limited. */
function thrown(step: string, error: unknown): GoogleFailure {
  // The error's message is left out because it might quote a request.
  const what = error instanceof Error ? error.name : "something";
  return { kind: "failed", reason: "unavailable", googleReason: `${step} threw ${what}` };
}

/**
 * Stops the channels. The record of a stopped channel is deleted at once, so that a retry asks only for the other
 * channels.
 */
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
      // A final refusal is harmless: without a valid grant Google sends no notifications.
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
  // A closed channel is stopped already. Without its record, late messages get 404 instead of 204.
  if (status === "closed" || resourceId === null || expiresAtMs <= clock.now()) return undefined;
  const answer = await channels.stop({ accountId, channelId, resourceId });
  return answer.kind === "failed" ? answer : undefined;
}

/**
 * Revokes the grant, unless another user's account uses the same grant: Google revokes all tokens of a grant together.
 */
async function revokeGrant(
  { removal, credentials, seal, oauth, log }: CleanUpAccountPorts,
  accountId: string,
): Promise<GoogleFailure | undefined> {
  const credential = await credentials.load(accountId);
  if (credential === undefined) return undefined;
  if ("kind" in credential) return unreadable;
  // A delegated account has no grant of its own.
  if (!("refreshToken" in credential)) return undefined;
  if (await removal.sharesGrant(accountId)) {
    log.info("grant kept for another user", { accountId });
    return undefined;
  }
  const opened = await openSealed(seal, accountId, "refresh", credential.refreshToken);
  if (opened.kind === "broken") {
    const { because, keyId } = opened;
    log.warn("grant not ended: its token cannot be opened", { accountId, because, keyId });
    // A missing key may be put back before the last attempt. Otherwise the user can still remove the access on Google's
    // page.
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
