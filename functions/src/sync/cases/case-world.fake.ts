import { FakeAccessTokens } from "../../account/access-tokens.fake.ts";
import { createSyncStore } from "../../firestore/sync-store.repository.ts";
import { createEventSource } from "../../google/events.adapter.ts";
import type { EventWrite, SyncPorts, SyncStore } from "../../ports/sync.port.ts";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import { eventDocumentId } from "@firestore-calendar-sync/client";
import { storeOf, SyncWorld } from "../testing/sync-world.fake.ts";
import { startMs } from "../testing/virtual-clock.fake.ts";
import type { MemoryDocuments } from "../testing/memory-documents.fake.ts";
import type { Case } from "./case-schema.fake.ts";
import { callerOver, GoogleClient } from "./google-client.fake.ts";
import { databaseOf } from "../../firestore/output.ts";

/** The default maximum of deliveries. With 30 s between two attempts, a task has failed for 50 minutes by then. */
const patience = 100;

/**
 * The deployed code of the tokens, the caller, the adapters and the sync, with Google, Firestore and the queue in
 * memory.
 */
export class CaseWorld {
  readonly sync: SyncWorld;
  readonly client: GoogleClient;
  readonly ports: SyncPorts;
  readonly tokens: FakeAccessTokens;
  /** Errors that deliveries threw. Each is a fault, although the queue delivers the task again. */
  readonly thrown: unknown[] = [];

  constructor({ calendarTimeZone, window, listsByOwnEnd }: Partial<Case> = {}) {
    const settings = window && {
      pastWindowMs: startMs - Date.parse(window.from),
      horizonMs: Date.parse(window.to) - startMs,
    };
    this.sync = new SyncWorld(calendarTimeZone === undefined ? {} : { timeZone: calendarTimeZone }, settings);
    const { google, clock, documents } = this.sync;
    google.timeZone = calendarTimeZone ?? "Europe/Berlin";
    google.listsByOwnEnd = listsByOwnEnd ?? false;
    this.client = new GoogleClient(google);
    this.tokens = new FakeAccessTokens(() => clock.now());
    this.ports = {
      ...this.sync.ports,
      events: createEventSource(callerOver(this.tokens, this.client)),
      store: throughFirestore(documents),
    };
  }

  get stored(): readonly CalendarEvent[] {
    return [...this.sync.events.values()];
  }

  async import(deliveries = patience): Promise<void> {
    await this.sync.request("connect");
    await this.#deliver(deliveries);
  }

  async pull(deliveries = patience): Promise<void> {
    this.sync.clock.advance(10_000);
    await this.sync.notify();
    await this.#deliver(deliveries);
  }

  async full(deliveries = patience): Promise<void> {
    this.sync.google.expireSyncTokens();
    await this.pull(deliveries);
  }

  async #deliver(deliveries: number): Promise<void> {
    const { queue, clock } = this.sync;
    for (let delivery = 0; delivery < deliveries; delivery++) {
      const [next] = [...queue.tasks.values()].sort((a, b) => a.notBeforeMs - b.notBeforeMs);
      if (next === undefined) return;
      clock.nowMs = Math.max(clock.nowMs, next.notBeforeMs);
      const outcome = await this.sync.deliver(next.id, this.ports).catch((error: unknown) => {
        this.thrown.push(error);
        return "retry";
      });
      // The queue's back-off between two attempts.
      if (outcome === "retry") clock.advance(30_000);
    }
  }
}

type Database = Parameters<typeof createSyncStore>[0];

/**
 * Passes each commit through the real adapter before it reaches the documents in memory. The adapter throws if
 * Firestore's types refuse a value, and it may leave out an event that cannot be written.
 */
function throughFirestore(documents: MemoryDocuments): SyncStore {
  return storeOf(documents, {
    commit: async (calendarKey, uid, batch, version) => {
      const written = new Set<string>();
      await createSyncStore(databaseOf(recording(written), "users")).commit(calendarKey, uid, batch, version);
      const isWritten = (write: EventWrite) =>
        write.kind === "delete" || written.has(eventDocumentId(calendarKey, write.event.eventId));
      return await documents.commit(
        calendarKey,
        uid,
        { ...batch, events: batch.events.filter(isWritten) },
        version,
      );
    },
  });
}

/** The parts of Firestore that a commit needs. Records the ids of the written documents. */
function recording(written: Set<string>): Database {
  const ignore = () => undefined;
  const doc = (path: string) => ({ id: path.slice(path.lastIndexOf("/") + 1) });
  const batch = {
    set: ({ id }: { readonly id: string }) => written.add(id),
    update: ignore,
    delete: ignore,
    commit: () => Promise.resolve([{}]),
  };
  return {
    batch: () => batch,
    doc,
    collection: () => ({ doc: (id: string) => ({ id }) }),
  } as unknown as Database;
}
