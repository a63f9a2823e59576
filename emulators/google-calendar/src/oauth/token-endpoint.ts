import { createHash } from "node:crypto";
import { jsonAnswer } from "../http/exchange.ts";
import type { HttpAnswer, HttpRequest } from "../http/exchange.ts";
import type { World } from "../model/world.ts";
import type { Clients } from "./clients.ts";
import { ACCESS_TOKEN_LIFE_S } from "./grants.ts";
import type { Grant, Grants } from "./grants.ts";
import type { IdentityIssuer } from "./identity.ts";
import type { ServiceAccounts } from "./service-accounts.ts";

/** The grant type for a signed assertion (RFC 7523). */
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** Google's OAuth error body. Clients compare only `error`. */
function oauthError(status: number, error: string, description: string): HttpAnswer {
  return jsonAnswer(status, { error, error_description: description });
}

/** Handles `POST /token` and `POST /revoke`. */
export class TokenEndpoint {
  readonly #world: World;
  readonly #grants: Grants;
  readonly #clients: Clients;
  readonly #identity: IdentityIssuer;
  readonly #serviceAccounts: ServiceAccounts;
  readonly #rotate: () => boolean;

  constructor(parts: {
    world: World;
    grants: Grants;
    clients: Clients;
    identity: IdentityIssuer;
    serviceAccounts: ServiceAccounts;
    rotate: () => boolean;
  }) {
    this.#world = parts.world;
    this.#grants = parts.grants;
    this.#clients = parts.clients;
    this.#identity = parts.identity;
    this.#serviceAccounts = parts.serviceAccounts;
    this.#rotate = parts.rotate;
  }

  async token(request: HttpRequest): Promise<HttpAnswer> {
    if (request.method !== "POST") return oauthError(405, "invalid_request", "Only POST is allowed.");
    const form = readForm(request);
    const grantType = form.get("grant_type") ?? "";
    if (grantType === JWT_BEARER) return await this.#assertion(form);
    const { clientId, secret } = readClient(request, form);
    if (!this.#clients.authenticates(clientId, secret)) {
      return oauthError(401, "invalid_client", "The OAuth client was not found or its secret is wrong.");
    }
    if (grantType === "authorization_code") return await this.#exchange(form, clientId);
    if (grantType === "refresh_token") return await this.#refresh(form, clientId);
    return oauthError(400, "unsupported_grant_type", `Invalid grant_type: ${grantType.slice(0, 80)}`);
  }

  /** Answers 200, or 400 if the token is not valid [D]. */
  revoke(request: HttpRequest): HttpAnswer {
    const token = request.query.get("token") ?? readForm(request).get("token") ?? "";
    if (!this.#grants.revokeToken(token)) return oauthError(400, "invalid_token", "Token expired or revoked");
    return jsonAnswer(200, {});
  }

  async #exchange(form: URLSearchParams, clientId: string): Promise<HttpAnswer> {
    const code = this.#grants.takeCode(form.get("code") ?? "");
    if (code === undefined) return oauthError(400, "invalid_grant", "Malformed auth code.");
    if (code.clientId !== clientId) return oauthError(401, "unauthorized_client", "Unauthorized");
    if (code.redirectUri !== form.get("redirect_uri"))
      return oauthError(400, "redirect_uri_mismatch", "Bad Request");
    if (!verifierMatches(code.challenge, code.challengeMethod, form.get("code_verifier"))) {
      return oauthError(400, "invalid_grant", "Invalid code verifier.");
    }
    const isFirst = this.#grants.find(code.email, clientId) === undefined;
    const grant = this.#grants.grant(code.email, clientId, code.scopes);
    // Google returns a refresh token with the first offline consent, and later only if the client requests consent
    // again (`prompt=consent`) [D]. The emulator also returns one if the grant has none.
    const refreshToken =
      code.offline && (isFirst || code.forceConsent || grant.refreshTokens.length === 0)
        ? this.#grants.issueRefresh(grant, code.scopes)
        : undefined;
    return await this.#answer(grant, code.scopes, refreshToken, code.nonce);
  }

  async #refresh(form: URLSearchParams, clientId: string): Promise<HttpAnswer> {
    const token = form.get("refresh_token") ?? "";
    const known = this.#grants.refresh(token);
    if (known === undefined) return oauthError(400, "invalid_grant", "Token has been expired or revoked.");
    if (known.grant.clientId !== clientId) return oauthError(401, "unauthorized_client", "Unauthorized");
    const wanted = (form.get("scope") ?? "").split(/\s+/).filter(scope => scope !== "");
    if (wanted.some(scope => !known.scopes.includes(scope))) {
      return oauthError(400, "invalid_scope", "Some requested scopes were not granted.");
    }
    let rotated: string | undefined;
    if (this.#rotate()) {
      rotated = this.#grants.issueRefresh(known.grant, known.scopes);
      this.#grants.forgetRefresh(token);
    }
    return await this.#answer(known.grant, wanted.length > 0 ? wanted : known.scopes, rotated, undefined);
  }

  async #assertion(form: URLSearchParams): Promise<HttpAnswer> {
    const claims = await this.#serviceAccounts.verify(form.get("assertion") ?? "");
    if ("error" in claims)
      return oauthError(claims.error === "unauthorized_client" ? 401 : 400, claims.error, claims.description);
    const grant = this.#grants.grant(claims.email, claims.clientId, claims.scopes);
    const access = this.#grants.issueAccess(grant, claims.scopes);
    return jsonAnswer(200, {
      access_token: access.token,
      expires_in: ACCESS_TOKEN_LIFE_S,
      token_type: "Bearer",
    });
  }

  async #answer(
    grant: Grant,
    scopes: readonly string[],
    refreshToken: string | undefined,
    nonce: string | undefined,
  ): Promise<HttpAnswer> {
    const access = this.#grants.issueAccess(grant, scopes);
    const user = this.#world.user(grant.email);
    const idToken =
      user !== undefined && scopes.includes("openid")
        ? await this.#identity.idToken(user, grant.clientId, access.token, nonce)
        : undefined;
    return jsonAnswer(
      200,
      {
        access_token: access.token,
        expires_in: ACCESS_TOKEN_LIFE_S,
        ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
        scope: scopes.join(" "),
        token_type: "Bearer",
        ...(idToken === undefined ? {} : { id_token: idToken }),
      },
      { "cache-control": "no-cache, no-store" },
    );
  }
}

/** Parses the body of a request as a form. JSON is accepted too, as at Google [O]. */
function readForm(request: HttpRequest): URLSearchParams {
  const text = request.body.toString();
  if (request.headers["content-type"]?.includes("application/json") !== true)
    return new URLSearchParams(text);
  const form = new URLSearchParams();
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) {
      for (const [name, value] of Object.entries(parsed))
        if (typeof value === "string") form.set(name, value);
    }
  } catch {
    return form;
  }
  return form;
}

/** Reads the client id and secret from Basic authentication, otherwise from the form. */
function readClient(request: HttpRequest, form: URLSearchParams): { clientId: string; secret: string } {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/.exec(request.headers["authorization"] ?? "")?.[1];
  if (basic !== undefined) {
    const [id = "", ...rest] = Buffer.from(basic, "base64").toString().split(":");
    return { clientId: decode(id), secret: decode(rest.join(":")) };
  }
  return { clientId: form.get("client_id") ?? "", secret: form.get("client_secret") ?? "" };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function verifierMatches(
  challenge: string | undefined,
  kind: string | undefined,
  verifier: string | null,
): boolean {
  if (challenge === undefined) return true;
  if (verifier === null) return false;
  if (kind !== "S256") return verifier === challenge;
  return createHash("sha256").update(verifier).digest("base64url") === challenge;
}
