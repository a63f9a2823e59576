import { randomInt } from "node:crypto";
import type { QuotaLimits } from "./api/quotas.ts";
import { Emulator } from "./emulator.ts";
import { DEFAULT_HABITS } from "./habits.ts";
import type { Habits } from "./habits.ts";
import { listen } from "./http/server.ts";
import type { OAuthClient } from "./oauth/clients.ts";

export type { QuotaLimits } from "./api/quotas.ts";
export type { OAuthClient } from "./oauth/clients.ts";
export type { Habits } from "./habits.ts";

/** What can be chosen; everything has a default. */
export interface GoogleCalendarEmulatorOptions {
  /** The port; 0 (the default) takes any free one. */
  port?: number;
  /** The address to listen on; 127.0.0.1 by default. */
  host?: string;
  /** Real time in ms since the epoch; `Date.now` by default. */
  now?: () => number;
  /** How fast `now` runs, for tests with a clock of their own: delays and retries follow; 1 by default. */
  speed?: number;
  /** Makes ids, message numbers and everything left to chance repeatable; random by default. */
  seed?: number;
  /** Takes one line per mishap; silent by default. */
  log?: (line: string) => void;
  /** Registered OAuth clients; without any, every client id and secret is accepted. */
  clients?: readonly OAuthClient[];
  /** Requests a minute; without limits by default. */
  quotas?: Partial<QuotaLimits>;
  /** Whether every refresh gives a new refresh token and ends the old one; false by default. */
  rotateRefreshTokens?: boolean;
  /** Life of refresh tokens in ms; unlimited by default. */
  refreshTokenLifeMs?: number;
  /** Undocumented habits of Google's. */
  habits?: Partial<Habits>;
}

/** A running emulator. */
export interface GoogleCalendarEmulator {
  /** For example `http://127.0.0.1:9190`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** `PUT /_emulator/state` without HTTP and without its limit of 5 MB. Throws for a state that is not understood. */
  load: (state: unknown) => void;
  /** Forgets users, calendars, grants, channels, faults and the clock's offset. */
  reset: () => void;
  /** Stops listening and every delivery; no handle is left. */
  close: () => Promise<void>;
}

/** Starts an emulator of Google Calendar, its OAuth server and push notifications. Rejects when the port is taken. */
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
