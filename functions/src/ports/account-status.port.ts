import type { GoogleFailure } from "./google-failure.port.ts";

/** What the sync and the watches may do to an account or calendar when Google closes a door. */
export interface AccountStatus {
  /**
   * The account becomes `reauth_required` (visible to the user), and all its calendars inactive, so that nothing
   * scheduled touches them until the user has connected again. Safe to repeat. `superseded`: the refused call was made
   * with an older connection than the stored one, so the user has connected again already; nothing was changed, and
   * the same call deserves another attempt.
   */
  requireReauth(accountId: string, failure: GoogleFailure): Promise<"required" | "superseded">;
}
