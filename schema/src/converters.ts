import type * as z from "zod";
import {
  accountDocument,
  calendarDocument,
  eventDocument,
  type AccountDocument,
  type CalendarDocument,
  type EventDocument,
} from "./documents.ts";

/** What a converter needs of a snapshot; the web SDK's and firebase-admin's `QueryDocumentSnapshot` both have it. */
interface SnapshotLike {
  /** The web SDK passes how to read server timestamps that are still pending. */
  data(options?: unknown): unknown;
}

/** Fits `FirestoreDataConverter` of the web SDK and of firebase-admin without importing either. */
export interface DocumentConverter<T> {
  toFirestore(document: T): Record<string, unknown>;
  /** @throws ZodError when the document is not what the schema says, naming the field. */
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
