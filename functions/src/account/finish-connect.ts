import { raiseAlarm } from "../model/google-failure.ts";
import type { Grant, OAuthProvider, OAuthState, OAuthStates } from "../ports/credentials.port.ts";
import type { Clock, Log, NewId } from "../ports/runtime.port.ts";
import { establishAccount, type EstablishAccountPorts } from "./establish-account.ts";
import { type ConnectError, returnAddress } from "./return-address.ts";
import { missingCalendarScopes } from "./scopes.ts";
import { openSealed, type TokenSeal } from "./token-seal.ts";

/** How long a consent waits for the app's confirmation. Google's codes are valid for about as long. */
const confirmationLifeMs = 5 * 60_000;

/** 192 bits, like the state that the confirmation replaces. */
const confirmationLength = 32;

/** The query of Google's redirect, already parsed. */
export interface ConsentAnswer {
  readonly state: string;
  readonly code: string | undefined;
  /** Google's `error`, e.g. `access_denied`. */
  readonly error: string | undefined;
}

/** The state was never issued, was used before, or has expired. The address to return to is therefore unknown. */
interface UnknownAttempt {
  readonly kind: "unknownAttempt";
}

export type KeepOutcome =
  /** The code is kept until `confirmConnect` is called by the signed-in user who began the attempt. */
  | { readonly kind: "toConfirm"; readonly confirmation: string; readonly returnTo: string }
  | { readonly kind: "refused"; readonly error: ConnectError; readonly returnTo: string }
  | UnknownAttempt;

export type ConfirmOutcome =
  | { readonly kind: "connected"; readonly accountId: string }
  | { readonly kind: "refused"; readonly error: ConnectError }
  /**
   * Another user began this attempt and would have received the calendars of the user who consented. Nothing was
   * stored.
   */
  | { readonly kind: "otherUser" }
  | UnknownAttempt;

interface AttemptPorts {
  readonly states: OAuthStates;
  readonly seal: TokenSeal;
  readonly clock: Clock;
  readonly log: Log;
}

export interface KeepConsentPorts extends AttemptPorts {
  readonly newId: NewId;
  readonly appOrigins: readonly string[];
}

export interface ConfirmConnectPorts extends AttemptPorts, EstablishAccountPorts {
  readonly oauth: Pick<OAuthProvider, "exchange">;
}

/**
 * Ends an attempt with Google's redirect. The redirect connects nothing, because it does not show who consented
 * (decision 0201). A code is kept, sealed, under a new name that only the browser of the consent receives.
 */
export async function keepConsent(
  dependencies: KeepConsentPorts,
  { state: nonce, code, error }: ConsentAnswer,
): Promise<KeepOutcome> {
  const { states, seal, appOrigins, clock, newId, log } = dependencies;
  const state = await take(dependencies, nonce);
  // An attempt that waits for its confirmation cannot be finished by a redirect.
  if (state === undefined || state.code !== undefined) return { kind: "unknownAttempt" };
  // The address was checked when the attempt began, but a deployment may have changed the allowed origins since.
  const returnTo = returnAddress(state.returnTo, appOrigins) ?? returnAddress(undefined, appOrigins);
  if (returnTo === undefined) return { kind: "unknownAttempt" };
  if (error !== undefined || code === undefined) {
    const refusal = error === "access_denied" ? "access_denied" : "google_error";
    log.info("account not connected", { uid: state.uid, error: refusal });
    return { kind: "refused", error: refusal, returnTo };
  }
  const confirmation = newId(confirmationLength);
  await states.create(confirmation, {
    ...state,
    code: await seal.seal(confirmation, "code", code),
    expiresAtMs: clock.now() + confirmationLifeMs,
  });
  return { kind: "toConfirm", confirmation, returnTo };
}

/**
 * Connects the account of a kept consent, only for the user who began the attempt. The consent is used up in every
 * case.
 */
export async function confirmConnect(
  dependencies: ConfirmConnectPorts,
  { uid, confirmation }: { readonly uid: string; readonly confirmation: string },
): Promise<ConfirmOutcome> {
  const { seal, log } = dependencies;
  const state = await take(dependencies, confirmation);
  if (state?.code === undefined) return { kind: "unknownAttempt" };
  if (state.uid !== uid) {
    log.warn("consent to another user's attempt refused", { uid, begunBy: state.uid });
    return { kind: "otherUser" };
  }
  const code = await openSealed(seal, confirmation, "code", state.code);
  if (code.kind === "broken") {
    const { because, keyId } = code;
    log.error("a kept code cannot be opened", { uid, because, keyId });
    // The attempt is used up. A new attempt uses a key that exists.
    return { kind: "refused", error: "try_again" };
  }
  const result = await connect(dependencies, state, code.token);
  if (typeof result !== "string") return { kind: "connected", accountId: result.accountId };
  log.info("account not connected", { uid, error: result });
  return { kind: "refused", error: result };
}

/**
 * Takes the attempt out of the store, so that it cannot be used again. Undefined if it does not exist or has expired.
 */
async function take({ states, clock }: AttemptPorts, nonce: string): Promise<OAuthState | undefined> {
  const state = await states.consume(nonce);
  return state !== undefined && state.expiresAtMs > clock.now() ? state : undefined;
}

async function connect(
  dependencies: ConfirmConnectPorts,
  state: OAuthState,
  code: string,
): Promise<{ readonly accountId: string } | ConnectError> {
  const grant = await redeem(dependencies, state, code);
  if (typeof grant === "string") return grant;
  const { refreshToken, ...access } = grant;
  return await establishAccount(dependencies, { ...access, uid: state.uid, source: { refreshToken } });
}

/** Exchanges the code for tokens, and checks that they suffice to sync calendars. */
async function redeem(
  { oauth, log }: ConfirmConnectPorts,
  state: OAuthState,
  code: string,
): Promise<(Grant & { readonly refreshToken: string }) | ConnectError> {
  const grant = await oauth.exchange(code, state.verifier);
  if (grant.kind === "refused") {
    return grant.reason === "codeRejected" ? "code_rejected" : "identity_rejected";
  }
  if (grant.kind === "failed") {
    raiseAlarm(log, grant, { uid: state.uid });
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
