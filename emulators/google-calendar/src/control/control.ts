import type * as z from "zod";
import { ApiError } from "../api/errors.ts";
import type { Quotas } from "../api/quotas.ts";
import type { VirtualClock } from "../clock.ts";
import { jsonAnswer } from "../http/exchange.ts";
import type { HttpAnswer, HttpRequest } from "../http/exchange.ts";
import type { RequestLog } from "../http/request-log.ts";
import type { World } from "../model/world.ts";
import type { Grants } from "../oauth/grants.ts";
import type { ServiceAccounts } from "../oauth/service-accounts.ts";
import type { Channel } from "../push/channel.ts";
import { SeededRandom } from "../random.ts";
import type { EmulatorServices } from "../services.ts";
import type { Faults } from "./faults.ts";
import { controlBodies, stateBody } from "./schemas.ts";
import { showUsers, showWindow } from "./overview.ts";
import { splitSeries } from "./split.ts";
import { exportState, importState } from "./state.ts";

/** The prefix of the control surface. */
export const CONTROL_PREFIX = "/_emulator/";
/** What `POST /_emulator/tokens` grants when no scopes are named. */
const DEFAULT_SCOPES = [
  "openid",
  "https://www.googleapis.com/auth/userinfo.email",
  "https://www.googleapis.com/auth/userinfo.profile",
  "https://www.googleapis.com/auth/calendar",
];
const DEFAULT_CLIENT = "emulator-client";

/** What the control surface can reach. */
export interface ControlParts {
  world: World;
  clock: VirtualClock;
  grants: Grants;
  serviceAccounts: ServiceAccounts;
  services: EmulatorServices;
  faults: Faults;
  quotas: Quotas;
  requests: RequestLog;
  rotation: { on: boolean };
  /** Where the emulator listens. */
  url: () => string;
  reset: () => void;
}

/** A body that was refused: which field, and why. */
class RefusedBody extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

type Handler = (body: unknown, query: URLSearchParams) => unknown;

/** The control surface under `/_emulator/`: JSON in and out, for tests, benchmarks and the page. */
export class Control {
  readonly #parts: ControlParts;
  readonly #handlers: ReadonlyMap<string, Handler>;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#handlers = this.#table();
  }

  async handle(request: HttpRequest): Promise<HttpAnswer> {
    const name = request.path.slice(CONTROL_PREFIX.length);
    const handler = this.#handlers.get(`${request.method} ${name}`);
    if (handler === undefined) {
      const known = [...this.#handlers.keys()].some(key => key.endsWith(` ${name}`));
      const message = known ? `${request.method} is not allowed here` : `there is no ${request.path}`;
      return jsonAnswer(known ? 405 : 404, { error: { message, field: "" } });
    }
    try {
      const answer: unknown = await handler(readJson(request.body), request.query);
      return jsonAnswer(200, answer ?? {});
    } catch (error) {
      if (error instanceof RefusedBody)
        return jsonAnswer(400, { error: { message: error.message, field: error.field } });
      if (error instanceof ApiError)
        return jsonAnswer(400, { error: { message: error.message, field: error.detail.location ?? "" } });
      throw error;
    }
  }

  #table(): ReadonlyMap<string, Handler> {
    const { world, clock, grants, services, faults, quotas, requests, serviceAccounts, rotation } =
      this.#parts;
    return new Map<string, Handler>([
      [
        "POST reset",
        () => {
          this.#parts.reset();
        },
      ],
      [
        "PUT state",
        body => {
          importState(world, parse(stateBody, body), clock, services.random);
          services.channels.drop(channel => !isWatched(world, channel));
          return exportSummary(world);
        },
      ],
      ["GET state", () => exportState(world)],
      [
        "POST sync-tokens/expire",
        body => {
          const { calendarId } = parse(controlBodies.expire, body ?? {});
          if (calendarId === undefined) world.generation += 1;
          else calendarOf(world, calendarId).generation += 1;
        },
      ],
      [
        "POST grants/revoke",
        body => {
          const { email } = parse(controlBodies.revoke, body);
          return { revoked: grants.revokeUser(userOf(world, email)) };
        },
      ],
      [
        "POST faults",
        body => {
          const fault = parse(controlBodies.fault, body);
          if (fault.status === undefined && fault.delayMs === undefined && fault.drop !== true) {
            throw new RefusedBody("status", "a fault needs status, delayMs or drop");
          }
          faults.add({
            method: fault.method?.toUpperCase(),
            path: fault.path,
            status: fault.status,
            reason: fault.reason,
            delayMs: fault.delayMs,
            drop: fault.drop ?? false,
            when: fault.when ?? "before",
            left: fault.times ?? Infinity,
            probability: fault.probability ?? 1,
            random: fault.seed === undefined ? services.random : new SeededRandom(fault.seed),
          });
          return { faults: faults.size };
        },
      ],
      [
        "DELETE faults",
        () => {
          faults.clear();
        },
      ],
      ["GET push", () => services.channels.options],
      [
        "POST push",
        body => {
          const { seed, ...changes } = parse(controlBodies.push, body);
          const options = { ...services.channels.options, ...withoutUndefined(changes) };
          services.channels.configure(options, seed);
          return options;
        },
      ],
      ["GET clock", () => ({ now: clock.now(), real: clock.real() })],
      [
        "POST clock",
        body => {
          const { now, advanceMs } = parse(controlBodies.clock, body);
          if (advanceMs !== undefined) clock.advance(advanceMs);
          else clock.set(typeof now === "number" ? now : Date.parse(now ?? ""));
          return { now: clock.now() };
        },
      ],
      [
        "GET overview",
        (_body, query) => ({
          now: clock.now(),
          users: showUsers(world),
          events: showWindow(
            world,
            query.get("calendarId"),
            Number(query.get("from")),
            Number(query.get("to")),
          ),
          channels: [...services.channels.all()]
            .slice(-20)
            .map(channel => showChannel(channel, services.channels.isLive(channel))),
          requests: requests.all().slice(-50),
          push: services.channels.options,
          faults: faults.size,
        }),
      ],
      ["GET requests", () => requests.all()],
      [
        "DELETE requests",
        () => {
          requests.clear();
        },
      ],
      [
        "GET channels",
        () =>
          [...services.channels.all()].map(channel =>
            showChannel(channel, services.channels.isLive(channel)),
          ),
      ],
      [
        "POST tokens",
        body => {
          const {
            email,
            scopes = DEFAULT_SCOPES,
            clientId = DEFAULT_CLIENT,
          } = parse(controlBodies.tokens, body);
          const grant = grants.grant(userOf(world, email), clientId, scopes);
          const access = grants.issueAccess(grant, scopes);
          return {
            access_token: access.token,
            refresh_token: grants.issueRefresh(grant, scopes),
            expiry_date: access.expiresAtMs,
            scope: scopes.join(" "),
            token_type: "Bearer",
          };
        },
      ],
      [
        "POST splits",
        body => {
          const { calendarId, instanceId, changes } = parse(controlBodies.split, body);
          return splitSeries(services, calendarOf(world, calendarId), instanceId, changes ?? {});
        },
      ],
      [
        "POST service-accounts",
        async body => {
          const { email, publicKey, delegatedScopes } = parse(controlBodies.serviceAccount, body);
          return await serviceAccounts.register(
            email.toLowerCase(),
            publicKey,
            delegatedScopes,
            `${this.#parts.url()}/token`,
          );
        },
      ],
      ["GET habits", () => ({ ...services.habits, rotateRefreshTokens: rotation.on })],
      [
        "POST habits",
        body => {
          const { quotas: limits, rotateRefreshTokens, ...changes } = parse(controlBodies.habits, body);
          Object.assign(services.habits, withoutUndefined(changes));
          if (limits !== undefined) quotas.configure(limits);
          rotation.on = rotateRefreshTokens ?? rotation.on;
          return { ...services.habits, rotateRefreshTokens: rotation.on };
        },
      ],
    ]);
  }
}

function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new RefusedBody("", "the body is no JSON");
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const extra = issue?.code === "unrecognized_keys" ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...extra].join(".");
  throw new RefusedBody(field, issue?.message ?? "the body is not understood");
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function userOf(world: World, email: string): string {
  const user = world.user(email);
  if (user === undefined) throw new RefusedBody("email", `there is no user ${email}`);
  return user.email;
}

function calendarOf(world: World, id: string): NonNullable<ReturnType<World["calendars"]["get"]>> {
  const calendar = world.calendars.get(id);
  if (calendar === undefined) throw new RefusedBody("calendarId", `there is no calendar ${id}`);
  return calendar;
}

function isWatched(world: World, channel: Channel): boolean {
  if (!world.users.has(channel.email)) return false;
  return channel.calendarId === undefined || world.calendars.has(channel.calendarId);
}

function exportSummary(world: World): object {
  let events = 0;
  for (const calendar of world.calendars.values()) events += calendar.events.living;
  return { users: world.users.size, calendars: world.calendars.size, events };
}

function showChannel(channel: Channel, live: boolean): object {
  const { id, resourceId, resourceUri, calendarId, email, address, messageNumber } = channel;
  return {
    id,
    resource: channel.resource,
    resourceId,
    resourceUri,
    calendarId,
    email,
    address,
    expiration: channel.expirationMs,
    live,
    messageNumber,
    waiting: channel.queue.length,
    dropped: channel.dropped,
    ...(channel.stoppedAtMs === undefined ? {} : { stoppedAt: channel.stoppedAtMs }),
    deliveries: channel.deliveries,
  };
}
