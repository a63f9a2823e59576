import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from "jose";
import * as z from "zod/mini";
import { requestedScopes } from "../account/scopes.ts";
import type { Clock } from "../ports/runtime.port.ts";
import { type GoogleFailure, unreadableAnswer } from "../model/google-failure.ts";
import type { Grant, GrantRefused, Identity, OAuthProvider } from "../ports/credentials.port.ts";
import { bearerToken, lifeSeconds, postForm, subject } from "./oauth-request.ts";

/** Google's endpoints (accounts.google.com/.well-known/openid-configuration), or those of the local Google Calendar. */
interface Endpoints {
  readonly consent: string;
  readonly token: string;
  readonly revoke: string;
  readonly certificates: string;
}

function endpoints(emulatorUrl: string | undefined): Endpoints {
  return emulatorUrl === undefined
    ? {
        consent: "https://accounts.google.com/o/oauth2/v2/auth",
        token: "https://oauth2.googleapis.com/token",
        revoke: "https://oauth2.googleapis.com/revoke",
        certificates: "https://www.googleapis.com/oauth2/v3/certs",
      }
    : {
        consent: `${emulatorUrl}/o/oauth2/v2/auth`,
        token: `${emulatorUrl}/token`,
        revoke: `${emulatorUrl}/revoke`,
        certificates: `${emulatorUrl}/oauth2/v3/certs`,
      };
}

export interface OAuthClient {
  readonly clientId: string;
  /** Read at each call, because secrets have no value during deployment. */
  readonly clientSecret: () => string;
  readonly redirectUrl: string;
  /** True: users are asked for the right to change events. */
  readonly writeAccess: boolean;
  readonly emulatorUrl: string | undefined;
  readonly clock: Clock;
}

const tokenAnswer = z.object({
  access_token: bearerToken,
  expires_in: lifeSeconds,
  refresh_token: z.optional(bearerToken),
  /** Separated by spaces; may be missing in the answer to a refresh. */
  scope: z._default(z.string(), ""),
  id_token: z.optional(z.string()),
});

/**
 * The answer to a refresh: a token and, optionally, a new refresh token. Other fields are not read, so errors in them
 * do not matter.
 */
const refreshAnswer = z.extend(z.pick(tokenAnswer, { access_token: true, expires_in: true }), {
  refresh_token: z.catch(z.optional(bearerToken), undefined),
});

/** Both spellings are documented (developers.google.com/identity/openid-connect, "Validating an ID token"). */
const issuers = ["https://accounts.google.com", "accounts.google.com"];

const idTokenClaims = z.object({
  sub: subject,
  email: z.string().check(z.minLength(3)),
  name: z.optional(z.string()),
});

/**
 * Google's OAuth endpoints, called with `fetch`. Errors of Google's client library contain the request's body and with
 * it the refresh token; errors from here contain nothing of the request.
 */
export function createOAuthProvider(client: OAuthClient): OAuthProvider {
  const { clientId, clock } = client;
  const urls = endpoints(client.emulatorUrl);
  const certificates = createRemoteJWKSet(new URL(urls.certificates), { timeoutDuration: 5_000 });
  const secrets = () => ({ client_id: clientId, client_secret: client.clientSecret() });

  return {
    consentUrl: ({ state, codeChallenge }) => {
      const url = new URL(urls.consent);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: client.redirectUrl,
        response_type: "code",
        scope: requestedScopes(client.writeAccess).join(" "),
        // Only with both does Google send a refresh token again after a second consent (guides: OAuth for web servers).
        access_type: "offline",
        prompt: "consent",
        state,
        code_challenge: codeChallenge,
        code_challenge_method: "S256",
      }).toString();
      return url.href;
    },

    exchange: async (code, verifier) => {
      const answer = await postForm(urls.token, {
        ...secrets(),
        grant_type: "authorization_code",
        code,
        code_verifier: verifier,
        redirect_uri: client.redirectUrl,
      });
      if (answer.kind === "failed") {
        return answer.googleReason === "invalid_grant" ? { kind: "refused", reason: "codeRejected" } : answer;
      }
      return await readGrant(answer.body, clientId, certificates, clock.now());
    },

    refresh: async refreshToken => {
      const answer = await postForm(urls.token, {
        ...secrets(),
        grant_type: "refresh_token",
        refresh_token: refreshToken,
      });
      if (answer.kind === "failed") return answer;
      const tokens = refreshAnswer.safeParse(answer.body);
      return tokens.success
        ? { kind: "refreshed", ...tokenFields(tokens.data, clock.now()) }
        : unreadableAnswer;
    },

    revoke: async token => {
      const answer = await postForm(urls.revoke, { token });
      if (answer.kind === "answered") return { kind: "revoked" };
      // Google answers 400 for a token that is already invalid (guides: OAuth for web servers, "Revoking a token").
      return answer.status === 400 ? { kind: "revoked" } : answer;
    },
  };
}

function tokenFields(tokens: z.infer<typeof refreshAnswer>, nowMs: number) {
  return {
    accessToken: tokens.access_token,
    accessTokenExpiresAtMs: nowMs + tokens.expires_in * 1000,
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
  };
}

async function readGrant(
  body: unknown,
  clientId: string,
  certificates: JWTVerifyGetKey,
  nowMs: number,
): Promise<Grant | GrantRefused | GoogleFailure> {
  const tokens = tokenAnswer.safeParse(body);
  if (!tokens.success) return unreadableAnswer;
  const identity = await verifyIdentity(tokens.data.id_token ?? "", clientId, certificates, nowMs);
  if ("kind" in identity) return identity;
  return {
    kind: "grant",
    ...tokenFields(tokens.data, nowMs),
    scopes: tokens.data.scope.split(" ").filter(scope => scope !== ""),
    identity,
  };
}

async function verifyIdentity(
  idToken: string,
  clientId: string,
  certificates: JWTVerifyGetKey,
  nowMs: number,
): Promise<Identity | GrantRefused | GoogleFailure> {
  try {
    const { payload } = await jwtVerify(idToken, certificates, {
      issuer: issuers,
      audience: clientId,
      algorithms: ["RS256"],
      requiredClaims: ["exp", "sub"],
      currentDate: new Date(nowMs),
      clockTolerance: 60,
    });
    const claims = idTokenClaims.safeParse(payload);
    if (!claims.success) return { kind: "refused", reason: "identityRejected" };
    const { sub, email, name } = claims.data;
    return { subject: sub, email, ...(name !== undefined && { name }) };
  } catch (error) {
    // The keys could not be fetched, so the token was not checked. All other errors mean that the token is invalid.
    const unknown = !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout;
    if (unknown || error.code === "ERR_JOSE_GENERIC") {
      return { kind: "failed", reason: "unavailable", googleReason: "certificates" };
    }
    return { kind: "refused", reason: "identityRejected" };
  }
}
