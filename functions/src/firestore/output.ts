import {
  type DocumentReference,
  FieldPath,
  FieldValue,
  type Firestore,
  type Query,
  type Transaction,
  type WriteBatch,
} from "firebase-admin/firestore";
import { accountPath, calendarPath, calendarsPath, eventsPath } from "@firestore-calendar-sync/schema";

/*
 * What is below `users/` is output. Security rules are OR-ed, so a project that this one lives in may let clients write
 * there, and nothing of it may decide anything: no owner, no wish, no status, not even whether a document exists. This
 * module is the only one that builds those paths (output-only.test.ts), and what it hands out cannot be read.
 */

export type Writer = WriteBatch | Transaction;

/** A document below `users/`: to be written, never to be read. */
export class OutputRef {
  readonly #reference: DocumentReference;

  constructor(reference: DocumentReference) {
    this.#reference = reference;
  }

  /** The document holds these fields and nothing else, whatever was there. */
  replace(writer: Writer, fields: Readonly<Record<string, unknown>>): void {
    set(writer, this.#reference, withoutUndefined(fields));
  }

  /**
   * Writes these fields and leaves the others; undefined removes one. The document may be there or not.
   *
   * @param mask the fields to write, by their paths, where a map is to be written in part
   */
  merge(writer: Writer, fields: Readonly<Record<string, unknown>>, mask = Object.keys(fields)): void {
    if (mask.length === 0) return;
    const written = Object.entries(fields).map(([name, value]) => [name, value ?? FieldValue.delete()]);
    set(writer, this.#reference, Object.fromEntries(written) as Record<string, unknown>, mask);
  }

  remove(writer: Writer): void {
    deleteIn(writer, this.#reference);
  }
}

export function accountOutput(db: Firestore, uid: string, accountId: string): OutputRef {
  return new OutputRef(db.doc(accountPath(uid, accountId)));
}

export function calendarOutput(db: Firestore, uid: string, calendarKey: string): OutputRef {
  return new OutputRef(db.doc(calendarPath(uid, calendarKey)));
}

/** Every event of a calendar, by id. All ids begin with the calendar's key: a range needs no index of its own. */
export function eventsOfCalendar(db: Firestore, uid: string, calendarKey: string): Query {
  return db
    .collection(eventsPath(uid))
    .orderBy(FieldPath.documentId())
    .startAt(`${calendarKey}_`)
    .endBefore(`${calendarKey}\``);
}

/** Up to `limit` events of a calendar that are to be deleted: where they are, and nothing of what they say. */
export async function someEvents(
  db: Firestore,
  uid: string,
  calendarKey: string,
  limit: number,
): Promise<OutputRef[]> {
  const page = await eventsOfCalendar(db, uid, calendarKey).limit(limit).select().get();
  return page.docs.map(({ ref }) => new OutputRef(ref));
}

/**
 * The calendars that a user sees under an account that is being deleted. Those without a sync state come from before
 * every listed calendar had one. Whoever forges one of these has something of their own deleted, below their own uid.
 */
export async function shownCalendars(db: Firestore, uid: string, accountId: string): Promise<string[]> {
  const shown = db.collection(calendarsPath(uid)).where("accountId", "==", accountId);
  return (await shown.select().get()).docs.map(({ id }) => id);
}

function set(writer: Writer, reference: DocumentReference, fields: object, mask?: string[]): void {
  const options = mask === undefined ? {} : { mergeFields: mask };
  // Batch and transaction have the same method, and a union of both has none that TypeScript would call.
  if ("commit" in writer) writer.set(reference, fields, options);
  else writer.set(reference, fields, options);
}

function deleteIn(writer: Writer, reference: DocumentReference): void {
  if ("commit" in writer) writer.delete(reference);
  else writer.delete(reference);
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
