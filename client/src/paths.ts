/** The collection of the users' documents, if the functions' param `USERS_ROOT` names no other. */
const defaultUsersRoot = "users";

/**
 * Whose documents: the uid of a Firebase user. `usersRoot` is the value of the functions' param `USERS_ROOT`, if that
 * is not `users`.
 */
export type CalendarUser = string | { readonly uid: string; readonly usersRoot?: string | undefined };

/**
 * Paths of the documents that clients read, without a leading slash, as every Firestore SDK accepts them. Throws a
 * RangeError for a segment that would change the path's structure (empty, with a slash, `.` or `..`), because the
 * path would lead to other data.
 */
export function accountsPath(user: CalendarUser): string {
  return `${userPath(user)}/calendarAccounts`;
}

export function accountPath(user: CalendarUser, accountId: string): string {
  return `${accountsPath(user)}/${segment(accountId)}`;
}

export function calendarsPath(user: CalendarUser): string {
  return `${userPath(user)}/calendars`;
}

export function calendarPath(user: CalendarUser, calendarKey: string): string {
  return `${calendarsPath(user)}/${segment(calendarKey)}`;
}

export function eventsPath(user: CalendarUser): string {
  return `${userPath(user)}/calendarEvents`;
}

/** `eventId` is Google's id. Two calendars may contain the same id, so the document id has a prefix. */
export function eventPath(user: CalendarUser, calendarKey: string, eventId: string): string {
  return `${eventsPath(user)}/${eventDocumentId(calendarKey, eventId)}`;
}

/** The collection of a user's series documents. */
export function allSeriesPath(user: CalendarUser): string {
  return `${userPath(user)}/calendarSeries`;
}

/** `seriesId` is `recurringEventId` of the occurrences. */
export function seriesPath(user: CalendarUser, calendarKey: string, seriesId: string): string {
  return `${allSeriesPath(user)}/${eventDocumentId(calendarKey, seriesId)}`;
}

/** The collection of the change feed, for an app's own functions. Its documents are named `{calendarKey}-{seq}`. */
export const calendarChangesPath = "calendarSyncChanges";

function userPath(user: CalendarUser): string {
  const { uid, usersRoot = defaultUsersRoot } = typeof user === "string" ? { uid: user } : user;
  return `${collectionPath(usersRoot)}/${segment(uid)}`;
}

/** A collection may be below a document: `tenants/acme/users`. */
function collectionPath(path: string): string {
  const segments = path.split("/");
  if (segments.length % 2 === 0)
    throw new RangeError(`not the path of a collection: ${JSON.stringify(path)}`);
  return segments.map(segment).join("/");
}

/** The id of an event's document below `eventsPath`, and of a series' document below `allSeriesPath`. */
export function eventDocumentId(calendarKey: string, eventId: string): string {
  return segment(`${calendarKey}_${eventId}`);
}

/** Follows Firestore's constraints on document ids (firebase.google.com/docs/firestore/quotas). */
function segment(value: string): string {
  if (value === "" || value === "." || value === ".." || value.includes("/")) {
    throw new RangeError(`not one path segment: ${JSON.stringify(value)}`);
  }
  return value;
}
