import {
  FieldPath,
  Timestamp,
  type DocumentData,
  type Firestore,
  type WriteBatch,
} from "firebase-admin/firestore";
import { calendarPath, eventDocumentId, eventsPath } from "@firestore-calendar-sync/schema";
import type { Batch, CommitOutcome, EventWrite, Fingerprint, SyncStore } from "../ports/sync-store.port.ts";
import { paths } from "./documents.ts";
import { statePatchToDocument, stateFromDocument } from "./sync-state-document.ts";

/** gRPC codes of a commit that was refused as a whole (google.rpc.Code). */
const notFound = 5;
const failedPrecondition = 9;
const aborted = 10;

/** `getAll` and queries are asked for this many documents at once. */
const readPageSize = 5_000;

/** The sync's documents in Firestore. */
export function createSyncStore(db: Firestore): SyncStore {
  const events = (uid: string) => db.collection(eventsPath(uid));
  return {
    read: async calendarKey => {
      const snapshot = await db.doc(paths.syncState(calendarKey)).get();
      if (!snapshot.exists || snapshot.updateTime === undefined) return undefined;
      return { state: stateFromDocument(snapshot.data()), version: snapshot.updateTime };
    },

    commit: async (calendarKey, uid, batch, version) => {
      const writes = db.batch();
      for (const write of batch.events) addEventWrite(writes, events(uid), calendarKey, write);
      if (batch.shown !== undefined)
        writes.update(db.doc(calendarPath(uid, calendarKey)), shownToDocument(batch.shown));
      const fence = { lastUpdateTime: version as Timestamp };
      writes.update(db.doc(paths.syncState(calendarKey)), statePatchToDocument(batch.state), fence);
      try {
        const results = await writes.commit();
        // The state is the last write of the batch; its write time is the document's new version.
        return { kind: "committed", version: results.at(-1)?.writeTime };
      } catch (error) {
        return refusedCommit(error);
      }
    },

    fingerprints: async (uid, calendarKey, eventIds) => {
      const found = new Map<string, Fingerprint>();
      for (let from = 0; from < eventIds.length; from += readPageSize) {
        const refs = eventIds
          .slice(from, from + readPageSize)
          .map(id => events(uid).doc(eventDocumentId(calendarKey, id)));
        const snapshots = await db.getAll(...refs, { fieldMask: ["eventId", "etag", "startAt", "endAt"] });
        for (const snapshot of snapshots) addFingerprint(found, snapshot.data());
      }
      return found;
    },

    index: async (uid, calendarKey) => {
      const found = new Map<string, Fingerprint>();
      const ids = FieldPath.documentId();
      // All ids of a calendar begin with its key: a range of ids needs no index of its own.
      const all = events(uid)
        .orderBy(ids)
        .startAt(`${calendarKey}_`)
        .endBefore(`${calendarKey}\``)
        .select("eventId", "etag", "startAt", "endAt")
        .limit(readPageSize);
      for (let page = await all.get(); ;) {
        for (const snapshot of page.docs) addFingerprint(found, snapshot.data());
        const last = page.docs.at(-1);
        if (last === undefined || page.size < readPageSize) return found;
        page = await all.startAfter(last).get();
      }
    },

    saveSeen: async (calendarKey, part, eventIds) => {
      await db.doc(`${paths.passes(calendarKey)}/${part}`).set({ ids: Buffer.from(eventIds.join("\n")) });
    },

    loadSeen: async (calendarKey, parts) => {
      const refs = Array.from({ length: parts }, (_, part) => db.doc(`${paths.passes(calendarKey)}/${part}`));
      const snapshots = await db.getAll(...refs);
      return snapshots.flatMap(snapshot => {
        const ids: unknown = snapshot.get("ids");
        if (!Buffer.isBuffer(ids))
          throw new Error(`part ${snapshot.id} of the ids seen in ${calendarKey} is missing`);
        return ids.toString().split("\n");
      });
    },
  };
}

function addEventWrite(
  batch: WriteBatch,
  events: FirebaseFirestore.CollectionReference,
  calendarKey: string,
  write: EventWrite,
): void {
  if (write.kind === "delete") {
    batch.delete(events.doc(eventDocumentId(calendarKey, write.eventId)));
    return;
  }
  const { startAtMs, endAtMs, updatedAtMs, ...fields } = write.event;
  batch.set(events.doc(eventDocumentId(calendarKey, write.event.eventId)), {
    ...fields,
    startAt: Timestamp.fromMillis(startAtMs),
    endAt: Timestamp.fromMillis(endAtMs),
    updatedAt: Timestamp.fromMillis(updatedAtMs),
  });
}

function shownToDocument(shown: NonNullable<Batch["shown"]>): DocumentData {
  const { phase, message, importedCount, syncedAtMs, changedAtMs, timeZone } = shown;
  return {
    sync: {
      phase,
      ...(message !== undefined && { message }),
      ...(importedCount !== undefined && { importedCount }),
    },
    ...(syncedAtMs !== undefined && { lastSyncedAt: Timestamp.fromMillis(syncedAtMs) }),
    ...(changedAtMs !== undefined && { lastChangedAt: Timestamp.fromMillis(changedAtMs) }),
    ...(timeZone !== undefined && { timeZone }),
  };
}

function addFingerprint(found: Map<string, Fingerprint>, data: DocumentData | undefined): void {
  if (data === undefined) return;
  const { eventId, etag, startAt, endAt } = data;
  if (typeof eventId !== "string") return;
  // A document that lost a field to another hand is simply written again.
  found.set(eventId, {
    etag: typeof etag === "string" ? etag : "",
    startAtMs: startAt instanceof Timestamp ? startAt.toMillis() : 0,
    endAtMs: endAt instanceof Timestamp ? endAt.toMillis() : Number.MAX_SAFE_INTEGER,
  });
}

function refusedCommit(error: unknown): CommitOutcome {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === failedPrecondition || code === aborted) return { kind: "conflict" };
  if (code === notFound) return { kind: "gone" };
  throw error;
}
