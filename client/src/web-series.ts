import { doc, getDoc, onSnapshot, type Firestore } from "firebase/firestore";
import { seriesDocument, type EventDocument, type SeriesDocument } from "./documents.ts";
import type { LiveFailure, Unsubscribe } from "./live.ts";
import { seriesPath, type CalendarUser } from "./paths.ts";

/** The fields of an occurrence that name its series. */
export type Occurrence = Pick<EventDocument, "calendarKey" | "recurringEventId">;

/**
 * Reads the series of an occurrence: one document. Undefined for a single event, for a series that the functions have
 * not written yet (after an upgrade), and for a document that does not match the schema.
 *
 * @throws FirestoreError, for example `unavailable` if the client is offline and the document is not in the cache.
 */
export async function readSeries(
  db: Firestore,
  user: CalendarUser,
  event: Occurrence,
): Promise<SeriesDocument | undefined> {
  const path = pathOf(user, event);
  return path === undefined ? undefined : parse((await getDoc(doc(db, path))).data());
}

/** Listens to the series of an occurrence. The answers are those of `readSeries`. */
export function watchSeries(
  db: Firestore,
  user: CalendarUser,
  event: Occurrence,
  observer: { next(series: SeriesDocument | undefined): void; error(failure: LiveFailure): void },
): Unsubscribe {
  const path = pathOf(user, event);
  if (path === undefined) {
    observer.next(undefined);
    return () => undefined;
  }
  return onSnapshot(
    doc(db, path),
    snapshot => {
      observer.next(parse(snapshot.data()));
    },
    ({ code, message }) => {
      observer.error({ code, message });
    },
  );
}

function pathOf(user: CalendarUser, { calendarKey, recurringEventId }: Occurrence): string | undefined {
  return recurringEventId === undefined ? undefined : seriesPath(user, calendarKey, recurringEventId);
}

function parse(data: unknown): SeriesDocument | undefined {
  return seriesDocument.safeParse(data).data;
}
