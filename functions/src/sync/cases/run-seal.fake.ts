import { createAccessTokens } from "../../account/access-tokens.ts";
import { cleanUpAccount, type CleanUpOutcome } from "../../account/clean-up-account.ts";
import { FakeCredentials } from "../../account/credentials.fake.ts";
import { createTokenSeal, type KeyRing } from "../../account/token-seal.ts";
import { createChannels } from "../../google/push-channels.adapter.ts";
import type { AccessToken } from "../../ports/credentials.port.ts";
import type { AccountRemoval } from "../../ports/account.port.ts";
import type { GoogleFailure } from "../../model/google-failure.ts";
import type { Log } from "../../ports/runtime.port.ts";
import type { WatchRecord } from "../../ports/watch.port.ts";
import { callerOver } from "./google-client.fake.ts";

const accountId = "account";
const uid = "uid";
const nowMs = 1_800_000_000_000;
const hourMs = 3_600_000;
const key = (byte: number) => Buffer.alloc(32, byte).toString("base64url");
const both: KeyRing = { active: "new", keys: { old: key(1), new: key(2) } };
/** The key ring after the operator has removed the old key. */
const ring: KeyRing = { active: "new", keys: { new: key(2) } };

/** The key that sealed each token of the account. */
export interface SealedWith {
  readonly refresh?: "old" | "new" | undefined;
  readonly access?: "old" | "new" | undefined;
  readonly accessExpired?: boolean;
}

/** One account whose tokens were sealed when the ring still contained both keys. */
export class SealWorld {
  readonly credentials = new FakeCredentials();
  readonly lines: { readonly level: string; readonly text: string }[] = [];
  readonly #seal = createTokenSeal(() => ring);
  readonly #watches = new Map<string, WatchRecord>();
  /** The deleted parts, in order. */
  readonly deleted: string[] = [];

  static async with({
    refresh = "new",
    access = "new",
    accessExpired = false,
  }: SealedWith): Promise<SealWorld> {
    const world = new SealWorld();
    const sealed = async (keyId: string, use: "access" | "refresh") =>
      await createTokenSeal(() => ({ ...both, active: keyId })).seal(accountId, use, `${use} token`);
    world.credentials.stored.set(accountId, {
      uid,
      subject: "subject",
      scopes: [],
      grantId: "grant",
      refreshToken: await sealed(refresh, "refresh"),
      accessToken: await sealed(access, "access"),
      accessTokenExpiresAtMs: accessExpired ? nowMs - hourMs : nowMs + hourMs,
    });
    world.#watches.set("channel", watchRecord);
    return world;
  }

  async get(): Promise<AccessToken | GoogleFailure> {
    return await this.#tokens.get(accountId);
  }

  async cleanUp(attempt: number): Promise<CleanUpOutcome> {
    const stop = () => Promise.resolve({ data: {} });
    return await cleanUpAccount(
      {
        removal: this.#removal,
        watches: {
          forget: channelId => {
            this.#watches.delete(channelId);
            return Promise.resolve();
          },
        },
        channels: createChannels(callerOver(this.#tokens, { channels: { stop } }), "https://example.com"),
        oauth: { revoke: () => Promise.resolve({ kind: "revoked" }) },
        credentials: this.credentials,
        seal: this.#seal,
        clock: { now: () => nowMs, sleep: () => Promise.resolve() },
        log: this.#log,
      },
      { uid, accountId },
      attempt,
    );
  }

  get #tokens() {
    return createAccessTokens({
      credentials: this.credentials,
      oauth: {
        refresh: () =>
          Promise.resolve({
            kind: "refreshed",
            accessToken: "refreshed token",
            accessTokenExpiresAtMs: nowMs + hourMs,
          }),
      },
      delegation: undefined,
      seal: this.#seal,
      readKeys: () => ring,
      clock: { now: () => nowMs, sleep: () => Promise.resolve() },
      log: this.#log,
    });
  }

  get #log(): Log {
    const line = (level: string) => (message: string, fields?: object) => {
      this.lines.push({ level, text: `${message} ${JSON.stringify(fields ?? {})}` });
    };
    return { info: line("info"), warn: line("warn"), error: line("error"), alarm: line("alarm") };
  }

  get #removal(): AccountRemoval {
    const remove = (what: string) => {
      this.deleted.push(what);
      return Promise.resolve({ kind: "deleted", documents: 1 } as const);
    };
    return {
      markDisconnecting: () => Promise.resolve("marked"),
      status: () => Promise.resolve("disconnecting"),
      accountsOf: () => Promise.resolve([accountId]),
      forgetAttempts: () => Promise.resolve(),
      unfinished: () => Promise.resolve([]),
      watchesOf: () => Promise.resolve([...this.#watches.values()]),
      calendarKeysOf: () => Promise.resolve(["calendar"]),
      sharesGrant: () => Promise.resolve(false),
      deleteCalendar: async () => await remove("calendar"),
      deleteAccount: async () => await remove("account"),
      deleteUnwanted: async () => await remove("unwanted"),
    };
  }
}

const watchRecord: WatchRecord = {
  channelId: "channel",
  calendarKey: "calendar",
  resource: "events",
  uid,
  accountId,
  calendarId: "me@example.com",
  status: "open",
  resourceId: "resource",
  expiresAtMs: nowMs + hourMs,
  createdAtMs: nowMs,
};
