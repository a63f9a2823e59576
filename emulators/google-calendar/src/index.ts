import { randomInt } from "node:crypto";
import type { QuotaLimits } from "./api/quotas.ts";
import { Emulator } from "./emulator.ts";
import { DEFAULT_HABITS } from "./habits.ts";
import type { Habits } from "./habits.ts";
import { listen } from "./http/server.ts";
import type { OAuthClient } from "./oauth/clients.ts";

export { Quotas, type QuotaLimits } from "./api/quotas.ts";
export type { OAuthClient } from "./oauth/clients.ts";
export type { Habits } from "./habits.ts";

/** Options of an emulator. All have defaults. */
export interface GoogleCalendarEmulatorOptions {
  /** The port. 0 (the default) chooses a free port. */
  port?: number;
  /** The address to listen on. Default: 127.0.0.1. */
  host?: string;
  /** Returns real time in ms since the epoch. Default: `Date.now`. */
  now?: () => number;
  /**
   * Ratio between `now` and Node's timers, for tests that inject a faster clock: delays and retries follow it.
   * Default: 1.
   */
  speed?: number;
  /** Makes ids, message numbers and all random choices repeatable. Default: a random seed. */
  seed?: number;
  /** Receives one line per error. Default: no output. */
  log?: (line: string) => void;
  /** Registered OAuth clients. Default: none, and every client id and secret is accepted. */
  clients?: readonly OAuthClient[];
  /** Limits in requests per minute. Default: no limits. */
  quotas?: Partial<QuotaLimits>;
  /** If true, every refresh returns a new refresh token and ends the old token. Default: false. */
  rotateRefreshTokens?: boolean;
  /** Lifetime of refresh tokens, in ms. Default: unlimited. */
  refreshTokenLifeMs?: number;
  /** Switches behaviours of Google that are not documented. */
  habits?: Partial<Habits>;
}

/** A running emulator. */
export interface GoogleCalendarEmulator {
  /** The address without a slash at the end, for example `http://127.0.0.1:9190`. */
  readonly url: string;
  readonly port: number;
  /**
   * Does the same as `PUT /_emulator/state`, without HTTP and without its limit of 5 MB. Throws if the state has the
   * wrong form.
   */
  load: (state: unknown) => void;
  /**
   * Deletes users, calendars, grants, channels and faults, restores the default habits, and sets the clock's offset
   * to zero.
   */
  reset: () => void;
  /** Stops listening and all deliveries. No open handle keeps the process alive afterwards. */
  close: () => Promise<void>;
}

/**
 * Starts an emulator of Google Calendar, its OAuth server and its push notifications. Rejects if the port is in use.
 */
export async function createGoogleCalendarEmulator(
  options: GoogleCalendarEmulatorOptions = {},
): Promise<GoogleCalendarEmulator> {
  const log = options.log ?? (() => undefined);
  const host = options.host ?? "127.0.0.1";
  const emulator = new Emulator({
    now: options.now ?? Date.now,
    speed: options.speed ?? 1,
    seed: options.seed ?? randomInt(2 ** 32),
    log,
    clients: options.clients ?? [],
    quotas: { perUserPerMinute: 0, perProjectPerMinute: 0, status: 403, ...options.quotas },
    rotateRefreshTokens: options.rotateRefreshTokens ?? false,
    refreshTokenLifeMs: options.refreshTokenLifeMs ?? Infinity,
    habits: { ...DEFAULT_HABITS, ...options.habits },
  });
  const server = await listen(
    { host, port: options.port ?? 0, log },
    async request => await emulator.handle(request),
  );
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`;
  emulator.url = url;
  return {
    url,
    port: server.port,
    load: state => {
      emulator.load(state);
    },
    reset: () => {
      emulator.reset();
    },
    close: async () => {
      emulator.close();
      await server.close();
    },
  };
}
