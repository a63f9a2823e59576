import type { AccountRemoval } from "../ports/account-removal.port.ts";
import type { Channels } from "../ports/channels.port.ts";
import type { Clock } from "../ports/clock.port.ts";
import type { CredentialStore } from "../ports/credential-store.port.ts";
import { type GoogleFailure, isTransient } from "../ports/google-failure.port.ts";
import type { Log } from "../ports/log.port.ts";
import type { OAuthProvider } from "../ports/oauth.port.ts";
import type { WatchStore } from "../ports/watch-store.port.ts";
import type { TokenSeal } from "./token-seal.ts";

/** After so many attempts the documents go even if Google has not answered: the user asked for it, not Google. */
const patientAttempts = 6;

export interface CleanUpAccount {
  readonly removal: AccountRemoval;
  readonly watches: Pick<WatchStore, "forget">;
  readonly channels: Pick<Channels, "stop">;
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
 * credential that those need, and the account document last, because it is what a repetition starts from.
 *
 * @param attempt how often the task has been delivered before
 */
export async function cleanUpAccount(
  dependencies: CleanUpAccount,
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
    const failure = await step(dependencies, accountId);
    if (failure === undefined || !isTransient(failure.reason)) continue;
    const fields = { accountId, attempt, reason: failure.reason, status: failure.status };
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

/** Stops what can be stopped. The record of a stopped channel goes at once: a repetition asks only for the others. */
async function stopChannels(
  { removal, watches, channels, clock, log }: CleanUpAccount,
  accountId: string,
): Promise<GoogleFailure | undefined> {
  let mayYetStop: GoogleFailure | undefined;
  for (const { channelId, resourceId, status, expiresAtMs } of await removal.watchesOf(accountId)) {
    // A closed record only answered late messages quietly; "unknown channel" is answer enough from now on.
    const alive = status !== "closed" && resourceId !== null && expiresAtMs > clock.now();
    const answer = alive ? await channels.stop({ accountId, channelId, resourceId }) : undefined;
    if (answer?.kind !== "failed") await watches.forget(channelId);
    else {
      log.warn("watch not stopped", { accountId, channelId, reason: answer.reason, status: answer.status });
      // A dead grant pushes nothing: Google's refusal to stop is final and harmless.
      if (isTransient(answer.reason)) mayYetStop = answer;
    }
  }
  return mayYetStop;
}

/** Ends the grant, unless another user's account lives on it: Google ends all tokens of a grant together. */
async function revokeGrant(
  { removal, credentials, seal, oauth, log }: CleanUpAccount,
  accountId: string,
): Promise<GoogleFailure | undefined> {
  const credential = await credentials.load(accountId);
  // Where a Workspace lets us act for its users there is no grant of this user to end.
  if (credential === undefined || !("refreshToken" in credential)) return undefined;
  if (await removal.sharesGrant(accountId)) {
    log.info("grant kept for another user", { accountId });
    return undefined;
  }
  const answer = await oauth.revoke(await seal.open(accountId, "refresh", credential.refreshToken));
  return answer.kind === "failed" ? answer : undefined;
}
