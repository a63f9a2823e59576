import {
  type CollectionReference,
  type DocumentReference,
  FieldPath,
  FieldValue,
  type Firestore,
  type Query,
  type Transaction,
  type WriteBatch,
} from "firebase-admin/firestore";
import {
  accountPath,
  allSeriesPath,
  calendarPath,
  calendarsPath,
  type CalendarUser,
  eventsPath,
  seriesPath,
} from "@firestore-calendar-sync/client";

/**
 * The project's Firestore. `usersRoot` is the collection of the users' documents, the param `USERS_ROOT`. `writeAccess`
 * is the param `WRITE_ACCESS`: only then users see which accounts can write.
 */
export type Database = Firestore & { readonly usersRoot: string; readonly writeAccess: boolean };

/** Marks a Firestore client as one with these params. */
export function databaseOf(firestore: Firestore, usersRoot: string, writeAccess = false): Database {
  return Object.assign(firestore, { usersRoot, writeAccess });
}

/*
 * Documents below `USERS_ROOT` are output. Security rules are combined with OR, so the host project's rules may let
 * clients write there. Therefore no decision may depend on these documents, not even on their existence. Only this
 * module builds their paths (output-only.test.ts), and the references that it returns cannot be read.
 */

export type Writer = WriteBatch | Transaction;

/** A document below `USERS_ROOT` that can be written but not read. */
export class OutputRef {
  readonly #reference: DocumentReference;
  /** Of an event's document. */
  readonly eventId: string | undefined;

  constructor(reference: DocumentReference, eventId?: string) {
    this.#reference = reference;
    this.eventId = eventId;
  }

  /** The document contains only these fields afterwards. */
  replace(writer: Writer, fields: Readonly<Record<string, unknown>>): void {
    set(writer, this.#reference, withoutUndefined(fields));
  }

  /**
   * Writes these fields and leaves the others; an undefined field is removed. Creates the document if it does not
   * exist.
   *
   * @param mask the paths of the fields to write, if only a part of a map is to be written
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

export function accountOutput(db: Database, uid: string, accountId: string): OutputRef {
  return new OutputRef(db.doc(accountPath(userOf(db, uid), accountId)));
}

export function calendarOutput(db: Database, uid: string, calendarKey: string): OutputRef {
  return new OutputRef(db.doc(calendarPath(userOf(db, uid), calendarKey)));
}

export function seriesOutput(db: Database, uid: string, calendarKey: string, seriesId: string): OutputRef {
  return new OutputRef(db.doc(seriesPath(userOf(db, uid), calendarKey, seriesId)));
}

/** The collection of a user's events. */
export function eventsOfUser(db: Database, uid: string): CollectionReference {
  return db.collection(eventsPath(userOf(db, uid)));
}

/** Every event of a calendar, by id. */
export function eventsOfCalendar(db: Database, uid: string, calendarKey: string): Query {
  return ofCalendar(eventsOfUser(db, uid), calendarKey);
}

/** The documents of a calendar, by id. All ids begin with the calendar's key, so this range needs no index. */
function ofCalendar(documents: CollectionReference, calendarKey: string): Query {
  return documents.orderBy(FieldPath.documentId()).startAt(`${calendarKey}_`).endBefore(`${calendarKey}\``);
}

/**
 * References to up to `limit` events, or else series, of a calendar, in order to delete them. Their content is not
 * read.
 */
export async function someContent(
  db: Database,
  uid: string,
  calendarKey: string,
  limit: number,
): Promise<OutputRef[]> {
  const events = await eventsOfCalendar(db, uid, calendarKey).limit(limit).select().get();
  if (events.size > 0)
    return events.docs.map(({ ref }) => new OutputRef(ref, ref.id.slice(`${calendarKey}_`.length)));
  const series = ofCalendar(db.collection(allSeriesPath(userOf(db, uid))), calendarKey);
  return (await series.limit(limit).select().get()).docs.map(({ ref }) => new OutputRef(ref));
}

/**
 * Keys of the calendars that a user sees under an account that is being deleted. This also finds calendars without a
 * sync state, from the first versions. A client can only forge documents below its own uid, and so can only cause its
 * own data to be deleted.
 */
export async function shownCalendars(db: Database, uid: string, accountId: string): Promise<string[]> {
  const shown = db.collection(calendarsPath(userOf(db, uid))).where("accountId", "==", accountId);
  return (await shown.select().get()).docs.map(({ id }) => id);
}

function userOf({ usersRoot }: Database, uid: string): CalendarUser {
  return { uid, usersRoot };
}

function set(writer: Writer, reference: DocumentReference, fields: object, mask?: string[]): void {
  const options = mask === undefined ? {} : { mergeFields: mask };
  // TypeScript cannot call a method of the union of batch and transaction, although both have it.
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
