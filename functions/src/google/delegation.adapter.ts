import * as z from "zod/mini";
import { delegatedScopes } from "../account/scopes.ts";
import type { Clock } from "../ports/runtime.port.ts";
import type { Delegation } from "../ports/credentials.port.ts";
import { type GoogleFailure, needsConsent, unreadableAnswer } from "../model/google-failure.ts";
import { bearerToken, callWithToken, lifeSeconds, postForm, subject } from "./oauth-request.ts";

export interface DelegationSettings {
  /** In lower case, e.g. `corp.example`. */
  readonly domains: readonly string[];
  /** E-mail address of the service account to which the Workspaces delegated access. */
  readonly serviceAccount: string;
  /** Returns an access token of the functions' own identity, which may sign as the service account. */
  readonly ownToken: () => Promise<string>;
  readonly emulatorUrl: string | undefined;
  readonly clock: Clock;
}

/** An assertion may be valid for an hour at most (developers.google.com/identity/protocols/oauth2/service-account). */
const assertionLifeSeconds = 3600;

/**
 * The token endpoint's errors for a user for whom we may not act (same page, "JWT error codes"): the user is unknown or
 * suspended; access is not delegated, or not for these scopes; the Workspace's policy forbids it.
 */
const refusals = new Set(["invalid_grant", "unauthorized_client", "access_denied"]);
/** The statuses of a refusal (RFC 6749, 5.2, and 403). With another status the answer may be from a proxy. */
const refusalStatuses = new Set([400, 401, 403]);

const signAnswer = z.object({ signedJwt: z.string().check(z.minLength(1)) });
const tokenAnswer = z.object({ access_token: bearerToken, expires_in: lifeSeconds });
const userInfo = z.object({ sub: subject, email: z.string().check(z.minLength(3)) });

/**
 * Domain-wide delegation without a key (docs/decisions/0200-delegation-without-a-key.md). IAM signs an assertion that
 * the service account acts for a user, and the token endpoint returns a token for the assertion. The user info endpoint
 * then returns the token's owner.
 */
export function createDelegation(settings: DelegationSettings): Delegation {
  const { domains, serviceAccount, ownToken, emulatorUrl, clock } = settings;
  const tokenUrl = emulatorUrl === undefined ? "https://oauth2.googleapis.com/token" : `${emulatorUrl}/token`;
  const signUrl = `${emulatorUrl ?? "https://iamcredentials.googleapis.com"}/v1/projects/-/serviceAccounts/${serviceAccount}:signJwt`;
  const userInfoUrl = `${emulatorUrl ?? "https://openidconnect.googleapis.com"}/v1/userinfo`;

  const sign = async (email: string): Promise<string | GoogleFailure> => {
    const issuedAt = Math.floor(clock.now() / 1000);
    const claims = {
      iss: serviceAccount,
      sub: email,
      scope: delegatedScopes.join(" "),
      aud: tokenUrl,
      iat: issuedAt,
      exp: issuedAt + assertionLifeSeconds,
    };
    let token: string;
    try {
      token = await ownToken();
    } catch {
      // The error may contain the request to the metadata server, so nothing of it is passed on.
      return { kind: "failed", reason: "unavailable", googleReason: "noOwnToken" };
    }
    const answer = await callWithToken(signUrl, token, { payload: JSON.stringify(claims) });
    if (answer.kind === "failed")
      return ofNoUser({ ...answer, googleReason: answer.googleReason ?? "signJwt" });
    const signed = signAnswer.safeParse(answer.body);
    return signed.success ? signed.data.signedJwt : unreadableAnswer;
  };

  return {
    covers: email => domains.includes(email.slice(email.lastIndexOf("@") + 1).toLowerCase()),

    impersonate: async email => {
      const assertion = await sign(email);
      if (typeof assertion !== "string") return assertion;
      const granted = await postForm(tokenUrl, {
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion,
      });
      if (granted.kind === "failed") {
        return isRefusal(granted) ? { ...granted, reason: "unauthorized" } : granted;
      }
      const tokens = tokenAnswer.safeParse(granted.body);
      if (!tokens.success) return unreadableAnswer;
      const { access_token: accessToken, expires_in: expiresInSeconds } = tokens.data;
      const owner = await callWithToken(userInfoUrl, accessToken);
      if (owner.kind === "failed") return ofNoUser(owner);
      const identity = userInfo.safeParse(owner.body);
      if (!identity.success) return unreadableAnswer;
      return {
        kind: "delegated",
        accessToken,
        accessTokenExpiresAtMs: clock.now() + expiresInSeconds * 1000,
        identity: { subject: identity.data.sub, email: identity.data.email },
      };
    },
  };
}

function isRefusal({ status, googleReason }: GoogleFailure): boolean {
  return refusals.has(googleReason ?? "") && refusalStatuses.has(status ?? 0);
}

/**
 * Only the token endpoint can end a delegation. The same errors from another endpoint are no statement about the user.
 */
function ofNoUser(failure: GoogleFailure): GoogleFailure {
  return needsConsent(failure.reason) ? { ...failure, reason: "notUnderstood" } : failure;
}
