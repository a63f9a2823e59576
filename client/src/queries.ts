import { accountsPath, calendarsPath, eventsPath, type CalendarUser } from "./paths.ts";
import { requireRange } from "./time-range.ts";

/** One condition of a query. */
export interface QueryFilter {
  readonly field: string;
  readonly op: "==" | "<" | "<=" | ">" | ">=" | "in";
  readonly value: unknown;
}

/** One sort order of a query. */
export interface QueryOrder {
  readonly field: string;
  readonly direction: "asc" | "desc";
}

/**
 * A Firestore query as data, from which any SDK can build its query. The web, servers and phones use the same
 * queries, and a test compares them with firestore.indexes.json.
 */
export interface QueryDescription {
  /** The path of the collection. */
  readonly collection: string;
  readonly filters: readonly QueryFilter[];
  readonly orders: readonly QueryOrder[];
  /** The most documents. */
  readonly limit?: number;
}

/** The connected accounts of a user. */
export function accountsQuery(user: CalendarUser): QueryDescription {
  return { collection: accountsPath(user), filters: [], orders: [] };
}

/** All calendars of all accounts of a user. There are few, so clients sort them. */
export function calendarsQuery(user: CalendarUser): QueryDescription {
  return { collection: calendarsPath(user), filters: [], orders: [] };
}

/**
 * All events that overlap [from, to), including events that began earlier and have not ended. This needs conditions
 * on two fields (Firestore supports that since 2024, with a composite index on both).
 *
 * @throws RangeError if `from` is not before `to`.
 */
export function agendaQuery(user: CalendarUser, from: Date, to: Date): QueryDescription {
  requireRange(from, to);
  return {
    collection: eventsPath(user),
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

/** Like `agendaQuery`, for one calendar. */
export function calendarAgendaQuery(
  user: CalendarUser,
  calendarKey: string,
  from: Date,
  to: Date,
): QueryDescription {
  const agenda = agendaQuery(user, from, to);
  return { ...agenda, filters: [{ field: "calendarKey", op: "==", value: calendarKey }, ...agenda.filters] };
}

/**
 * The next `limit` events that begin at `from` or later. Events that are already running are not included; use
 * `agendaQuery` for a list that starts with them.
 */
export function upcomingQuery(user: CalendarUser, from: Date, limit: number): QueryDescription {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`not a limit: ${limit}`);
  return {
    collection: eventsPath(user),
    filters: [{ field: "startAt", op: ">=", value: from }],
    orders: [{ field: "startAt", direction: "asc" }],
    limit,
  };
}

/** The occurrences of one series, ordered by id, which is the order of their original starts. */
export function seriesQuery(user: CalendarUser, recurringEventId: string): QueryDescription {
  return {
    collection: eventsPath(user),
    filters: [{ field: "recurringEventId", op: "==", value: recurringEventId }],
    orders: [],
  };
}
