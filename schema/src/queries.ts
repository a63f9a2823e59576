import { accountsPath, calendarsPath, eventsPath } from "./paths.ts";

/** One condition of a query. */
export interface QueryFilter {
  readonly field: string;
  readonly op: "==" | "<" | "<=" | ">" | ">=" | "in";
  readonly value: unknown;
}

/** One order of a query, ascending unless told. */
export interface QueryOrder {
  readonly field: string;
  readonly direction: "asc" | "desc";
}

/**
 * A Firestore query as data, for any SDK to build: the same on web, server and phones, and what
 * firestore.indexes.json has to serve.
 */
export interface QueryDescription {
  /** Path of the collection. */
  readonly collection: string;
  readonly filters: readonly QueryFilter[];
  readonly orders: readonly QueryOrder[];
  /** At most so many documents. */
  readonly limit?: number;
}

/** The accounts a user has connected. */
export function accountsQuery(uid: string): QueryDescription {
  return { collection: accountsPath(uid), filters: [], orders: [] };
}

/** Every calendar of every account of a user; a handful, so clients sort them. */
export function calendarsQuery(uid: string): QueryDescription {
  return { collection: calendarsPath(uid), filters: [], orders: [] };
}

/**
 * Everything that touches [from, to): events that began earlier and still run are included, which is why there are
 * conditions on two fields (Firestore allows that since 2024, with a composite index on both).
 *
 * @throws RangeError when `from` is not before `to`.
 */
export function agendaQuery(uid: string, from: Date, to: Date): QueryDescription {
  requireRange(from, to);
  return {
    collection: eventsPath(uid),
    filters: [
      { field: "startAt", op: "<", value: to },
      { field: "endAt", op: ">", value: from },
    ],
    orders: [
      { field: "startAt", direction: "asc" },
      { field: "endAt", direction: "asc" },
    ],
  };
}

/** As `agendaQuery`, for one calendar. */
export function calendarAgendaQuery(
  uid: string,
  calendarKey: string,
  from: Date,
  to: Date,
): QueryDescription {
  const agenda = agendaQuery(uid, from, to);
  return { ...agenda, filters: [{ field: "calendarKey", op: "==", value: calendarKey }, ...agenda.filters] };
}

/**
 * The next `limit` events that begin at `from` or later. Events that run already are not included; for a list that
 * starts with "now" use `agendaQuery`.
 */
export function upcomingQuery(uid: string, from: Date, limit: number): QueryDescription {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`not a limit: ${limit}`);
  return {
    collection: eventsPath(uid),
    filters: [{ field: "startAt", op: ">=", value: from }],
    orders: [{ field: "startAt", direction: "asc" }],
    limit,
  };
}

/** The occurrences of one series, in the order of their ids (which is the order in which the series planned them). */
export function seriesQuery(uid: string, recurringEventId: string): QueryDescription {
  return {
    collection: eventsPath(uid),
    filters: [{ field: "recurringEventId", op: "==", value: recurringEventId }],
    orders: [],
  };
}

function requireRange(from: Date, to: Date): void {
  if (!(from.getTime() < to.getTime())) throw new RangeError("from must be before to");
}
