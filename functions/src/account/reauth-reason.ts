import type { GoogleFailureReason } from "../ports/google-failure.port.ts";

/** The sentence that users read beside "reconnect". */
export function reauthReason(reason: GoogleFailureReason): string {
  return reason === "insufficientPermissions"
    ? "Google no longer lets us read your calendars. Reconnect and allow access to calendars and events."
    : "Google ended our access to this account, or you revoked it. Reconnect to go on.";
}
