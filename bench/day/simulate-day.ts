import { createHash } from "node:crypto";
import { seededRandom } from "@firestore-calendar-sync/harness";
import { syncCalendarList } from "../../functions/src/account/sync-calendar-list.ts";
import type { AccountStatus } from "../../functions/src/ports/account.port.ts";
import type { Clock, Log } from "../../functions/src/ports/runtime.port.ts";
import type { SyncPorts } from "../../functions/src/ports/sync.port.ts";
import type { SyncTask, WatchTask } from "../../functions/src/ports/tasks.port.ts";
import { createMemoryBudget } from "../../functions/src/sync/memory-budget.ts";
import { acceptNotification } from "../../functions/src/sync/notification.ts";
import { backupSync } from "../../functions/src/sync/scheduled-sync.ts";
import { handleSyncTask } from "../../functions/src/sync/sync-calendar.ts";
import { maintainWatch, type MaintainWatchPorts } from "../../functions/src/watch/maintain-watch.ts";
import { renewWatches } from "../../functions/src/watch/renew-watches.ts";
import { queryVersion } from "../../functions/src/model/sync-state.ts";
import { backgroundWork, workday } from "../background-work.ts";
import { quotas } from "../cost/limits.ts";
import { grantedLifeMs, VirtualGoogle } from "./virtual-google.ts";
import { VirtualQueues, type Delivered } from "./virtual-queues.ts";
import { channelToken, VirtualStore } from "./virtual-store.ts";
import { VirtualTime } from "./virtual-time.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const workdayEndsAtHour = workday.beginsAtHour + workday.hours;

/** A weekday, 0:00 UTC. */
const dayStartMs = Date.UTC(2026, 0, 7);

/** The rates of the deployed queues (docs/deployment.md). */
export const deployedRates = {
  syncCalendar: quotas.syncsASecond,
  syncCalendarList: 3,
  maintainWatch: 5,
} as const;

export interface DayOptions {
  readonly calendars: number;
  readonly editsPerCalendar: number;
  /** Deliveries a second (docs/deployment.md). */
  readonly rates: ConstructorParameters<typeof VirtualQueues>[1];
  readonly seed: number;
}

export interface Day {
  readonly edits: number;
  readonly calls: { readonly live: number; readonly background: number };
  readonly busiestMinute: { readonly live: number; readonly background: number; readonly all: number };
  readonly refusals: number;
  readonly deliveries: number;
  /** The longest time since a calendar's last pull, at the end of the day. */
  readonly stalestMs: number;
}

/**
 * One day of a project, in virtual time, with the product's own code between the webhook and Google. The documents,
 * the queues and Google are in memory. The day before is like the simulated one, so its evening is simulated, too, but
 * not counted. Left out: the horizon's round, which does not call Google, failures, and
 * the threshold above which background work is stretched.
 */
export async function simulateDay(options: DayOptions): Promise<Day> {
  const project = new Project(options);
  project.connectAll();
  const eveningMs = dayStartMs - (24 - workdayEndsAtHour) * hourMs;
  for (let at = eveningMs; at < dayStartMs + dayMs; at += 6 * hourMs)
    project.time.at(at, () => project.backup(at));
  project.time.at(dayStartMs - 15 * hourMs, () => project.renew(dayStartMs - 15 * hourMs));
  project.time.at(dayStartMs + 9 * hourMs, () => project.renew(dayStartMs + 9 * hourMs));
  await project.time.runUntil(dayStartMs);
  return await project.count();
}

const status: AccountStatus = {
  requireReauth: () => Promise.reject(new Error("no grant ends on this day")),
  noteRefusal: () => Promise.reject(new Error("no token is refused on this day")),
  noteAccepted: () => Promise.resolve(),
};
const log: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: (message, fields) => {
    throw new Error(`${message} ${JSON.stringify(fields)}`);
  },
  alarm: event => {
    throw new Error(event);
  },
};

/** A delivery waits until the last pass of its calendar is two seconds old (MIN_PULL_INTERVAL_MS). */
class Waits extends Error {
  override name = "Waits";
}

class Project {
  readonly time: VirtualTime;
  readonly #options: DayOptions;
  readonly #random: () => number;
  readonly #store = new VirtualStore();
  readonly #google: VirtualGoogle;
  readonly #queues: VirtualQueues;
  readonly #clock: Clock;
  readonly #sync: SyncPorts;
  readonly #watch: MaintainWatchPorts;
  #ids = 0;
  #edits = 0;

  constructor(options: DayOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    // The renewals of the day before are planned at 9:00 of that day.
    this.time = new VirtualTime(dayStartMs - 15 * hourMs);
    this.#google = new VirtualGoogle(this.time);
    this.#queues = new VirtualQueues(this.time, options.rates);
    this.#clock = {
      now: () => this.time.nowMs,
      // A delivery that waits would hold up the others: the queue repeats it instead.
      sleep: () => Promise.reject(new Waits()),
    };
    const newId = (length: number): string => `${this.#ids++}`.padStart(length, "0");
    const shared = { tasks: this.#queues, clock: this.#clock, newId, log };
    this.#sync = {
      ...shared,
      store: this.#store.sync,
      events: this.#google.events,
      memory: createMemoryBudget(Number.POSITIVE_INFINITY),
      accounts: status,
      random: this.#random,
      settings: {
        pastWindowMs: 30 * dayMs,
        retentionMs: 400 * dayMs,
        horizonMs: 400 * dayMs,
        minIntervalMs: 2_000,
        timeBudgetMs: 420_000,
        maxBatchWrites: 480,
        changeFeed: false,
        queryVersion,
      },
    };
    this.#watch = {
      ...shared,
      watches: this.#store.watches,
      channels: this.#google.channels,
      accountStatus: status,
    };
    this.#queues.handlers = {
      syncCalendar: (task, delivered) => this.#syncCalendar(task, delivered),
      syncCalendarList: async task => (await this.#syncList(task.accountId)) !== "tryAgain",
      maintainWatch: task => this.#maintain(task),
    };
  }

  /** Calendars and accounts that were connected long ago, at different times. */
  connectAll(): void {
    const { calendars, editsPerCalendar } = this.#options;
    const nowMs = this.time.nowMs;
    for (let index = 0; index < calendars; index++) {
      const account = nameOf(`account ${Math.floor(index / backgroundWork.calendarsOfAccount)}`);
      const key = nameOf(`calendar ${index}`);
      if (index % backgroundWork.calendarsOfAccount === 0) {
        this.#store.addList(account);
        this.#watchSince(account, account, "calendarList");
      }
      // The last pull of the day before: after the last edit, or in the backup's rounds.
      const meanMs = (workday.hours * hourMs) / Math.max(editsPerCalendar, 1);
      const lastEditMs = dayStartMs - 6 * hourMs + Math.log(1 - this.#random()) * meanMs;
      this.#store.addCalendar(key, account, {
        syncToken: "1",
        queryVersion,
        windowStart: nowMs - 100 * dayMs,
        horizon: nowMs + 400 * dayMs,
        coveredEpoch: 999,
        pulledAt: Math.max(lastEditMs, dayStartMs - 12 * hourMs + this.#random() * 2 * hourMs),
        fullSyncedAt: nowMs - this.#random() * 30 * dayMs,
      });
      this.#watchSince(key, account, "events");
      this.#planEdits(key);
    }
  }

  /** A channel with a random age. Channels with less than two days to live were replaced in the last round. */
  #watchSince(calendarKey: string, accountId: string, resource: "events" | "calendarList"): void {
    const ageMs = this.#random() * (grantedLifeMs - 2 * dayMs);
    const stored = this.#store.calendars.get(calendarKey) ?? this.#store.lists.get(calendarKey);
    stored?.watches.push({
      channelId: `${calendarKey}-${"c".repeat(22)}`,
      calendarKey,
      resource,
      uid: accountId,
      accountId,
      calendarId: resource === "events" ? calendarKey : "",
      status: "open",
      resourceId: "resource",
      createdAtMs: this.time.nowMs - ageMs,
      expiresAtMs: this.time.nowMs - ageMs + grantedLifeMs,
    });
  }

  #planEdits(calendarKey: string): void {
    const { editsPerCalendar } = this.#options;
    const meanMs = (workday.hours * hourMs) / editsPerCalendar;
    const endMs = dayStartMs + workdayEndsAtHour * hourMs;
    const after = (fromMs: number): void => {
      const atMs = fromMs - Math.log(1 - this.#random()) * meanMs;
      if (atMs >= endMs) return;
      this.time.at(atMs, async () => {
        await this.#edit(calendarKey);
        after(atMs);
      });
    };
    if (editsPerCalendar > 0) after(dayStartMs + workday.beginsAtHour * hourMs);
  }

  /** An edit at Google, and its notification. */
  async #edit(calendarKey: string): Promise<void> {
    this.#edits += 1;
    this.#google.edit(calendarKey);
    const watch = this.#store.calendar(calendarKey).watches.find(({ status: is }) => is === "open");
    const outcome = await acceptNotification(
      { store: this.#store.sync, tasks: this.#queues },
      {
        channelId: watch?.channelId ?? "",
        calendarKey,
        token: channelToken,
        resourceId: watch?.resourceId ?? undefined,
        state: "exists",
      },
      this.time.nowMs,
      this.#sync.settings.minIntervalMs,
    );
    if (outcome !== "accepted") throw new Error(`a notification was ${outcome}`);
  }

  async #syncCalendar(task: SyncTask, delivered: Delivered): Promise<boolean> {
    this.#google.purpose = task.cause === "notification" ? "live" : "background";
    try {
      return (await handleSyncTask(this.#sync, task, delivered)) !== "retry";
    } catch (error) {
      if (error instanceof Waits) return false;
      throw error;
    }
  }

  async #syncList(accountId: string) {
    this.#google.purpose = "background";
    return await syncCalendarList(
      {
        lists: {
          read: () => Promise.resolve({ uid: accountId, active: true, syncToken: "list", revision: 1 }),
          apply: () => Promise.resolve({ kind: "applied", revision: 1, started: [], removed: [] }),
          advance: () => Promise.resolve(),
        },
        calendarList: { list: account => Promise.resolve(this.#google.listCalendars(account)) },
        tasks: this.#queues,
        accountStatus: status,
        clock: this.#clock,
        newId: length => "0".repeat(length),
        log,
      },
      { accountId, full: true },
    );
  }

  async #maintain(task: WatchTask): Promise<boolean> {
    this.#google.purpose = "background";
    return (await maintainWatch(this.#watch, task)).kind !== "tryAgain";
  }

  async backup(scheduledAtMs: number): Promise<void> {
    const pace = { queryVersion, upgradesPerHour: 0 };
    const ports = { store: this.#store.sync, tasks: this.#queues, clock: this.#clock, pace };
    const { failed } = await backupSync(ports, scheduledAtMs, 2 * hourMs, "none");
    if (failed > 0) throw new Error(`${failed} backups were not queued`);
  }

  async renew(scheduledAtMs: number): Promise<void> {
    const { failed } = await renewWatches(
      { ...this.#watch, tasks: this.#queues },
      scheduledAtMs.toString(36),
      "none",
    );
    if (failed > 0) throw new Error(`${failed} renewals failed`);
  }

  /** Runs the day that is counted. */
  async count(): Promise<Day> {
    const google = this.#google;
    google.countFromMs = dayStartMs;
    const before = this.#queues.deliveries;
    await this.time.runUntil(dayStartMs + dayMs);
    const pulls = [...this.#store.calendars.values()].map(({ state }) => state.pulledAt ?? 0);
    const minutes = [...google.minutes.live].map(
      ([minute, calls]) => calls + (google.minutes.background.get(minute) ?? 0),
    );
    return {
      edits: this.#edits,
      calls: { live: google.calls("live"), background: google.calls("background") },
      busiestMinute: {
        live: google.busiestMinute("live"),
        background: google.busiestMinute("background"),
        all: Math.max(google.busiestMinute("background"), ...minutes),
      },
      refusals: google.refusals,
      deliveries: this.#queues.deliveries - before,
      stalestMs: dayStartMs + dayMs - pulls.reduce((oldest, at) => Math.min(oldest, at), Infinity),
    };
  }
}

/** 22 characters, like a calendar's key. */
function nameOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
