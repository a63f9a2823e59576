import { htmlAnswer } from "../http/exchange.ts";
import type { HttpAnswer, HttpRequest } from "../http/exchange.ts";
import type { World } from "../model/world.ts";
import type { Clients } from "./clients.ts";
import { consentErrorPage, consentPage } from "./consent-page.ts";
import type { Grants } from "./grants.ts";

/** A valid consent request. */
interface ConsentRequest {
  clientId: string;
  redirectUri: string;
  state: string | undefined;
  scopes: readonly string[];
  offline: boolean;
  forceConsent: boolean;
  includeGranted: boolean;
  challenge: string | undefined;
  challengeMethod: string | undefined;
  nonce: string | undefined;
  loginHint: string | undefined;
}

/** Handles `GET|POST /o/oauth2/v2/auth`: shows the consent page and processes its form. */
export class Consent {
  readonly #world: World;
  readonly #grants: Grants;
  readonly #clients: Clients;

  constructor(world: World, grants: Grants, clients: Clients) {
    this.#world = world;
    this.#grants = grants;
    this.#clients = clients;
  }

  handle(request: HttpRequest): HttpAnswer {
    const parsed = this.#parse(request.query);
    if ("code" in parsed) return htmlAnswer(400, consentErrorPage(parsed.code, parsed.message));
    if (request.method !== "POST") return this.#page(parsed, undefined, 200);
    const form = new URLSearchParams(request.body.toString());
    if (form.get("decision") === "deny") return redirect(parsed, { error: "access_denied" });
    if (form.get("decision") !== "allow") return this.#page(parsed, "Choose Allow or Deny.", 400);
    const other = form.get("other")?.trim() ?? "";
    const email = (other === "" ? (form.get("email") ?? "") : other).trim();
    const user = this.#world.user(email);
    if (user === undefined) {
      return this.#page(
        parsed,
        email === "" ? "Choose an account." : `There is no user ${email} in this emulator.`,
        400,
      );
    }
    const scopes = new Set(parsed.scopes);
    if (parsed.includeGranted) {
      for (const scope of this.#grants.find(user.email, parsed.clientId)?.scopes ?? []) scopes.add(scope);
    }
    const code = this.#grants.issueCode({ ...parsed, email: user.email, scopes: [...scopes] });
    return redirect(parsed, { code, scope: [...scopes].join(" "), authuser: "0", prompt: "consent" });
  }

  #page(request: ConsentRequest, message: string | undefined, status: number): HttpAnswer {
    const users = [...this.#world.users.values()].map(({ email, name }) => ({ email, name }));
    return htmlAnswer(status, consentPage({ ...request, users, message }));
  }

  #parse(query: URLSearchParams): ConsentRequest | { code: string; message: string } {
    const get = (name: string): string | undefined => query.get(name) ?? undefined;
    const clientId = get("client_id");
    const redirectUri = get("redirect_uri");
    if (clientId === undefined || clientId === "")
      return refuse("invalid_request", "Missing required parameter: client_id");
    if (!this.#clients.isKnown(clientId)) return refuse("invalid_client", "The OAuth client was not found.");
    if (redirectUri === undefined)
      return refuse("invalid_request", "Missing required parameter: redirect_uri");
    if (!URL.canParse(redirectUri) || !this.#clients.allowsRedirect(clientId, redirectUri)) {
      return refuse(
        "redirect_uri_mismatch",
        `The redirect URI ${redirectUri} is not registered for this client.`,
      );
    }
    if (get("response_type") !== "code")
      return refuse("invalid_request", "Only response_type=code is supported.");
    const scopes = (get("scope") ?? "").split(/\s+/).filter(scope => scope !== "");
    if (scopes.length === 0) return refuse("invalid_request", "Missing required parameter: scope");
    const challengeMethod = get("code_challenge_method");
    if (challengeMethod !== undefined && challengeMethod !== "S256" && challengeMethod !== "plain") {
      return refuse("invalid_request", "Unsupported code_challenge_method");
    }
    return {
      clientId,
      redirectUri,
      state: get("state"),
      scopes,
      offline: get("access_type") === "offline",
      forceConsent: (get("prompt") ?? get("approval_prompt") ?? "")
        .split(" ")
        .some(word => word === "consent" || word === "force"),
      includeGranted: get("include_granted_scopes") === "true",
      challenge: get("code_challenge"),
      challengeMethod,
      nonce: get("nonce"),
      loginHint: get("login_hint"),
    };
  }
}

function refuse(code: string, message: string): { code: string; message: string } {
  return { code, message };
}

function redirect(request: ConsentRequest, params: Record<string, string>): HttpAnswer {
  const target = new URL(request.redirectUri);
  if (request.state !== undefined) target.searchParams.set("state", request.state);
  for (const [name, value] of Object.entries(params)) target.searchParams.set(name, value);
  return { status: 302, headers: { location: target.href, "cache-control": "no-store" } };
}
