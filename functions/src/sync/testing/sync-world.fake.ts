import { createHash } from "node:crypto";
import type { SyncPorts, SyncSettings, SyncStore } from "../../ports/sync.port.ts";
import type { SyncTask } from "../../ports/tasks.port.ts";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import { utc, zoneOr } from "../../recurrence/zone-names.ts";
import { parseItem } from "../parse-event.ts";
import { createMemoryBudget } from "../memory-budget.ts";
import { acceptNotification, type NotificationOutcome } from "../notification.ts";
import { handleSyncTask } from "../sync-calendar.ts";
import type { SyncOutcome } from "../sync-calendar.ts";
import { newSyncState, queryVersion, type SyncState } from "../../model/sync-state.ts";
import { FakeGoogle } from "./fake-google.fake.ts";
import { MemoryDocuments } from "./memory-documents.fake.ts";
import { FakeTaskQueue } from "./task-queue.fake.ts";
import { startMs, VirtualClock } from "./virtual-clock.fake.ts";

export const calendarKey = "calendar-key-aaaaaaaaa";
export const channelId = `${calendarKey}-channel-bbbbbbbbbbbbbb`;
export const channelToken = "the channel's token";
export const uid = "user";
export const dayMs = 86_400_000;

const settings: SyncSettings = {
  pastWindowMs: 30 * dayMs,
  retentionMs: 400 * dayMs,
  horizonMs: 400 * dayMs,
  minIntervalMs: 2_000,
  timeBudgetMs: 420_000,
  maxBatchWrites: 480,
  // In most tests, so that the check of each commit (feed-check.fake.ts) sees many situations.
  changeFeed: true,
  queryVersion,
};

/** The state of a newly connected calendar. */
export function newState(change: Partial<SyncState> = {}): SyncState {
  const calendar = { uid, accountId: "account", calendarId: "work@example.com", timeZone: "Europe/Berlin" };
  return { ...newSyncState(calendar, startMs), ...change };
}

export interface LogLine {
  readonly level: "info" | "warn" | "error" | "alarm";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The store as a plain object, with some methods replaced. */
export function storeOf(documents: SyncStore, replaced: Partial<SyncStore> = {}): SyncStore {
  return {
    read: key => documents.read(key),
    commit: (...batch) => documents.commit(...batch),
    fingerprints: (...ids) => documents.fingerprints(...ids),
    index: (...calendar) => documents.index(...calendar),
    series: (...ids) => documents.series(...ids),
    seriesPage: (...page) => documents.seriesPage(...page),
    endedBy: (...calendar) => documents.endedBy(...calendar),
    occurrencesOf: (...series) => documents.occurrencesOf(...series),
    savePassMemory: (...parts) => documents.savePassMemory(...parts),
    loadPassMemory: (...parts) => documents.loadPassMemory(...parts),
    notified: (...keys) => documents.notified(...keys),
    activeCalendars: (...page) => documents.activeCalendars(...page),
    ...replaced,
  };
}

/** One calendar of one user, with all ports of the sync in memory. Steps run one after the other. */
export class SyncWorld {
  readonly clock = new VirtualClock();
  readonly documents = new MemoryDocuments();
  readonly google = new FakeGoogle();
  readonly queue = new FakeTaskQueue();
  readonly log: LogLine[] = [];
  /** The alarms for the operator, with their fields. */
  readonly alarms: { readonly event: string; readonly fields: unknown }[] = [];
  /** When Google first refused a newly issued token, in epoch ms; undefined after any success. */
  refusedSinceMs: number | undefined;
  readonly reauthRequired: { readonly accountId: string; readonly reason: string }[] = [];
  readonly ports: SyncPorts;
  readonly key: string;
  #ids = 0;

  constructor(
    change: Partial<SyncState> = {},
    changedSettings: Partial<SyncSettings> = {},
    key: string = calendarKey,
  ) {
    this.key = key;
    this.documents.addCalendar(this.key, newState(change));
    this.documents.watches.set(channelId, {
      tokenHash: createHash("sha256").update(channelToken).digest("base64url"),
      resourceId: "resource",
      status: "open",
    });
    const line =
      (level: LogLine["level"]) =>
      (message: string, fields: LogLine["fields"] = {}) => {
        this.log.push({ level, message, fields });
      };
    this.ports = {
      store: this.documents,
      events: this.google,
      tasks: this.queue,
      memory: createMemoryBudget(Number.POSITIVE_INFINITY),
      accounts: {
        requireReauth: (accountId, { reason, grantId }) => {
          // A failure without a `grantId` is about the stored grant.
          if (grantId === "superseded") return Promise.resolve("superseded");
          this.reauthRequired.push({ accountId, reason });
          this.documents.change(this.key, { active: false, inactiveReason: "reauth_required" });
          return Promise.resolve("required");
        },
        noteRefusal: async (accountId, failure) => {
          if (failure.grantId === "superseded") return "superseded";
          const nowMs = this.clock.now();
          const sinceMs = this.refusedSinceMs;
          if (sinceMs !== undefined && nowMs - sinceMs < dayMs) return "wait";
          if (sinceMs !== undefined && (this.state.lastRun?.finishedAt ?? 0) < sinceMs)
            return await this.ports.accounts.requireReauth(accountId, failure);
          this.refusedSinceMs = nowMs;
          return "wait";
        },
        noteAccepted: () => {
          this.refusedSinceMs = undefined;
          return Promise.resolve();
        },
      },
      clock: this.clock,
      newId: length => `${++this.#ids}-`.padEnd(length, "x"),
      random: () => 0.5,
      log: {
        info: line("info"),
        warn: line("warn"),
        error: line("error"),
        alarm: (event, fields) => {
          this.alarms.push({ event, fields });
        },
      },
      settings: { ...settings, ...changedSettings },
    };
    this.documents.hasFeed = this.ports.settings.changeFeed;
  }

  get state(): SyncState {
    return this.documents.stateOf(this.key);
  }

  get events(): ReadonlyMap<string, CalendarEvent> {
    return this.documents.eventsOf(this.key);
  }

  /** Google's POST arrives at the webhook. */
  async notify(): Promise<NotificationOutcome> {
    return await acceptNotification(
      { store: this.documents, tasks: this.queue },
      { channelId, calendarKey: this.key, token: channelToken, resourceId: "resource", state: "exists" },
      this.clock.now(),
      this.ports.settings.minIntervalMs,
    );
  }

  /** Queues a task as `syncNow` or a connect does. */
  async request(cause: SyncTask["cause"]): Promise<void> {
    const { epoch } = this.state;
    const id = `${this.key}-${epoch}-${cause}-${this.queue.asked.length}`;
    await this.queue.syncCalendar({ calendarKey: this.key, epoch, cause }, { id });
  }

  /** Delivers a stored task once. Like Cloud Tasks, drops the task unless the outcome is `retry`. */
  async deliver(id: string, ports: SyncPorts = this.ports): Promise<SyncOutcome> {
    const stored = this.queue.tasks.get(id);
    if (stored === undefined) throw new Error(`no task ${id}`);
    const { attempt, task } = stored;
    stored.attempt += 1;
    const outcome = await handleSyncTask(ports, task, { taskId: id, attempt });
    if (outcome !== "retry") this.queue.forget(id);
    return outcome;
  }

  /** Delivers all tasks one after the other at their due times, until none is left. Returns the outcomes. */
  async drain(maxDeliveries = 100, ports: SyncPorts = this.ports): Promise<SyncOutcome[]> {
    const outcomes: SyncOutcome[] = [];
    for (;;) {
      const next = [...this.queue.tasks.values()].sort((a, b) => a.notBeforeMs - b.notBeforeMs)[0];
      if (next === undefined) return outcomes;
      if (outcomes.length >= maxDeliveries)
        throw new Error(`not done after ${maxDeliveries} deliveries: ${outcomes.join(", ")}`);
      this.clock.nowMs = Math.max(this.clock.nowMs, next.notBeforeMs);
      outcomes.push(await this.deliver(next.id, ports));
      // The queue's back-off between two attempts.
      if (outcomes.at(-1) === "retry") this.clock.advance(30_000);
    }
  }

  /** A notification arrives after `afterMs`, and its changes are pulled. */
  async pull(afterMs = 10_000): Promise<void> {
    this.clock.advance(afterMs);
    await this.notify();
    await this.drain();
  }

  /** A first full sync. */
  async import(ports: SyncPorts = this.ports): Promise<void> {
    await this.request("connect");
    await this.drain(100, ports);
  }

  /** The log line of the last sync. */
  lastLine(): Readonly<Record<string, unknown>> {
    return this.log.findLast(({ message }) => message === "sync")?.fields ?? {};
  }

  /** The single events that Firestore must contain when no task is left. */
  wanted(state: SyncState = this.state): Map<string, CalendarEvent> {
    const { timeZone, windowStart: windowStartMs } = state;
    const found = new Map<string, CalendarEvent>();
    for (const raw of this.google.events()) {
      const item = parseItem(raw, { calendarKey: this.key, zone: zoneOr(timeZone, utc) });
      if (item.kind === "event" && item.event.endAtMs > (windowStartMs ?? 0))
        found.set(item.event.eventId, item.event);
    }
    return found;
  }
}
