/** Google's roles that show the details of events which are not private (reference of CalendarList, `accessRole`). */
const withDetails = new Set(["reader", "writerWithoutPrivateAccess", "writer", "owner"]);

/**
 * Whether a role shows only busy times. Undefined for a missing or unfamiliar role, from which nothing follows: a
 * calendar then stays what it was.
 */
export function seesOnlyBusy(role: unknown): boolean | undefined {
  if (role === "freeBusyReader") return true;
  return typeof role === "string" && withDetails.has(role) ? false : undefined;
}
