import type { GoogleFailureReason } from "../model/google-failure.ts";

/** The sentence that users see beside "reconnect". */
export function reauthReason(reason: GoogleFailureReason): string {
  switch (reason) {
    case "insufficientPermissions":
      return "Google no longer lets us read your calendars. Reconnect and allow access to calendars and events.";
    case "tokenRefused":
      return "Google has not accepted our access to this account for a day. Reconnect to go on.";
    default:
      return "Google ended our access to this account, or you revoked it. Reconnect to go on.";
  }
}
