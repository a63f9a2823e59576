import { createHash } from "node:crypto";
import type { Clock, NewId } from "../ports/clock.port.ts";
import type { OAuthStates } from "../ports/oauth-states.port.ts";
import type { OAuthProvider } from "../ports/oauth.port.ts";
import { returnAddress } from "./return-address.ts";

/** How long a user may stay on Google's consent page. */
const attemptLifeMs = 10 * 60_000;

/** 32 characters of newId: 192 bits. RFC 7636 wants 43 to 128 characters for the verifier. */
const nonceLength = 32;
const verifierLength = 64;

export interface StartConnect {
  readonly states: OAuthStates;
  readonly oauth: Pick<OAuthProvider, "consentUrl">;
  readonly appOrigins: readonly string[];
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Begins an attempt to connect a Google account and gives the address of Google's consent page. */
export async function startConnect(
  { states, oauth, appOrigins, clock, newId }: StartConnect,
  request: { readonly uid: string; readonly returnTo: string | undefined },
): Promise<{ readonly kind: "started"; readonly url: string } | { readonly kind: "foreignReturnAddress" }> {
  const returnTo = returnAddress(request.returnTo, appOrigins);
  if (returnTo === undefined) return { kind: "foreignReturnAddress" };
  const nonce = newId(nonceLength);
  const verifier = newId(verifierLength);
  const expiresAtMs = clock.now() + attemptLifeMs;
  await states.create(nonce, { uid: request.uid, verifier, returnTo, expiresAtMs });
  const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
  return { kind: "started", url: oauth.consentUrl({ state: nonce, codeChallenge }) };
}
