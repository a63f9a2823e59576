import { API_PREFIX, CalendarApi, errorAnswer } from "./api/calendar-api.ts";
import { BATCH_PATHS, runBatch } from "./api/batch.ts";
import { errorOf, notFound } from "./api/errors.ts";
import { Quotas } from "./api/quotas.ts";
import type { QuotaLimits } from "./api/quotas.ts";
import { VirtualClock } from "./clock.ts";
import { Control, CONTROL_PREFIX } from "./control/control.ts";
import { Faults } from "./control/faults.ts";
import { applyHabits } from "./control/habits.ts";
import { stateBody } from "./control/schemas.ts";
import { importState } from "./control/state.ts";
import { faultAnswer } from "./control/fault-answer.ts";
import { mutateAnswer } from "./control/mutate.ts";
import type { Habits } from "./habits.ts";
import type { HttpAnswer, HttpRequest } from "./http/exchange.ts";
import type { LoggedRequest } from "./http/logged-request.ts";
import type { Outcome } from "./http/server.ts";
import { AttendeeCopies } from "./model/attendee-copies.ts";
import { EventWriter } from "./model/event-writer.ts";
import { RecentEntries } from "./recent-entries.ts";
import { TokenSealer } from "./model/opaque-token.ts";
import { Snapshots } from "./model/snapshots.ts";
import { World } from "./model/world.ts";
import { Clients } from "./oauth/clients.ts";
import type { OAuthClient } from "./oauth/clients.ts";
import { Grants } from "./oauth/grants.ts";
import { OAuthServer } from "./oauth/oauth-server.ts";
import { Channels } from "./push/channels.ts";
import { servePage } from "./serve-page.ts";
import { SeededRandom } from "./random.ts";
import type { EmulatorServices } from "./services.ts";

/** Settings of an emulator. `createGoogleCalendarEmulator` supplies the defaults. */
export interface EmulatorSettings {
  /** Returns real time in ms since the epoch. */
  now: () => number;
  /** Ratio between `now` and Node's timers. */
  speed: number;
  seed: number;
  log: (line: string) => void;
  clients: readonly OAuthClient[];
  quotas: QuotaLimits;
  rotateRefreshTokens: boolean;
  /** Lifetime of a refresh token, in ms: seven days for an External app in Testing [D], otherwise unlimited. */
  refreshTokenLifeMs: number;
  habits: Habits;
}

/** The whole emulator without its socket: takes a request and returns an answer. */
export class Emulator {
  readonly #settings: EmulatorSettings;
  readonly #clock: VirtualClock;
  readonly #world = new World();
  readonly #grants: Grants;
  readonly #faults = new Faults();
  readonly #requests = new RecentEntries<LoggedRequest>();
  readonly #quotas: Quotas;
  readonly #services: EmulatorServices;
  readonly #rotation: { on: boolean };
  readonly #api: CalendarApi;
  readonly #oauth: OAuthServer;
  readonly #control: Control;
  #url = "";

  constructor(settings: EmulatorSettings) {
    this.#settings = settings;
    const random = new SeededRandom(settings.seed);
    this.#clock = new VirtualClock(settings.now, settings.speed);
    this.#grants = new Grants(this.#clock, random, settings.refreshTokenLifeMs);
    this.#quotas = new Quotas(settings.quotas);
    this.#rotation = { on: settings.rotateRefreshTokens };
    const channels = new Channels(this.#clock, random);
    const habits = { ...settings.habits };
    const writer = new EventWriter(this.#clock, random, habits, calendar => {
      channels.notify(`events:${calendar.id}`);
    });
    this.#services = {
      writer,
      copies: new AttendeeCopies(this.#world, writer),
      mails: new RecentEntries(),
      channels,
      sealer: new TokenSealer(random.opaque(32)),
      snapshots: new Snapshots(),
      random,
      habits,
    };
    const shared = { world: this.#world, clock: this.#clock, grants: this.#grants };
    this.#oauth = new OAuthServer({
      ...shared,
      clients: new Clients(settings.clients),
      rotate: () => this.#rotation.on,
      url: () => this.#url,
    });
    this.#api = new CalendarApi({
      ...shared,
      serviceAccounts: this.#oauth.serviceAccounts,
      quotas: this.#quotas,
      services: this.#services,
      log: settings.log,
    });
    this.#control = new Control({
      ...shared,
      serviceAccounts: this.#oauth.serviceAccounts,
      services: this.#services,
      faults: this.#faults,
      quotas: this.#quotas,
      requests: this.#requests,
      rotation: this.#rotation,
      url: () => this.#url,
      reset: () => {
        this.reset();
      },
    });
  }

  /** The emulator's own address, for answers that contain it. */
  set url(url: string) {
    this.#url = url;
  }

  /** Makes the world equal to `state` (see `importState`). Throws if `state` has the wrong form. */
  load(state: unknown): void {
    const parsed = stateBody.parse(state);
    if (parsed.habits !== undefined) {
      const { habits } = this.#services;
      applyHabits({ habits, rotation: this.#rotation, quotas: this.#quotas }, parsed.habits);
    }
    importState(this.#world, parsed, this.#clock, this.#services.random);
  }

  /** Deletes all data. Tokens that were issued before are refused afterwards. */
  reset(): void {
    this.#world.clear();
    this.#grants.clear();
    this.#oauth.serviceAccounts.clear();
    this.#faults.clear();
    this.#requests.clear();
    this.#services.mails.clear();
    this.#services.channels.clear();
    this.#services.snapshots.clear();
    Object.assign(this.#services.habits, this.#settings.habits);
    this.#quotas.configure(this.#settings.quotas);
    this.#rotation.on = this.#settings.rotateRefreshTokens;
    this.#clock.reset();
  }

  /** Stops deliveries and everything that is scheduled. */
  close(): void {
    this.#services.channels.close();
    this.#clock.cancelAll();
  }

  /** Answers one request. */
  async handle(request: HttpRequest): Promise<Outcome> {
    const { path } = request;
    if (path.startsWith(CONTROL_PREFIX)) return await this.#control.handle(request);
    const page = await servePage(request);
    if (page !== undefined) return page;
    if (BATCH_PATHS.has(path))
      return await runBatch(request, async part => batchPart(await this.#logged(part)));
    return await this.#logged(request);
  }

  async #logged(request: HttpRequest): Promise<Outcome> {
    const { path } = request;
    const isApi = path.startsWith(API_PREFIX);
    if (!isApi && !this.#oauth.handles(path)) {
      return errorAnswer(notFound());
    }
    const entry = this.#requests.add({
      at: this.#clock.real(),
      method: request.method,
      path,
      query: request.query.toString(),
    });
    const outcome = await this.#withFaults(request, entry, async () =>
      isApi ? await this.#api.handle(request) : await this.#oauth.handle(request),
    );
    entry.answeredAt = this.#clock.real();
    entry.status = outcome === "cut" ? 0 : outcome.status;
    return outcome;
  }

  async #withFaults(
    request: HttpRequest,
    entry: LoggedRequest,
    answer: () => Promise<HttpAnswer>,
  ): Promise<Outcome> {
    const fault = this.#faults.strike(request.method, request.path, request.query.toString());
    if (fault === undefined) return await answer();
    entry.struck = true;
    const { delayMs, status, drop = false, when } = fault.asked;
    if (delayMs !== undefined) {
      await new Promise<void>(resolve => {
        // Uses real time, so that moving the virtual clock does not end the delay early.
        setTimeout(resolve, delayMs);
      });
    }
    if (fault.mutate !== undefined) {
      const mutated = mutateAnswer(await answer(), fault.mutate, fault.random);
      entry.mutations = mutated.mutations;
      return mutated.answer;
    }
    if (status === undefined && !drop) return await answer();
    if (when === "after") await answer();
    return drop ? "cut" : faultAnswer(fault.asked, request.path);
  }
}

/** A part of a batch has no connection of its own. A fault that would cut the connection makes the part answer 503. */
function batchPart(outcome: Outcome): HttpAnswer {
  return outcome === "cut" ? errorAnswer(errorOf(503)) : outcome;
}
