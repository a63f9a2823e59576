import { createHash } from "node:crypto";
import type { OAuthProvider, OAuthStates } from "../ports/credentials.port.ts";
import { type ConnectDelegatedPorts, connectDelegated, type OwnGoogleAccount } from "./connect-delegated.ts";
import { returnAddress, withOutcome } from "./return-address.ts";

/** How long a user may stay on Google's consent page. */
const attemptLifeMs = 10 * 60_000;

/** `newId(32)` has 192 bits. The verifier needs 43 to 128 characters (RFC 7636). */
const nonceLength = 32;
const verifierLength = 64;

export interface StartConnectPorts extends ConnectDelegatedPorts {
  readonly states: OAuthStates;
  readonly oauth: Pick<OAuthProvider, "consentUrl">;
  readonly appOrigins: readonly string[];
}

/**
 * Begins an attempt to connect.
 *
 * @returns `started`: the URL that the app must open. That is Google's consent page, or `returnTo` with the outcome
 *   if the account could be connected (or not) without consent. `foreignReturnAddress`: `returnTo` is not an address of
 *   the app.
 */
export async function startConnect(
  dependencies: StartConnectPorts,
  request: {
    readonly uid: string;
    readonly returnTo: string | undefined;
    readonly own: OwnGoogleAccount | undefined;
  },
): Promise<{ readonly kind: "started"; readonly url: string } | { readonly kind: "foreignReturnAddress" }> {
  const { states, oauth, appOrigins, clock, newId } = dependencies;
  const { uid, own } = request;
  const returnTo = returnAddress(request.returnTo, appOrigins);
  if (returnTo === undefined) return { kind: "foreignReturnAddress" };

  const result = await connectDelegated(dependencies, uid, own);
  if (result !== undefined) {
    const outcome = typeof result === "string" ? { connectError: result } : { connected: result.accountId };
    return { kind: "started", url: withOutcome(returnTo, outcome) };
  }

  const nonce = newId(nonceLength);
  const verifier = newId(verifierLength);
  const expiresAtMs = clock.now() + attemptLifeMs;
  await states.create(nonce, { uid, verifier, returnTo, expiresAtMs });
  const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
  return { kind: "started", url: oauth.consentUrl({ state: nonce, codeChallenge }) };
}
