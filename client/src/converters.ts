import type * as z from "zod";
import { calendarChangesDocument, type CalendarChangesDocument } from "./change-feed.ts";
import {
  accountDocument,
  calendarDocument,
  eventDocument,
  seriesDocument,
  type AccountDocument,
  type CalendarDocument,
  type EventDocument,
  type SeriesDocument,
} from "./documents.ts";

/**
 * The part of a snapshot that a converter uses. `QueryDocumentSnapshot` of the web SDK and of firebase-admin have it.
 */
interface SnapshotLike {
  /** The web SDK passes options that decide how pending server timestamps are read. */
  data(options?: unknown): unknown;
}

/** Compatible with `FirestoreDataConverter` of the web SDK and of firebase-admin. Imports neither. */
export interface DocumentConverter<T> {
  toFirestore(document: T): Record<string, unknown>;
  /** @throws ZodError that names the field, if the document does not match the schema. */
  fromFirestore(snapshot: SnapshotLike, options?: unknown): T;
}

function converterFor<T>(schema: z.ZodType<T>): DocumentConverter<T> {
  return {
    toFirestore: document => schema.parse(document) as Record<string, unknown>,
    fromFirestore: (snapshot, options) => schema.parse(snapshot.data(options)),
  };
}

export const accountConverter: DocumentConverter<AccountDocument> = converterFor(accountDocument);
export const calendarConverter: DocumentConverter<CalendarDocument> = converterFor(calendarDocument);
export const eventConverter: DocumentConverter<EventDocument> = converterFor(eventDocument);
export const seriesConverter: DocumentConverter<SeriesDocument> = converterFor(seriesDocument);
/** For an app's own functions; clients cannot read these documents. */
export const calendarChangesConverter: DocumentConverter<CalendarChangesDocument> =
  converterFor(calendarChangesDocument);
