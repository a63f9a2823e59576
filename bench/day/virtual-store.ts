import { hashChannelToken } from "../../functions/src/watch/channel.ts";
import { newSyncState, type SyncState } from "../../functions/src/model/sync-state.ts";
import type { Batch, Fingerprint, SyncStore } from "../../functions/src/ports/sync.port.ts";
import type {
  CalendarWatches,
  WatchRecord,
  WatchStore,
  WatchTarget,
} from "../../functions/src/ports/watch.port.ts";

/** A calendar, or an account's list of calendars, with everything that is stored about it. */
export interface Stored {
  readonly accountId: string;
  state: SyncState;
  version: number;
  readonly events: Map<string, Fingerprint>;
  watches: WatchRecord[];
}

const notOnThisDay = (): never => {
  throw new Error("this does not happen on this day");
};

/**
 * The documents of many calendars in memory. They hold what the code stored, unchecked and uncopied, because a day has
 * millions of commits. The repositories have tests of their own.
 */
export class VirtualStore {
  readonly calendars = new Map<string, Stored>();
  /** By account. */
  readonly lists = new Map<string, Stored>();
  #keys: string[] | undefined;

  /** Adds a calendar that was synced before. */
  addCalendar(calendarKey: string, accountId: string, change: Partial<SyncState>): void {
    this.#keys = undefined;
    this.calendars.set(calendarKey, this.#stored(accountId, calendarKey, change));
  }

  addList(accountId: string): void {
    this.lists.set(accountId, this.#stored(accountId, "", {}));
  }

  #stored(accountId: string, calendarId: string, change: Partial<SyncState>): Stored {
    const ids = { uid: accountId, accountId, calendarId, timeZone: "UTC" };
    const state = { ...newSyncState(ids, 1_000), ...change };
    return { accountId, state, version: 0, events: new Map(), watches: [] };
  }

  calendar(calendarKey: string): Stored {
    return this.calendars.get(calendarKey) ?? notOnThisDay();
  }

  readonly sync: SyncStore = {
    read: calendarKey => {
      const { state, version } = this.calendar(calendarKey);
      return Promise.resolve({ state, version });
    },
    commit: (calendarKey, _uid, batch, version) => {
      const stored = this.calendar(calendarKey);
      if (stored.version !== version) return Promise.resolve({ kind: "conflict" });
      stored.version += 1;
      stored.state = { ...stored.state, ...batch.state };
      applyEvents(stored, batch);
      return Promise.resolve({ kind: "committed", version: stored.version });
    },
    fingerprints: (_uid, calendarKey, eventIds) => {
      const { events } = this.calendar(calendarKey);
      return Promise.resolve(
        new Map(
          eventIds.flatMap(id => {
            const known = events.get(id);
            return known === undefined ? [] : [[id, known] as const];
          }),
        ),
      );
    },
    index: (_uid, calendarKey) => Promise.resolve(new Map(this.calendar(calendarKey).events)),
    series: () => Promise.resolve([]),
    seriesPage: () => Promise.resolve([]),
    occurrencesOf: () => Promise.resolve(new Map()),
    endedBy: notOnThisDay,
    savePassMemory: notOnThisDay,
    loadPassMemory: notOnThisDay,
    notified: (channelId, calendarKey) => {
      const { state, watches } = this.calendar(calendarKey);
      const watch = watches.find(known => known.channelId === channelId);
      return Promise.resolve({
        watch: watch && { tokenHash, resourceId: watch.resourceId, status: watch.status },
        calendar: state,
      });
    },
    activeCalendars: (afterKey, limit) => {
      const keys = (this.#keys ??= [...this.calendars.keys()].sort());
      const from = afterKey === undefined ? 0 : keys.indexOf(afterKey) + 1;
      return Promise.resolve(
        keys
          .slice(from, from + limit)
          .map(calendarKey => ({ calendarKey, ...this.calendar(calendarKey).state })),
      );
    },
  };

  /** The channels of calendars and of lists. */
  readonly watches: WatchStore = {
    target: key => Promise.resolve(this.#target(key)),
    ofCalendar: key =>
      Promise.resolve(this.#watched(key).watches.filter(({ status }) => status !== "closed")),
    begin: watch => {
      this.#watched(watch.calendarKey).watches.push(watch);
      return Promise.resolve("recorded");
    },
    answered: (channelId, resourceId, expiresAtMs) => this.#patch(channelId, { resourceId, expiresAtMs }),
    open: async channelId => {
      await this.#patch(channelId, { status: "open" });
      return "open";
    },
    retire: channelId => this.#patch(channelId, { status: "retiring" }),
    close: (channelId, quietUntilMs) =>
      this.#patch(channelId, { status: "closed", expiresAtMs: quietUntilMs }),
    forget: channelId => {
      const stored = this.#watched(channelId.slice(0, 22));
      stored.watches = stored.watches.filter(watch => watch.channelId !== channelId);
      return Promise.resolve();
    },
    markPushUnsupported: notOnThisDay,
    markAddressRefused: notOnThisDay,
    clearPushMarks: notOnThisDay,
    survey: () => this.#survey(),
  };

  async *#survey(): AsyncGenerator<CalendarWatches> {
    for (const calendarKey of [...this.calendars.keys(), ...this.lists.keys()].sort()) {
      const { watches } = this.#watched(calendarKey);
      const { resource } = this.#target(calendarKey);
      yield await Promise.resolve({
        calendarKey,
        watches,
        active: { pushUnsupported: false, addressRefused: false, resource },
      });
    }
  }

  #watched(key: string): Stored {
    return this.calendars.get(key) ?? this.lists.get(key) ?? notOnThisDay();
  }

  #target(calendarKey: string): WatchTarget {
    const { accountId, state } = this.#watched(calendarKey);
    return {
      calendarKey,
      resource: this.lists.has(calendarKey) ? "calendarList" : "events",
      uid: state.uid,
      accountId,
      calendarId: state.calendarId,
      active: true,
      pushUnsupported: false,
      epoch: state.epoch,
    };
  }

  #patch(channelId: string, change: Partial<WatchRecord>): Promise<void> {
    const stored = this.#watched(channelId.slice(0, 22));
    stored.watches = stored.watches.map(watch =>
      watch.channelId === channelId ? { ...watch, ...change } : watch,
    );
    return Promise.resolve();
  }
}

/** All channels have the same token, so that it need not be stored for each. */
export const channelToken = "the channel's token";
const tokenHash = hashChannelToken(channelToken);

function applyEvents({ events }: Stored, batch: Batch): void {
  for (const write of batch.events) {
    if (write.kind === "delete") events.delete(write.eventId);
    else {
      const { etag, startAtMs, endAtMs } = write.event;
      events.set(write.event.eventId, { etag, startAtMs, endAtMs });
    }
  }
}
