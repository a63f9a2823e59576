import type { Connection } from "../../functions/src/ports/account.port.ts";
import type { ListedCalendar } from "../../functions/src/ports/calendars.port.ts";

/** A ticked calendar of the user, as the adapter for Google's list returns it. */
export function listedCalendar(
  calendar: Pick<ListedCalendar, "calendarId" | "summary" | "primary">,
): ListedCalendar {
  return { ...calendar, timeZone: "Europe/Berlin", accessRole: "owner", selected: true };
}

/** A connection of an account with these calendars, for the account store itself: no Google takes part. */
export function accountConnection(
  { uid, accountId }: { readonly uid: string; readonly accountId: string },
  calendars: readonly ListedCalendar[],
  nowMs: number,
  grantId = "grant",
): Connection {
  const sealed = `sealed ${grantId}`;
  return {
    accountId,
    email: calendars.find(({ primary }) => primary)?.calendarId ?? "nobody@example.com",
    credential: {
      uid,
      subject: "sub",
      scopes: [],
      grantId,
      refreshToken: sealed,
      accessToken: sealed,
      accessTokenExpiresAtMs: nowMs + 3_600_000,
    },
    listing: { kind: "listed", complete: true, syncToken: "token", removedIds: [], calendars },
    nowMs,
  };
}
