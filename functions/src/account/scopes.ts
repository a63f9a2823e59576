const calendarScopes = [
  "https://www.googleapis.com/auth/calendar.events.readonly",
  "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
] as const;

/**
 * What users are asked for: identity, reading events, reading the list of calendars. Watching needs no more than
 * reading (reference pages of events.watch and calendarList.watch, "Authorization").
 */
export const requestedScopes: readonly string[] = ["openid", "email", ...calendarScopes];

/**
 * What a service account asks for in a user's name: the same, with the identity as the one scope that userinfo needs.
 * The administrators of a Workspace have to allow exactly these.
 */
export const delegatedScopes: readonly string[] = [
  "https://www.googleapis.com/auth/userinfo.email",
  ...calendarScopes,
];

/** Users may untick single scopes on Google's consent page: the calendar scopes that are missing from a grant. */
export function missingCalendarScopes(granted: readonly string[]): readonly string[] {
  return calendarScopes.filter(scope => !granted.includes(scope));
}
