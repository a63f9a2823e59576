import type { CalendarEvent } from "../model/calendar-event.ts";
import {
  type DocumentData,
  type DocumentReference,
  type DocumentSnapshot,
  FieldPath,
  type Firestore,
  Timestamp,
  type WriteBatch,
} from "firebase-admin/firestore";
import { eventDocumentId } from "@firestore-calendar-sync/client";
import * as z from "zod/mini";
import {
  type Batch,
  type CommitOutcome,
  CommitRefused,
  type EventWrite,
  type Fingerprint,
  type PassMemoryName,
  type StoredSeries,
  type SyncStore,
} from "../ports/sync.port.ts";
import type { SeriesExceptions, SeriesMaster } from "../model/calendar-event.ts";
import { contentOf } from "../model/event-content.ts";
import { syncState } from "../model/sync-state.ts";
import { paths, readSyncState, storedState, watchDocument } from "./documents.ts";
import { addFeedEntry } from "./feed-entries.ts";
import { calendarOutput, type Database, eventsOfCalendar, eventsOfUser, seriesOutput } from "./output.ts";
import { lostToOther, statusCode, statusCodeOf } from "./status-code.ts";

/** Documents per `getAll` call or query page. */
const readPageSize = 5_000;
/** Whole event documents per query page. They have 1 to 4 kB each; an index keeps only their hashes. */
const wholePageSize = 500;

/**
 * Google's etags have about twenty characters. A longer etag was written by a client, and keeping it would use memory.
 */
const maxEtagLength = 200;

const scheduledFields = z.pick(syncState, {
  epoch: true,
  coveredEpoch: true,
  pulledAt: true,
  openSeries: true,
  window: true,
  windowStart: true,
  queryVersion: true,
});

const fingerprintFields = ["etag", "startAt", "endAt", "recurringEventId"];

/** The sync's documents in Firestore. */
export function createSyncStore(db: Database): SyncStore {
  const events = (uid: string) => eventsOfUser(db, uid);
  return {
    read: async calendarKey => {
      const snapshot = await db.doc(paths.syncState(calendarKey)).get();
      if (!snapshot.exists || snapshot.updateTime === undefined) return undefined;
      return { state: readSyncState(snapshot), version: snapshot.updateTime };
    },

    commit: async (calendarKey, uid, batch, version) => {
      const writes = db.batch();
      addContent(db, writes, { calendarKey, uid }, batch);
      if (batch.forget !== undefined)
        for (const ref of memoryRefs(db, calendarKey, batch.forget)) writes.delete(ref);
      if (batch.shown !== undefined)
        calendarOutput(db, uid, calendarKey).merge(writes, shownToDocument(batch.shown));
      if (batch.feed !== undefined) addFeedEntry(db, writes, { calendarKey, uid }, batch.feed);
      const fence = { lastUpdateTime: version as Timestamp };
      writes.update(db.doc(paths.syncState(calendarKey)), storedState(batch.state), fence);
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
        const snapshots = await db.getAll(...refs, { fieldMask: fingerprintFields });
        for (const snapshot of snapshots) addFingerprint(found, calendarKey, snapshot);
      }
      return found;
    },

    index: async (uid, calendarKey, { withContent }) => {
      const found = new Map<string, Fingerprint>();
      const documents = eventsOfCalendar(db, uid, calendarKey);
      const limit = withContent ? wholePageSize : readPageSize;
      const all = (withContent ? documents : documents.select(...fingerprintFields)).limit(limit);
      for (let page = await all.get(); ;) {
        for (const snapshot of page.docs) addFingerprint(found, calendarKey, snapshot, withContent);
        const last = page.docs.at(-1);
        if (last === undefined || page.size < limit) return found;
        page = await all.startAfter(last).get();
      }
    },

    series: async (calendarKey, seriesIds) => {
      const found: StoredSeries[] = [];
      for (let from = 0; from < seriesIds.length; from += readPageSize) {
        const page = seriesIds.slice(from, from + readPageSize);
        const snapshots = await db.getAll(...page.map(id => seriesRef(db, calendarKey, id)));
        for (const snapshot of snapshots)
          if (snapshot.exists) found.push(seriesFromDocument(snapshot.data()));
      }
      return found;
    },

    seriesPage: async (calendarKey, { openOnly, afterId, limit }) => {
      const collection = db.collection(paths.series(calendarKey));
      const some = openOnly ? collection.where("open", "==", true) : collection;
      const ordered = some.orderBy(FieldPath.documentId()).limit(limit);
      const page = await (afterId === undefined ? ordered : ordered.startAfter(afterId)).get();
      return page.docs.map(snapshot => seriesFromDocument(snapshot.data()));
    },

    occurrencesOf: async (uid, calendarKey, seriesId) => {
      const found = new Map<string, Fingerprint>();
      const occurrences = await events(uid)
        .where("recurringEventId", "==", seriesId)
        .where("calendarKey", "==", calendarKey)
        .select(...fingerprintFields)
        .get();
      for (const snapshot of occurrences.docs) addFingerprint(found, calendarKey, snapshot);
      return found;
    },

    endedBy: async (uid, calendarKey, endMs, limit) => {
      const end = Timestamp.fromMillis(endMs);
      // The bound on the start excludes only an event without a duration exactly at `end`. With it, this query can use
      // the agenda's index.
      const ended = await events(uid)
        .where("calendarKey", "==", calendarKey)
        .where("startAt", "<", end)
        .where("endAt", "<=", end)
        .orderBy("startAt")
        .orderBy("endAt")
        .select("recurringEventId")
        .limit(limit)
        .get();
      // A document whose id has another prefix does not belong to this calendar, whatever its fields contain.
      const prefix = `${calendarKey}_`;
      return ended.docs.flatMap(snapshot => {
        if (!snapshot.id.startsWith(prefix)) return [];
        const recurringEventId: unknown = snapshot.get("recurringEventId");
        const eventId = snapshot.id.slice(prefix.length);
        return [{ eventId, ...(isSeriesId(recurringEventId) && { recurringEventId }) }];
      });
    },

    savePassMemory: async (calendarKey, memory, parts, expiresAtMs) => {
      const refs = memoryRefs(db, calendarKey, { memory, parts: parts.length });
      const checkpointExpiresAt = Timestamp.fromMillis(expiresAtMs);
      for (const [index, ref] of refs.entries())
        await ref.set({ part: Buffer.from(parts[index] ?? ""), checkpointExpiresAt });
    },

    loadPassMemory: async (calendarKey, name) => {
      const snapshots = await db.getAll(...memoryRefs(db, calendarKey, name));
      const parts = snapshots.map((snapshot): unknown => snapshot.get("part"));
      return parts.every(part => Buffer.isBuffer(part)) ? parts.map(part => part.toString()) : undefined;
    },

    notified: async (channelId, calendarKey) => {
      const [watch, state] = await db.getAll(
        db.doc(paths.watch(channelId)),
        db.doc(paths.syncState(calendarKey)),
      );
      return {
        watch: watch?.exists ? watchDocument.parse(watch.data()) : undefined,
        calendar: state?.exists ? readSyncState(state) : undefined,
      };
    },

    activeCalendars: async (afterKey, limit) => {
      const query = db
        .collection(paths.syncStates)
        .where("active", "==", true)
        .orderBy(FieldPath.documentId())
        .select(...Object.keys(scheduledFields.shape))
        .limit(limit);
      const page = await (afterKey === undefined ? query : query.startAfter(afterKey)).get();
      return page.docs.map(snapshot => ({
        calendarKey: snapshot.id,
        ...scheduledFields.parse(snapshot.data()),
      }));
    },
  };
}

function seriesRef(db: Firestore, calendarKey: string, seriesId: string): DocumentReference {
  return db.collection(paths.series(calendarKey)).doc(seriesId);
}

function memoryRefs(
  db: Firestore,
  calendarKey: string,
  { memory, parts }: PassMemoryName,
): DocumentReference[] {
  const passes = db.collection(paths.passes(calendarKey));
  return Array.from({ length: parts }, (_, part) => passes.doc(`${memory}-${part}`));
}

/** A document that this server wrote. Only its outline is checked; the master was checked when Google sent it. */
export const seriesDocument = z.object({
  seriesId: z.string(),
  master: z.nullable(z.custom<SeriesMaster>((value: unknown) => typeof value === "object" && value !== null)),
  exceptions: z.custom<SeriesExceptions>((value: unknown) => typeof value === "object" && value !== null),
  dirty: z.boolean(),
  open: z.boolean(),
  queryVersion: z.optional(z.number()),
  endedAtMs: z.optional(z.number()),
  shownContent: z.optional(z.string()),
});

function seriesFromDocument(data: DocumentData | undefined): StoredSeries {
  return seriesDocument.parse(data);
}

/** @throws CommitRefused when the client library refuses the content before anything is sent */
function addContent(
  db: Database,
  writes: WriteBatch,
  { calendarKey, uid }: { readonly calendarKey: string; readonly uid: string },
  batch: Batch,
): void {
  try {
    const events = eventsOfUser(db, uid);
    for (const write of batch.events) addEventWrite(writes, events, calendarKey, write);
    for (const write of batch.series ?? []) {
      const { seriesId } = write.kind === "set" ? write.series : write;
      if (write.kind === "delete") writes.delete(seriesRef(db, calendarKey, seriesId));
      else writes.set(seriesRef(db, calendarKey, seriesId), write.series);
      const shown = write.kind === "set" ? write.shown : null;
      const output = seriesOutput(db, uid, calendarKey, seriesId);
      if (shown === null) output.remove(writes);
      else if (shown !== undefined) output.replace(writes, shown);
    }
  } catch (error) {
    throw new CommitRefused("Firestore's client refuses the content", { cause: error });
  }
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
  batch.set(events.doc(eventDocumentId(calendarKey, write.event.eventId)), toEventDocument(write.event));
}

/** Converts an event to the document that clients read. */
export function toEventDocument({ startAtMs, endAtMs, createdAtMs, updatedAtMs, ...fields }: CalendarEvent) {
  return {
    ...fields,
    startAt: Timestamp.fromMillis(startAtMs),
    endAt: Timestamp.fromMillis(endAtMs),
    ...(createdAtMs !== undefined && { createdAt: Timestamp.fromMillis(createdAtMs) }),
    updatedAt: Timestamp.fromMillis(updatedAtMs),
  };
}

function shownToDocument(shown: NonNullable<Batch["shown"]>): DocumentData {
  const { phase, message, importedCount, unreadable, syncedAtMs, changedAtMs, timeZone } = shown;
  return {
    sync: {
      phase,
      ...(message !== undefined && { message }),
      ...(importedCount !== undefined && { importedCount }),
      ...(unreadable !== undefined && unreadable > 0 && { unreadable }),
    },
    ...(syncedAtMs !== undefined && { lastSyncedAt: Timestamp.fromMillis(syncedAtMs) }),
    ...(changedAtMs !== undefined && { lastChangedAt: Timestamp.fromMillis(changedAtMs) }),
    ...(timeZone !== undefined && { timeZone }),
  };
}

/**
 * Adds a stored event. Its id comes from the document's id and not from its fields, because clients may have changed
 * the fields.
 */
function addFingerprint(
  found: Map<string, Fingerprint>,
  calendarKey: string,
  snapshot: DocumentSnapshot,
  withContent = false,
): void {
  const data = snapshot.data();
  const prefix = `${calendarKey}_`;
  if (data === undefined || !snapshot.id.startsWith(prefix)) return;
  const { etag, startAt, endAt, recurringEventId } = data;
  const eventId = snapshot.id.slice(prefix.length);
  // If another writer has removed a field, the fingerprint differs from Google's event, so the event is written again.
  found.set(eventId, {
    etag: typeof etag === "string" && etag.length <= maxEtagLength ? etag : "",
    startAtMs: startAt instanceof Timestamp ? startAt.toMillis() : 0,
    endAtMs: endAt instanceof Timestamp ? endAt.toMillis() : Number.MAX_SAFE_INTEGER,
    ...(isSeriesId(recurringEventId) && { recurringEventId }),
    ...(withContent && { content: contentOfDocument(data) }),
  });
}

/** The reverse of `toEventDocument`, hashed. Empty, and therefore unlike every event, if it cannot be hashed. */
function contentOfDocument({ startAt, endAt, createdAt, updatedAt, ...fields }: DocumentData): string {
  const toMs = (value: unknown) => (value instanceof Timestamp ? value.toMillis() : null);
  try {
    return contentOf({
      ...fields,
      startAtMs: toMs(startAt),
      endAtMs: toMs(endAt),
      ...(createdAt !== undefined && { createdAtMs: toMs(createdAt) }),
      updatedAtMs: toMs(updatedAt),
    });
  } catch {
    // A client may have written a value, such as a reference, that is not JSON.
    return "";
  }
}

/**
 * True if the value can be the id of a series document. A pull reads the series of stored occurrences, and a client may
 * have written an id that Firestore refuses.
 */
function isSeriesId(value: unknown): value is string {
  return typeof value === "string" && /^(?!\.{1,2}$)(?!__.*__$)[^/]{1,1024}$/su.test(value);
}

function refusedCommit(error: unknown): CommitOutcome {
  const code = statusCodeOf(error);
  if (code === statusCode.notFound) return { kind: "gone" };
  if (lostToOther(error)) return { kind: "conflict" };
  if (code === statusCode.invalidArgument)
    throw new CommitRefused("Firestore refuses the content", { cause: error });
  throw error;
}
