import type { Firestore } from "firebase-admin/firestore";
import { FakeAccessTokens } from "../../functions/src/account/access-tokens.fake.ts";
import { calendarKeyOf } from "../../functions/src/model/keys.ts";
import { syncCalendarList } from "../../functions/src/account/sync-calendar-list.ts";
import { createCalendarLists } from "../../functions/src/firestore/calendars-listing.repository.ts";
import { createCalendarList } from "../../functions/src/google/calendar-list.adapter.ts";
import type { Log } from "../../functions/src/ports/runtime.port.ts";
import { CountedCalls } from "../../functions/src/quota/counted-calls.fake.ts";
import type { RawAnswer } from "../../functions/src/sync/cases/case-schema.fake.ts";
import { callerOver, thrownFor } from "../../functions/src/sync/cases/google-client.fake.ts";
import { FakeTaskQueue } from "../../functions/src/sync/testing/task-queue.fake.ts";
import { VirtualClock } from "../../functions/src/sync/testing/virtual-clock.fake.ts";
import { newKey, openOwnDatabase } from "../account/own-database.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";

type Entry = Readonly<Record<string, unknown>> & { readonly id: string };

/** An account with its list of calendars. The adapter and the repository are the real implementations. */
export class ListWorld {
  readonly queue = new FakeTaskQueue();
  readonly clock = new VirtualClock();
  readonly tokens = new FakeAccessTokens(() => this.clock.now());
  readonly reauth: string[] = [];
  readonly logged: { readonly level: string; readonly message: string }[] = [];
  readonly #db: Firestore;
  readonly #uid = newKey();
  readonly #accountId = newKey();
  #runs = 0;

  private constructor(db: Firestore) {
    this.#db = db;
  }

  /** Creates an account in Firestore whose list has not been read yet. */
  static async open(): Promise<ListWorld> {
    const world = new ListWorld(openOwnDatabase());
    const list = { uid: world.#uid, active: true, pushUnsupported: false, syncToken: null, revision: 1 };
    await world.#db.doc(`calendarSyncLists/${world.#accountId}`).set(list);
    return world;
  }

  /** Applies a complete list. */
  async list(items: readonly unknown[]): Promise<string> {
    return await this.#sync(() => Promise.resolve({ data: { items, nextSyncToken: "token" } }));
  }

  /** Google refuses the list. */
  async refuse(answer: RawAnswer): Promise<string> {
    return await this.#sync(() => Promise.reject(thrownFor(answer)));
  }

  async #sync(list: () => Promise<unknown>): Promise<string> {
    const call = callerOver(this.tokens, { calendarList: { list } });
    const log = this.#log;
    return await syncCalendarList(
      {
        lists: createCalendarLists(databaseOf(this.#db, "users")),
        calendarList: createCalendarList(call, undefined, new CountedCalls(), log),
        tasks: this.queue,
        accountStatus: {
          requireReauth: account => {
            this.reauth.push(account);
            return Promise.resolve("required");
          },
          noteRefusal: () => Promise.resolve("wait"),
          noteAccepted: () => Promise.resolve(),
        },
        clock: this.clock,
        newId: length => `${++this.#runs}-`.padEnd(length, "x"),
        log,
      },
      { accountId: this.#accountId, full: true },
    );
  }

  get #log(): Log {
    const line = (level: string) => (message: string) => {
      this.logged.push({ level, message });
    };
    return { info: line("info"), warn: line("warn"), error: line("error"), alarm: line("alarm") };
  }

  /** The user's document of a calendar. */
  async document(calendarId: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    return (await this.#db.doc(`users/${this.#uid}/calendars/${this.#key(calendarId)}`).get()).data();
  }

  /** Whether a calendar is neither switched off nor queued for deletion. */
  async keeps(calendarId: string): Promise<boolean> {
    const calendarKey = this.#key(calendarId);
    const state = await this.#db.doc(`calendarSyncStates/${calendarKey}`).get();
    const isDoomed = this.queue.cleanUpTasks.some(
      task => "calendarKey" in task && task.calendarKey === calendarKey,
    );
    return (await this.document(calendarId)) !== undefined && state.get("active") === true && !isDoomed;
  }

  #key(calendarId: string): string {
    return calendarKeyOf(this.#accountId, calendarId);
  }
}

/** Lists calendars first with the role `owner`, then as `items`. Returns the world after that. */
export async function listedAgain(items: readonly Entry[]): Promise<ListWorld> {
  const world = await ListWorld.open();
  await world.list(
    items.map(({ id }) => ({ id, summary: id, timeZone: "UTC", accessRole: "owner", selected: true })),
  );
  await world.list(items);
  return world;
}

/** Lists calendars for the first time. Returns the world after that. */
export async function listedFirst(items: readonly Entry[]): Promise<ListWorld> {
  const world = await ListWorld.open();
  await world.list(items);
  return world;
}
