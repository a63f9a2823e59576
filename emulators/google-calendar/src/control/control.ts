import { showEntry } from "../api/calendar-list.ts";
import { ApiError } from "../api/errors.ts";
import type { Quotas } from "../api/quotas.ts";
import type { VirtualClock } from "../clock.ts";
import { jsonAnswer } from "../http/exchange.ts";
import type { HttpAnswer, HttpRequest } from "../http/exchange.ts";
import type { LoggedRequest } from "../http/logged-request.ts";
import type { RecentEntries } from "../recent-entries.ts";
import type { ListEntry, World } from "../model/world.ts";
import type { Grants } from "../oauth/grants.ts";
import type { ServiceAccounts } from "../oauth/service-accounts.ts";
import type { Channel } from "../push/channel.ts";
import { SeededRandom } from "../random.ts";
import type { EmulatorServices } from "../services.ts";
import { parse, readJson, RefusedBody, withoutUndefined } from "./body.ts";
import { faultBody } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { applyHabits, changedHabits, habitsBody, showHabits } from "./habits.ts";
import type { HabitParts } from "./habits.ts";
import { putRawEntries, rawBodies } from "./raw.ts";
import { controlBodies, stateBody } from "./schemas.ts";
import { showUsers, showWindow } from "./overview.ts";
import { splitSeries } from "./split.ts";
import { exportState, importState } from "./state.ts";

/** The prefix of the control surface. */
export const CONTROL_PREFIX = "/_emulator/";
/** The scopes that `POST /_emulator/tokens` grants by default. */
const DEFAULT_SCOPES = [
  "openid",
  "https://www.googleapis.com/auth/userinfo.email",
  "https://www.googleapis.com/auth/userinfo.profile",
  "https://www.googleapis.com/auth/calendar",
];
const DEFAULT_CLIENT = "emulator-client";

/** The parts of the emulator that the control surface uses. */
export interface ControlParts {
  world: World;
  clock: VirtualClock;
  grants: Grants;
  serviceAccounts: ServiceAccounts;
  services: EmulatorServices;
  faults: Faults;
  quotas: Quotas;
  requests: RecentEntries<LoggedRequest>;
  rotation: { on: boolean };
  /** Returns the emulator's address. */
  url: () => string;
  reset: () => void;
}

type Handler = (body: unknown, query: URLSearchParams) => unknown;

/** The control surface under `/_emulator/`, with JSON bodies and answers. Tests, benchmarks and the page use it. */
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
    const habitParts: HabitParts = { habits: services.habits, rotation, quotas };
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
          const state = parse(stateBody, body);
          if (state.habits !== undefined) applyHabits(habitParts, state.habits);
          importState(world, state, clock, services.random);
          services.channels.drop(channel => !isWatched(world, channel));
          return exportSummary(world);
        },
      ],
      ["GET state", () => ({ ...exportState(world), ...changedHabits(services.habits) })],
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
          const fault = parse(faultBody, body);
          const seed = fault.seed ?? fault.mutate?.seed;
          faults.add(fault, seed === undefined ? services.random : new SeededRandom(seed));
          return { faults: faults.size };
        },
      ],
      ["GET faults", () => faults.all()],
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
      ["GET mails", () => services.mails.all()],
      [
        "DELETE mails",
        () => {
          services.mails.clear();
        },
      ],
      ["GET habits", () => showHabits(habitParts)],
      [
        "POST habits",
        body => {
          applyHabits(habitParts, parse(habitsBody, body));
          return showHabits(habitParts);
        },
      ],
      ...this.#rawTable(),
    ]);
  }

  /** The calls that store raw events, restore events and store raw list entries. */
  #rawTable(): [string, Handler][] {
    const { world, clock, services } = this.#parts;
    return [
      [
        "POST events/raw",
        body => {
          const { calendarId, events } = parse(rawBodies.events, body);
          const records = services.writer.putRaw(calendarOf(world, calendarId), events);
          return { events: records.map(({ event }) => ({ id: event.id, etag: event.etag })) };
        },
      ],
      [
        "POST events/restore",
        body => {
          const { calendarId, eventId } = parse(rawBodies.restore, body);
          return services.writer.restore(calendarOf(world, calendarId), eventId).event;
        },
      ],
      [
        "POST calendar-list/raw",
        body => {
          const { email, entries, merge } = parse(rawBodies.entries, body);
          const user = world.users.get(userOf(world, email));
          if (user === undefined) return undefined;
          const shown = (entry: ListEntry): unknown => showEntry({ world, user, services }, entry);
          const put = putRawEntries(user, entries, clock, merge === true ? shown : undefined);
          services.channels.notify(`calendarList:${user.email}`);
          return { entries: put.map(({ calendarId, etag }) => ({ id: calendarId, etag })) };
        },
      ],
    ];
  }
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
