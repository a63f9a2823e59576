const readEvents = "https://www.googleapis.com/auth/calendar.events.readonly";
const changeEvents = "https://www.googleapis.com/auth/calendar.events";
const readCalendarList = "https://www.googleapis.com/auth/calendar.calendarlist.readonly";

/**
 * The scopes of the consent page: identity, read events or change them, read the list of calendars. Watching needs no
 * other scopes (reference pages of events.watch and calendarList.watch, "Authorization").
 *
 * @param writeAccess the param `WRITE_ACCESS`. The scope to change events includes the one to read them.
 */
export function requestedScopes(writeAccess: boolean): readonly string[] {
  return ["openid", "email", writeAccess ? changeEvents : readEvents, readCalendarList];
}

/**
 * The scopes of a service account that acts for a user: to read, with the scope that userinfo needs for the identity.
 * The administrators of a Workspace must allow exactly these scopes.
 */
export const delegatedScopes: readonly string[] = [
  "https://www.googleapis.com/auth/userinfo.email",
  readEvents,
  readCalendarList,
];

/**
 * The calendar scopes that a grant lacks so that the calendars can be synced. Users can untick single scopes on
 * Google's consent page.
 */
export function missingCalendarScopes(granted: readonly string[]): readonly string[] {
  const needed = canWrite(granted) ? [readCalendarList] : [readEvents, readCalendarList];
  return needed.filter(scope => !granted.includes(scope));
}

/** True if a grant allows changes of events. */
export function canWrite(granted: readonly string[]): boolean {
  return granted.includes(changeEvents);
}
