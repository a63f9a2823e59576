import type { GoogleFailureReason } from "./google-failure.port.ts";

/** What the sync and the watches may do to an account or calendar when Google closes a door. */
export interface AccountStatus {
  /**
   * The account becomes `reauth_required` (visible to the user), and all its calendars inactive, so that nothing
   * scheduled touches them until the user has connected again. Safe to repeat.
   */
  requireReauth(accountId: string, reason: GoogleFailureReason): Promise<void>;
}
