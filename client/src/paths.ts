/**
 * Paths of the documents that clients read, without a leading slash, as every Firestore SDK accepts them. Throws a
 * RangeError for a segment that would change the path's structure (empty, with a slash, `.` or `..`), because the
 * path would lead to other data.
 */
export function accountsPath(uid: string): string {
  return `users/${segment(uid)}/calendarAccounts`;
}

export function accountPath(uid: string, accountId: string): string {
  return `${accountsPath(uid)}/${segment(accountId)}`;
}

export function calendarsPath(uid: string): string {
  return `users/${segment(uid)}/calendars`;
}

export function calendarPath(uid: string, calendarKey: string): string {
  return `${calendarsPath(uid)}/${segment(calendarKey)}`;
}

export function eventsPath(uid: string): string {
  return `users/${segment(uid)}/calendarEvents`;
}

/** `eventId` is Google's id. Two calendars may contain the same id, so the document id has a prefix. */
export function eventPath(uid: string, calendarKey: string, eventId: string): string {
  return `${eventsPath(uid)}/${eventDocumentId(calendarKey, eventId)}`;
}

/** The id of an event's document below `eventsPath`. */
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
