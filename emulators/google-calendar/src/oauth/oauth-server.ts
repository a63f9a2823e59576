import type { VirtualClock } from "../clock.ts";
import { jsonAnswer } from "../http/exchange.ts";
import type { HttpAnswer, HttpRequest } from "../http/exchange.ts";
import type { User, World } from "../model/world.ts";
import type { Clients } from "./clients.ts";
import { Consent } from "./consent.ts";
import type { Grants } from "./grants.ts";
import { IdentityIssuer, ISSUER } from "./identity.ts";
import { ServiceAccounts } from "./service-accounts.ts";
import { TokenEndpoint } from "./token-endpoint.ts";

/** The path of the IAM Credentials API, which the emulator serves on its own host. */
const SIGN_PATH = /^\/v1\/projects\/-\/serviceAccounts\/([^/]+):signJwt$/;

type Handler = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

/** Google's OAuth and OpenID Connect endpoints. Google has several hosts for them; the emulator has one. */
export class OAuthServer {
  readonly serviceAccounts: ServiceAccounts;
  readonly #world: World;
  readonly #grants: Grants;
  readonly #url: () => string;
  readonly #identity: IdentityIssuer;
  readonly #handlers: ReadonlyMap<string, Handler>;

  constructor(parts: {
    world: World;
    clock: VirtualClock;
    grants: Grants;
    clients: Clients;
    rotate: () => boolean;
    url: () => string;
  }) {
    this.#world = parts.world;
    this.#grants = parts.grants;
    this.#url = parts.url;
    this.#identity = new IdentityIssuer(parts.clock);
    this.serviceAccounts = new ServiceAccounts(parts.world, parts.clock);
    const consent = new Consent(parts.world, parts.grants, parts.clients);
    const endpoint = new TokenEndpoint({
      ...parts,
      identity: this.#identity,
      serviceAccounts: this.serviceAccounts,
    });
    const token: Handler = async request => await endpoint.token(request);
    const revoke: Handler = request => endpoint.revoke(request);
    const userInfo: Handler = request => this.#userInfo(request);
    const certs: Handler = async () =>
      jsonAnswer(200, await this.#identity.jwks(), { "cache-control": "public, max-age=3600" });
    this.#handlers = new Map<string, Handler>([
      ["/o/oauth2/v2/auth", request => consent.handle(request)],
      ["/o/oauth2/auth", request => consent.handle(request)],
      ["/token", token],
      ["/oauth2/v4/token", token],
      ["/revoke", revoke],
      ["/o/oauth2/revoke", revoke],
      ["/tokeninfo", request => this.#tokenInfo(request)],
      ["/oauth2/v3/tokeninfo", request => this.#tokenInfo(request)],
      ["/oauth2/v2/userinfo", userInfo],
      ["/oauth2/v3/userinfo", userInfo],
      ["/v1/userinfo", userInfo],
      ["/oauth2/v3/certs", certs],
      ["/.well-known/openid-configuration", () => jsonAnswer(200, this.#discovery())],
    ]);
  }

  handles(path: string): boolean {
    return this.#handlers.has(path) || SIGN_PATH.test(path);
  }

  async handle(request: HttpRequest): Promise<HttpAnswer> {
    const signer = SIGN_PATH.exec(request.path)?.[1];
    if (signer !== undefined && request.method === "POST") {
      return await this.serviceAccounts.sign(decodeURIComponent(signer), request);
    }
    const handler = this.#handlers.get(request.path);
    if (handler === undefined) return jsonAnswer(404, { error: "not_found" });
    return await handler(request);
  }

  #bearer(
    request: HttpRequest,
  ): { user: User; scopes: readonly string[]; clientId: string; expiresAtMs: number } | undefined {
    const text =
      /^Bearer\s+(\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1] ??
      request.query.get("access_token") ??
      "";
    const token = this.#grants.access(text);
    const user = token === undefined ? undefined : this.#world.user(token.grant.email);
    if (token === undefined || user === undefined) return undefined;
    return { user, scopes: token.scopes, clientId: token.grant.clientId, expiresAtMs: token.expiresAtMs };
  }

  /**
   * Answers in one of two formats: the old format (`id`, `verified_email`) or OpenID Connect's (`sub`,
   * `email_verified`).
   */
  #userInfo(request: HttpRequest): HttpAnswer {
    const caller = this.#bearer(request);
    if (caller === undefined) {
      return jsonAnswer(401, {
        error: {
          code: 401,
          message: "Request is missing required authentication credential.",
          status: "UNAUTHENTICATED",
        },
      });
    }
    const { user, scopes } = caller;
    const has = (scope: string): boolean =>
      scopes.includes(scope) || scopes.includes(`https://www.googleapis.com/auth/userinfo.${scope}`);
    const old = request.path === "/oauth2/v2/userinfo";
    return jsonAnswer(200, {
      ...(old ? { id: user.sub } : { sub: user.sub }),
      ...(has("email")
        ? { email: user.email, ...(old ? { verified_email: true } : { email_verified: true }) }
        : {}),
      ...(has("profile") ? { name: user.name, given_name: user.name.split(" ")[0] ?? user.name } : {}),
    });
  }

  #tokenInfo(request: HttpRequest): HttpAnswer {
    const form = new URLSearchParams(request.method === "POST" ? request.body.toString() : "");
    const text = request.query.get("access_token") ?? form.get("access_token");
    const token = this.#grants.access(
      text ?? /^Bearer\s+(\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1] ?? "",
    );
    const user = token === undefined ? undefined : this.#world.user(token.grant.email);
    if (token === undefined || user === undefined) {
      return jsonAnswer(400, { error: "invalid_token", error_description: "Invalid Value" });
    }
    const expiresAt = Math.floor(token.expiresAtMs / 1000);
    return jsonAnswer(200, {
      azp: token.grant.clientId,
      aud: token.grant.clientId,
      sub: user.sub,
      scope: token.scopes.join(" "),
      exp: String(expiresAt),
      expires_in: String(Math.max(0, Math.floor((token.expiresAtMs - this.#grants.nowMs()) / 1000))),
      email: user.email,
      email_verified: "true",
      access_type: "offline",
    });
  }

  #discovery(): object {
    const url = this.#url();
    return {
      issuer: ISSUER,
      authorization_endpoint: `${url}/o/oauth2/v2/auth`,
      token_endpoint: `${url}/token`,
      userinfo_endpoint: `${url}/v1/userinfo`,
      revocation_endpoint: `${url}/revoke`,
      jwks_uri: `${url}/oauth2/v3/certs`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid", "email", "profile"],
      token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
      claims_supported: ["aud", "email", "email_verified", "exp", "iat", "iss", "name", "sub"],
      code_challenge_methods_supported: ["plain", "S256"],
      grant_types_supported: [
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
      ],
    };
  }
}
