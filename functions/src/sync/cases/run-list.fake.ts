import { FakeAccessTokens } from "../../account/access-tokens.fake.ts";
import { calendarKeyOf } from "../../account/keys.ts";
import { syncCalendarList } from "../../account/sync-calendar-list.ts";
import { createCalendarLists } from "../../firestore/calendars-listing.repository.ts";
import { createCalendarList } from "../../google/calendar-list.adapter.ts";
import type { Log } from "../../ports/log.port.ts";
import { FakeTaskQueue } from "../testing/task-queue.fake.ts";
import { VirtualClock } from "../testing/virtual-clock.fake.ts";
import { callerOver, thrownFor } from "./google-client.fake.ts";
import { MemoryFirestore } from "./memory-firestore.fake.ts";
import type { RawAnswer } from "./case-schema.fake.ts";

const uid = "uid";
const accountId = "account";
type Entry = Readonly<Record<string, unknown>> & { readonly id: string };

/** An account that follows its list of calendars: the adapter and the repository are the real ones. */
export class ListWorld {
  readonly firestore = new MemoryFirestore();
  readonly queue = new FakeTaskQueue();
  readonly clock = new VirtualClock();
  readonly tokens = new FakeAccessTokens(() => this.clock.now());
  readonly reauth: string[] = [];
  readonly logged: { readonly level: string; readonly message: string }[] = [];
  #runs = 0;

  constructor() {
    const list = { uid, active: true, pushUnsupported: false, syncToken: null, revision: 1 };
    this.firestore.documents.set(`calendarLists/${accountId}`, list);
  }

  /** A whole list arrives. */
  async list(items: readonly unknown[]): Promise<string> {
    return await this.#sync(() => Promise.resolve({ data: { items, nextSyncToken: "token" } }));
  }

  /** The list is refused. */
  async refuse(answer: RawAnswer): Promise<string> {
    return await this.#sync(() => Promise.reject(thrownFor(answer)));
  }

  async #sync(list: () => Promise<unknown>): Promise<string> {
    const call = callerOver(this.tokens, { calendarList: { list } });
    const log = this.#log;
    return await syncCalendarList(
      {
        lists: createCalendarLists(this.firestore.database),
        calendarList: createCalendarList(call, undefined, log),
        tasks: this.queue,
        accountStatus: {
          requireReauth: account => {
            this.reauth.push(account);
            return Promise.resolve("required");
          },
        },
        clock: this.clock,
        newId: length => `${++this.#runs}-`.padEnd(length, "x"),
        log,
      },
      { accountId, full: true },
    );
  }

  get #log(): Log {
    const line = (level: string) => (message: string) => {
      this.logged.push({ level, message });
    };
    return { info: line("info"), warn: line("warn"), error: line("error") };
  }

  /** The user's document of a calendar. */
  document(calendarId: string): Readonly<Record<string, unknown>> | undefined {
    return this.firestore.documents.get(`users/${uid}/calendars/${calendarKeyOf(accountId, calendarId)}`);
  }

  /** Neither switched off nor about to be deleted. */
  keeps(calendarId: string): boolean {
    const calendarKey = calendarKeyOf(accountId, calendarId);
    const state = this.firestore.documents.get(`syncStates/${calendarKey}`);
    const isDoomed = this.queue.cleanUpTasks.some(
      task => "calendarKey" in task && task.calendarKey === calendarKey,
    );
    return this.document(calendarId) !== undefined && state?.["active"] === true && !isDoomed;
  }
}

/** What becomes of calendars that were synced as their owner's, when the list then says this of them. */
export async function listedAgain(items: readonly Entry[]): Promise<ListWorld> {
  const world = new ListWorld();
  await world.list(
    items.map(({ id }) => ({ id, summary: id, timeZone: "UTC", accessRole: "owner", selected: true })),
  );
  await world.list(items);
  return world;
}

/** What becomes of calendars that this list is the first to name. */
export async function listedFirst(items: readonly Entry[]): Promise<ListWorld> {
  const world = new ListWorld();
  await world.list(items);
  return world;
}
