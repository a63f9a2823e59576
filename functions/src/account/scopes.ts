const calendarScopes = [
  "https://www.googleapis.com/auth/calendar.events.readonly",
  "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
] as const;

/**
 * The scopes of the consent page: identity, read events, read the list of calendars. Watching needs no other scopes
 * (reference pages of events.watch and calendarList.watch, "Authorization").
 */
export const requestedScopes: readonly string[] = ["openid", "email", ...calendarScopes];

/**
 * The scopes of a service account that acts for a user: the same, with the scope that userinfo needs for the identity.
 * The administrators of a Workspace must allow exactly these scopes.
 */
export const delegatedScopes: readonly string[] = [
  "https://www.googleapis.com/auth/userinfo.email",
  ...calendarScopes,
];

/** The calendar scopes that a grant lacks. Users can untick single scopes on Google's consent page. */
export function missingCalendarScopes(granted: readonly string[]): readonly string[] {
  return calendarScopes.filter(scope => !granted.includes(scope));
}
