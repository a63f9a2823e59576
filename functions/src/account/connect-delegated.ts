import type { AccountStore } from "../ports/account.port.ts";
import type { Delegation } from "../ports/credentials.port.ts";
import { isTransient, raiseAlarm } from "../model/google-failure.ts";
import { establishAccount, type EstablishAccountPorts } from "./establish-account.ts";
import { accountIdOf } from "../model/keys.ts";
import type { ConnectError } from "./return-address.ts";
import { delegatedScopes } from "./scopes.ts";

/** The Google account with which a user has signed in to the app, from the verified ID token. */
export interface OwnGoogleAccount {
  /** Google's `sub`. */
  readonly subject: string;
  /** Verified by Google. */
  readonly email: string;
}

export interface ConnectDelegatedPorts extends EstablishAccountPorts {
  readonly accounts: Pick<AccountStore, "connect" | "isActive">;
  /** Undefined if no domain is delegated. */
  readonly delegation: Delegation | undefined;
}

/**
 * Connects a user's own Workspace account without a consent page, if its administrators allow that. The address must
 * today belong to the Google account (by its `sub`) with which the user has signed in. The address alone is not enough:
 * it may have been given to another person.
 *
 * @returns undefined if the user has to use the consent page: the domain is not delegated, Google refused for good,
 *   the address belongs to another Google account, or the account is already connected (so the user wants to connect
 *   another one)
 */
export async function connectDelegated(
  dependencies: ConnectDelegatedPorts,
  uid: string,
  own: OwnGoogleAccount | undefined,
): Promise<{ readonly accountId: string } | ConnectError | undefined> {
  const { accounts, delegation, log } = dependencies;
  if (own === undefined || delegation?.covers(own.email) !== true) return undefined;
  if (await accounts.isActive(uid, accountIdOf(uid, own.subject))) return undefined;
  const token = await delegation.impersonate(own.email);
  if (token.kind === "failed") {
    const { reason, status, googleReason } = token;
    log.warn("user could not be acted for", { uid, reason, status, googleReason });
    raiseAlarm(log, token, { uid });
    return isTransient(reason) ? "try_again" : undefined;
  }
  const { identity, accessToken, accessTokenExpiresAtMs } = token;
  if (identity.subject !== own.subject) {
    log.warn("address belongs to another Google account", { uid });
    return undefined;
  }
  return await establishAccount(dependencies, {
    uid,
    identity,
    scopes: delegatedScopes,
    accessToken,
    accessTokenExpiresAtMs,
    source: { delegatedEmail: own.email },
  });
}
