import type { Connection, ConnectOutcome } from "../ports/account.port.ts";
import type { CalendarListing } from "../ports/calendars.port.ts";
import type { DelegatedToken, Grant, GrantRefused, OAuthState } from "../ports/credentials.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import type { ConfirmConnectPorts, KeepConsentPorts } from "./finish-connect.ts";
import { silentLog } from "./log.fake.ts";
import type { StartConnectPorts } from "./start-connect.ts";
import { createTokenSeal } from "./token-seal.ts";

const key = Buffer.alloc(32, 7).toString("base64url");
const hourMs = 3_600_000;

/** All ports for connecting an account, in memory; tests change the parts that they test. */
export class ConnectWorld {
  nowMs = 1_800_000_000_000;
  readonly states = new Map<string, OAuthState>();
  readonly connections: Connection[] = [];
  readonly queued: string[] = [];
  /** Codes sent to Google. */
  readonly exchanged: string[] = [];
  /** Addresses for which a delegated token was requested. */
  readonly impersonated: string[] = [];
  active = new Set<string>();
  queueDown = false;
  domains: readonly string[] = [];
  grant: Grant | GrantRefused | GoogleFailure = {
    kind: "grant",
    accessToken: "access",
    accessTokenExpiresAtMs: this.nowMs + hourMs,
    refreshToken: "refresh",
    scopes: [
      "https://www.googleapis.com/auth/calendar.events.readonly",
      "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    ],
    identity: { subject: "sub", email: "ada@corp.example" },
  };
  delegated: DelegatedToken | GoogleFailure = {
    kind: "delegated",
    accessToken: "delegated access",
    accessTokenExpiresAtMs: this.nowMs + hourMs,
    identity: { subject: "sub", email: "ada@corp.example" },
  };
  listing: CalendarListing | GoogleFailure = {
    kind: "listed",
    calendars: [],
    removedIds: [],
    complete: true,
    syncToken: "t",
  };
  outcome: ConnectOutcome = {
    kind: "connected",
    reconnected: false,
    started: [{ calendarKey: "calendar", epoch: 5 }],
    removed: ["removed"],
  };
  #ids = 0;

  ports(): KeepConsentPorts & ConfirmConnectPorts & StartConnectPorts {
    const { domains } = this;
    const enqueue = (name: string) => {
      if (this.queueDown) return Promise.reject(new Error("queue down"));
      this.queued.push(name);
      return Promise.resolve("created" as const);
    };
    return {
      states: {
        create: (nonce, state) => {
          this.states.set(nonce, state);
          return Promise.resolve();
        },
        consume: nonce => {
          const state = this.states.get(nonce);
          this.states.delete(nonce);
          return Promise.resolve(state);
        },
      },
      oauth: {
        consentUrl: ({ state }) => `https://google.example/consent?state=${state}`,
        exchange: code => {
          this.exchanged.push(code);
          return Promise.resolve(this.grant);
        },
      },
      delegation: {
        covers: email => domains.some(domain => email.endsWith(`@${domain}`)),
        impersonate: email => {
          this.impersonated.push(email);
          return Promise.resolve(this.delegated);
        },
      },
      calendarList: { listWithToken: () => Promise.resolve(this.listing) },
      accounts: {
        isActive: (_uid, accountId) => Promise.resolve(this.active.has(accountId)),
        connect: connection => {
          this.connections.push(connection);
          return Promise.resolve(this.outcome);
        },
      },
      tasks: {
        syncCalendar: ({ calendarKey, epoch }) => enqueue(`sync ${calendarKey} ${epoch}`),
        maintainWatch: ({ calendarKey, action }) => enqueue(`${action} ${calendarKey}`),
        cleanUpAccount: task => enqueue(`clean ${"calendarKey" in task ? task.calendarKey : ""}`),
      },
      seal: createTokenSeal(() => ({ active: "k", keys: { k: key } })),
      appOrigins: ["https://app.example"],
      clock: { now: () => this.nowMs, sleep: () => Promise.resolve() },
      newId: length => String(++this.#ids).padStart(length, "i"),
      log: silentLog,
    };
  }
}
