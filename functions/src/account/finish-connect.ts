import { raiseAlarm } from "../model/google-failure.ts";
import type { Grant, OAuthProvider, OAuthState, OAuthStates } from "../ports/credentials.port.ts";
import { establishAccount, type EstablishAccountPorts } from "./establish-account.ts";
import { type ConnectError, returnAddress } from "./return-address.ts";
import { missingCalendarScopes } from "./scopes.ts";
import { openSealed } from "./token-seal.ts";

/** How long a consent may wait for the app to confirm it. Google's codes live about as long. */
const confirmationLifeMs = 5 * 60_000;

/** 192 bits, like the state that it takes the place of. */
const confirmationLength = 32;

/** What Google's redirect brought, already parsed. */
export interface ConsentAnswer {
  readonly state: string;
  readonly code: string | undefined;
  /** Google's `error`, e.g. `access_denied`. */
  readonly error: string | undefined;
}

/** The state was never issued, is used up, or is too old: nobody knows where this user came from. */
interface UnknownAttempt {
  readonly kind: "unknownAttempt";
}

export type FinishOutcome =
  | { readonly kind: "connected"; readonly accountId: string; readonly returnTo: string }
  /** Good so far, and kept until whoever began it says, signed in, that it is theirs. */
  | { readonly kind: "toConfirm"; readonly confirmation: string; readonly returnTo: string }
  | { readonly kind: "refused"; readonly error: ConnectError; readonly returnTo: string }
  | UnknownAttempt;

export type ConfirmOutcome =
  | { readonly kind: "connected"; readonly accountId: string }
  | { readonly kind: "refused"; readonly error: ConnectError }
  /** Somebody else began this attempt: whoever consented would have given their calendar away. Nothing was stored. */
  | { readonly kind: "otherUser" }
  | UnknownAttempt;

export interface FinishConnectPorts extends EstablishAccountPorts {
  readonly states: OAuthStates;
  readonly oauth: Pick<OAuthProvider, "exchange">;
  readonly appOrigins: readonly string[];
  /** True: a consent connects only when `confirmConnect` was called by the user who began. */
  readonly confirmFirst: boolean;
}

/** Finishes an attempt to connect, or keeps it to be confirmed. */
export async function finishConnect(
  dependencies: FinishConnectPorts,
  answer: ConsentAnswer,
): Promise<FinishOutcome> {
  const { appOrigins, confirmFirst, log } = dependencies;
  const state = await take(dependencies, answer.state);
  // What waits for its confirmation is not for a redirect to finish.
  if (state === undefined || state.code !== undefined) return { kind: "unknownAttempt" };
  // Checked when the attempt began; checked again because the list may have changed with a deployment since.
  const returnTo = returnAddress(state.returnTo, appOrigins) ?? returnAddress(undefined, appOrigins);
  if (returnTo === undefined) return { kind: "unknownAttempt" };

  const code = codeOf(answer);
  if (confirmFirst && "code" in code) {
    return { kind: "toConfirm", confirmation: await keep(dependencies, state, code.code), returnTo };
  }
  const result = "code" in code ? await connect(dependencies, state, code.code) : code.error;
  if (typeof result !== "string") return { kind: "connected", accountId: result.accountId, returnTo };
  log.info("account not connected", { uid: state.uid, error: result });
  return { kind: "refused", error: result, returnTo };
}

/** Finishes an attempt that was kept, for the user who began it and nobody else. */
export async function confirmConnect(
  dependencies: FinishConnectPorts,
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
    // The attempt is used up; a new one is sealed with a key that is there.
    return { kind: "refused", error: "try_again" };
  }
  const result = await connect(dependencies, state, code.token);
  if (typeof result !== "string") return { kind: "connected", accountId: result.accountId };
  log.info("account not connected", { uid, error: result });
  return { kind: "refused", error: result };
}

/** The attempt by this name, which nobody can take again. */
async function take({ states, clock }: FinishConnectPorts, nonce: string): Promise<OAuthState | undefined> {
  const state = await states.consume(nonce);
  return state !== undefined && state.expiresAtMs > clock.now() ? state : undefined;
}

function codeOf({
  code,
  error,
}: ConsentAnswer): { readonly code: string } | { readonly error: ConnectError } {
  if (error !== undefined) return { error: error === "access_denied" ? "access_denied" : "google_error" };
  return code === undefined ? { error: "google_error" } : { code };
}

/** Keeps a code under a new name, which only the browser that consented gets to know. */
async function keep(
  { states, seal, clock, newId }: FinishConnectPorts,
  state: OAuthState,
  code: string,
): Promise<string> {
  const confirmation = newId(confirmationLength);
  await states.create(confirmation, {
    ...state,
    code: await seal.seal(confirmation, "code", code),
    expiresAtMs: clock.now() + confirmationLifeMs,
  });
  return confirmation;
}

async function connect(
  dependencies: FinishConnectPorts,
  state: OAuthState,
  code: string,
): Promise<{ readonly accountId: string } | ConnectError> {
  const grant = await redeem(dependencies, state, code);
  if (typeof grant === "string") return grant;
  const { refreshToken, ...access } = grant;
  return await establishAccount(dependencies, { ...access, uid: state.uid, source: { refreshToken } });
}

/** The code for tokens that are worth keeping. */
async function redeem(
  { oauth, log }: FinishConnectPorts,
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
