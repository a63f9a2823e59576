import type { AccountStore } from "../ports/account.port.ts";
import type { Delegation } from "../ports/credentials.port.ts";
import { isTransient, raiseAlarm } from "../model/google-failure.ts";
import { establishAccount, type EstablishAccountPorts } from "./establish-account.ts";
import { accountIdOf } from "../model/keys.ts";
import type { ConnectError } from "./return-address.ts";
import { delegatedScopes } from "./scopes.ts";

/** The Google account that a user has signed in to the app with, by the verified ID token. */
export interface OwnGoogleAccount {
  /** Google's `sub`. */
  readonly subject: string;
  /** Verified. */
  readonly email: string;
}

export interface ConnectDelegatedPorts extends EstablishAccountPorts {
  readonly accounts: Pick<AccountStore, "connect" | "isActive">;
  /** Undefined where no domain is delegated. */
  readonly delegation: Delegation | undefined;
}

/**
 * Connects a user's own Workspace account without a consent page, if its administrators let us. Own means: the mailbox
 * that the address opens today belongs to the Google account, by its `sub`, that the user has signed in with. An
 * address alone, verified or not, would open the mailbox of whoever has it now.
 *
 * @returns undefined where the consent page is the way to go: not delegated, refused, or connected already, so that it
 *   is another account that is to be connected.
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
