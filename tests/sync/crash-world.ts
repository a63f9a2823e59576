import { type Firestore, Timestamp } from "firebase-admin/firestore";
import { calendarChangesConverter, calendarChangesPath } from "@firestore-calendar-sync/client";
import { createSyncStore } from "../../functions/src/firestore/sync-store.repository.ts";
import type { SyncPorts, SyncSettings } from "../../functions/src/ports/sync.port.ts";
import type { CalendarEvent } from "../../functions/src/model/calendar-event.ts";
import { handleSyncTask } from "../../functions/src/sync/sync-calendar.ts";
import type { SyncOutcome } from "../../functions/src/sync/sync-calendar.ts";
import type { SyncState } from "../../functions/src/model/sync-state.ts";
import { FakeGoogle } from "../../functions/src/sync/testing/fake-google.fake.ts";
import { SyncWorld, uid } from "../../functions/src/sync/testing/sync-world.fake.ts";
import { addCalendar, newCalendarKey } from "./firestore-store.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";

/** The worker dies at its `at`-th external call, before or after the call took effect. */
export interface Death {
  readonly at: number;
  readonly when: "before" | "after";
}

/** One calendar with its documents in the Firestore emulator. Google, the queue and the clock are fakes. */
export class CrashWorld {
  readonly memory: SyncWorld;
  readonly store: SyncPorts["store"];
  /** The number of external calls since the start. */
  calls = 0;
  /** The number of event documents that were written or deleted since the start. */
  eventWrites = 0;
  readonly #db: Firestore;
  readonly #violations: string[] = [];
  #immortal: readonly string[] = [];
  /** The events that were in Firestore before the feed began. */
  readonly #imported: readonly string[];

  private constructor(db: Firestore, memory: SyncWorld) {
    this.#db = db;
    this.memory = memory;
    this.#imported = [...memory.events.keys()];
    this.store = createSyncStore(databaseOf(db, "users"));
  }

  /** Imports in memory, which is fast, and copies the result into Firestore. */
  static async create(
    db: Firestore,
    eventIds: readonly string[],
    options: { readonly imported: boolean; readonly settings: Partial<SyncSettings> },
  ): Promise<CrashWorld> {
    const memory = new SyncWorld({}, options.settings, newCalendarKey());
    for (const id of eventIds) memory.google.put(id);
    if (options.imported) await memory.import();
    const world = new CrashWorld(db, memory);
    await addCalendar(db, memory.key, memory.state);
    const events = [...memory.events.values()];
    for (let from = 0; from < events.length; from += 450) {
      const writes = events.slice(from, from + 450).map(event => ({ kind: "set", event }) as const);
      const stored = await world.store.read(memory.key);
      await world.store.commit(
        memory.key,
        uid,
        { events: writes, state: { epoch: memory.state.epoch } },
        stored?.version,
      );
    }
    return world;
  }

  /** From now on, a stored event may be missing only if Google deletes it. Each commit is checked. */
  watchReaders(): void {
    this.#immortal = [...this.memory.events.keys()];
  }

  async state(): Promise<SyncState> {
    const stored = await this.store.read(this.memory.key);
    if (stored === undefined) throw new Error("the state is gone");
    return stored.state;
  }

  async events(): Promise<Map<string, CalendarEvent>> {
    const found = await this.#db
      .collection(`users/${uid}/calendarEvents`)
      .where("calendarKey", "==", this.memory.key)
      .get();
    return new Map(
      found.docs.map(document => {
        const { startAt, endAt, updatedAt, ...rest } = document.data();
        const event = { ...rest, startAtMs: ms(startAt), endAtMs: ms(endAt), updatedAtMs: ms(updatedAt) };
        return [String(rest["eventId"]), event as unknown as CalendarEvent];
      }),
    );
  }

  /** Queues a task like a notification. */
  async notify(): Promise<void> {
    const { epoch } = await this.state();
    const id = `${this.memory.key}-${epoch}-${this.memory.queue.asked.length}`;
    await this.memory.queue.syncCalendar(
      { calendarKey: this.memory.key, epoch, cause: "notification" },
      { id },
    );
  }

  /**
   * Delivers the task with the earliest due time. If the worker dies or asks for a retry, the task stays in the
   * queue.
   */
  async deliver(death?: Death): Promise<SyncOutcome | "died" | "none"> {
    const { queue, clock } = this.memory;
    const stored = [...queue.tasks.values()].sort((a, b) => a.notBeforeMs - b.notBeforeMs)[0];
    if (stored === undefined) return "none";
    clock.nowMs = Math.max(clock.nowMs, stored.notBeforeMs);
    const { id, task, attempt } = stored;
    stored.attempt += 1;
    const worker = this.worker(death);
    const run = handleSyncTask(worker.ports, task, { taskId: id, attempt });
    const outcome = await Promise.race([run, worker.died]);
    if (outcome !== "retry" && outcome !== "died") queue.forget(id);
    return outcome;
  }

  /** Delivers all remaining tasks. No worker dies. */
  async drain(): Promise<void> {
    for (let deliveries = 0; deliveries < 30; deliveries++) {
      const outcome = await this.deliver();
      if (outcome === "none") return;
      if (outcome === "retry") this.memory.clock.advance(60_000);
    }
    throw new Error("the tasks never come to an end");
  }

  /** The ports of one worker, which dies at `death`. */
  worker(death?: Death): { readonly ports: SyncPorts; readonly died: Promise<"died"> } {
    const { memory, store } = this;
    let isDead = false;
    let calls = 0;
    let die: (value: "died") => void = () => undefined;
    const died = new Promise<"died">(resolve => {
      die = resolve;
    });
    const never = <T>(): Promise<T> => {
      isDead = true;
      die("died");
      return new Promise(() => undefined);
    };
    const io =
      <A extends unknown[], T>(effect: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        const mine = ++calls;
        this.calls += 1;
        if (isDead || (mine === death?.at && death.when === "before")) return await never();
        const result = await effect(...args);
        // A worker that has died does not continue after its call.
        return this.#isOver(isDead, mine === death?.at) ? await never() : result;
      };
    const ports: SyncPorts = {
      ...memory.ports,
      store: {
        read: io(key => store.read(key)),
        commit: io(async (key, user, batch, version) => {
          const outcome = await store.commit(key, user, batch, version);
          if (outcome.kind === "committed") this.eventWrites += batch.events.length;
          await this.#check();
          return outcome;
        }),
        fingerprints: io((...ids) => store.fingerprints(...ids)),
        index: io((...calendar) => store.index(...calendar)),
        series: io((...ids) => store.series(...ids)),
        seriesPage: io((...page) => store.seriesPage(...page)),
        endedBy: io((...calendar) => store.endedBy(...calendar)),
        occurrencesOf: io((...series) => store.occurrencesOf(...series)),
        savePassMemory: io((...parts) => store.savePassMemory(...parts)),
        loadPassMemory: io((...parts) => store.loadPassMemory(...parts)),
        notified: io((...keys) => store.notified(...keys)),
        activeCalendars: io((...page) => store.activeCalendars(...page)),
      },
      events: { list: io(request => memory.google.list(request)) },
      tasks: {
        syncCalendar: io((task, options) => memory.queue.syncCalendar(task, options)),
        syncCalendarList: io((task, options) => memory.queue.syncCalendarList(task, options)),
        maintainWatch: io((task, options) => memory.queue.maintainWatch(task, options)),
        cleanUpAccount: io((task, options) => memory.queue.cleanUpAccount(task, options)),
      },
    };
    return { ports, died };
  }

  #isOver(isDead: boolean, now: boolean): boolean {
    return isDead || now;
  }

  /** Returns the errors that were found after commits, and the differences between Firestore and Google. */
  async differences(): Promise<string[]> {
    const [state, events] = await Promise.all([this.state(), this.events()]);
    const wanted = this.memory.wanted(state);
    const ids = new Set([...wanted.keys(), ...events.keys()]);
    const wrong = [...ids].filter(id => events.get(id)?.etag !== wanted.get(id)?.etag);
    const feed = await this.#feedDifferences(new Set(events.keys()));
    return [...this.#violations, ...wrong.map(id => `${id} differs in the end`), ...feed];
  }

  /** The change feed, applied to the imported events in the order of its numbers, must lead to the stored events. */
  async #feedDifferences(stored: ReadonlySet<string>): Promise<string[]> {
    const found = await this.#db
      .collection(calendarChangesPath)
      .where("calendarKey", "==", this.memory.key)
      .withConverter(calendarChangesConverter)
      .get();
    const entries = found.docs.map(document => document.data()).sort((a, b) => a.seq - b.seq);
    const present = new Set(this.#imported);
    const wrong: string[] = [];
    for (const { kind, eventId } of entries.flatMap(({ changes }) => changes)) {
      if (present.has(eventId) === (kind === "created")) wrong.push(`the feed says ${kind} of ${eventId}`);
      if (kind === "deleted") present.delete(eventId);
      else present.add(eventId);
    }
    if ([...present].sort().join() !== [...stored].sort().join())
      wrong.push(`after the feed there are ${[...present].sort().join()}`);
    return wrong;
  }

  /** Checks after each commit that the token is not ahead of the stored events and that no stored event is missing. */
  async #check(): Promise<void> {
    const [{ syncToken }, events] = await Promise.all([this.state(), this.events()]);
    const { google } = this.memory;
    for (const id of this.#immortal) {
      if (!events.has(id) && google.versions(id).every(version => version.event !== null))
        this.#violations.push(`${id} was unreadable`);
    }
    if (syncToken === null) return;
    const token = FakeGoogle.revisionOf(syncToken);
    for (const id of google.ids()) {
      const atToken = google.versions(id).findLast(version => version.revision <= token);
      if (atToken === undefined) continue;
      const later = google.versions(id).filter(version => version.revision >= atToken.revision);
      const stored = events.get(id)?.etag;
      const isCurrent = later.some(({ event }) =>
        event === null ? stored === undefined : event["etag"] === stored,
      );
      if (!isCurrent) this.#violations.push(`the token was ahead of ${id}`);
    }
  }
}

const ms = (value: unknown): number => (value instanceof Timestamp ? value.toMillis() : Number.NaN);
