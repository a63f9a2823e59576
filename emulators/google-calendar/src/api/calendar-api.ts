import {
  ApiError,
  authError,
  insufficientPermissions,
  invalidParameter,
  loginRequired,
  notFound,
} from "./errors.ts";
import type { Answer, Call, Method } from "./method.ts";
import { parseParams } from "./method.ts";
import { applyFields, parseFields } from "./fields.ts";
import { METHODS } from "./methods.ts";
import type { Quotas } from "./quotas.ts";
import { Router } from "./router.ts";
import { SCOPE_PREFIX } from "./scopes.ts";
import type { VirtualClock } from "../clock.ts";
import { jsonAnswer } from "../http/exchange.ts";
import type { HttpAnswer, HttpRequest } from "../http/exchange.ts";
import type { User, World } from "../model/world.ts";
import type { Grants } from "../oauth/grants.ts";
import type { ServiceAccounts } from "../oauth/service-accounts.ts";
import type { EmulatorServices } from "../services.ts";

/** The path prefix of the API. */
export const API_PREFIX = "/calendar/v3/";
/** The longest `quotaUser`, in characters (client types). */
const LONGEST_QUOTA_USER = 40;

interface Caller {
  user: User;
  clientId: string;
  scopes: readonly string[];
}

/** The Calendar API v3: finds the method, authenticates the caller, runs the method and formats the answer. */
export class CalendarApi {
  readonly #router = new Router(METHODS);
  readonly #world: World;
  readonly #clock: VirtualClock;
  readonly #grants: Grants;
  readonly #serviceAccounts: ServiceAccounts;
  readonly #quotas: Quotas;
  readonly #services: EmulatorServices;
  readonly #log: (line: string) => void;

  constructor(parts: {
    world: World;
    clock: VirtualClock;
    grants: Grants;
    serviceAccounts: ServiceAccounts;
    quotas: Quotas;
    services: EmulatorServices;
    log: (line: string) => void;
  }) {
    this.#world = parts.world;
    this.#clock = parts.clock;
    this.#grants = parts.grants;
    this.#serviceAccounts = parts.serviceAccounts;
    this.#quotas = parts.quotas;
    this.#services = parts.services;
    this.#log = parts.log;
  }

  /** Answers one call. Every error becomes an answer in Google's error format. */
  async handle(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await this.#run(request);
    } catch (error) {
      if (error instanceof ApiError) return errorAnswer(error);
      this.#log(
        `error in ${request.method} ${request.path}: ${error instanceof Error ? (error.stack ?? error.message) : "?"}`,
      );
      return errorAnswer(new ApiError(500, "backendError", "Backend Error"));
    }
  }

  async #run(request: HttpRequest): Promise<HttpAnswer> {
    const verb = request.headers["x-http-method-override"]?.toUpperCase() ?? request.method;
    const route = this.#router.find(verb, request.path.slice(API_PREFIX.length));
    if (route === "unknown") throw notFound();
    if (route === "badEncoding") throw new ApiError(400, "badRequest", "Bad Request");
    if ("allowed" in route) {
      throw new ApiError(405, "httpMethodNotAllowed", "Method Not Allowed", {
        headers: { allow: route.allowed.join(", ") },
      });
    }
    const { query } = request;
    const alt = query.get("alt") ?? "json";
    if (alt !== "json")
      throw invalidParameter("alt", `Invalid value '${alt.slice(0, 20)}'. Only json is supported.`);
    const quotaUser = query.get("quotaUser") ?? undefined;
    if ((quotaUser ?? "").length > LONGEST_QUOTA_USER) throw invalidParameter("quotaUser");
    const fields = query.has("fields") ? parseFields(query.get("fields") ?? "") : undefined;
    const caller = this.#authenticate(request, route.method);
    this.#quotas.count(caller.clientId, quotaUser ?? this.#charged(caller), this.#clock.now());
    const call: Call = {
      params: parseParams(route.method.params, query, route.path),
      body: verb === "GET" || verb === "DELETE" ? undefined : parseJson(request.body),
      headers: request.headers,
      user: caller.user,
      clientId: caller.clientId,
      world: this.#world,
      clock: this.#clock,
      services: this.#services,
    };
    const answer = await route.method.run(call);
    return shape(answer, request, verb, fields);
  }

  /** A call by domain-wide delegation is charged to the service account, and not to the user [D] (guides/quota). */
  #charged({ user, clientId }: Caller): string {
    return this.#serviceAccounts.has(clientId) ? clientId : user.email;
  }

  #authenticate(request: HttpRequest, method: Method): Caller {
    const header = request.headers["authorization"];
    const text =
      header === undefined
        ? (request.query.get("access_token") ?? request.query.get("oauth_token") ?? undefined)
        : /^Bearer\s+(\S+)$/i.exec(header)?.[1];
    if (header === undefined && text === undefined) throw loginRequired();
    const token = text === undefined ? undefined : this.#grants.access(text);
    const user = token === undefined ? undefined : this.#world.user(token.grant.email);
    if (token === undefined || user === undefined) throw authError();
    const allowed = method.scopes.some(
      scope => token.scopes.includes(SCOPE_PREFIX + scope) || isWholeCalendar(scope, token.scopes),
    );
    if (!allowed) throw insufficientPermissions(`calendar.v3.${method.id}`);
    return { user, clientId: token.grant.clientId, scopes: token.scopes };
  }
}

/** The URL of the old feeds is another name of the full calendar scope. */
function isWholeCalendar(scope: string, granted: readonly string[]): boolean {
  return scope === "calendar" && granted.includes("https://www.google.com/calendar/feeds");
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ApiError(400, "parseError", "Parse Error");
  }
}

function shape(
  answer: Answer,
  request: HttpRequest,
  verb: string,
  fields: ReturnType<typeof parseFields> | undefined,
): HttpAnswer {
  const headers: Record<string, string> = answer.etag === undefined ? {} : { etag: answer.etag };
  const known = request.headers["if-none-match"];
  if (verb === "GET" && answer.etag !== undefined && known !== undefined) {
    if (known === "*" || known.split(",").some(etag => etag.trim() === answer.etag))
      return { status: 304, headers };
  }
  if (answer.body === undefined && answer.json === undefined)
    return { status: answer.status ?? 204, headers };
  const pretty = request.query.get("prettyPrint") === "true";
  if (fields === undefined && !pretty) {
    return jsonAnswer(answer.status ?? 200, answer.json ?? answer.body, headers);
  }
  const whole: unknown = answer.body ?? JSON.parse(answer.json ?? "{}");
  const partial = fields === undefined ? whole : applyFields(fields, whole);
  return jsonAnswer(answer.status ?? 200, pretty ? JSON.stringify(partial, null, 1) : partial, headers);
}

/** The answer for an error, in Google's format. */
export function errorAnswer(error: ApiError): HttpAnswer {
  return jsonAnswer(error.status, error.body(), error.headers);
}
