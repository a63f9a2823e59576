import type { GoogleFailure } from "../model/google-failure.ts";

/** What the sync and the watches may do to an account or calendar when Google closes a door. */
export interface AccountStatus {
  /**
   * The account becomes `reauth_required` (visible to the user), and all its calendars inactive, so that nothing
   * scheduled touches them until the user has connected again. Safe to repeat. `superseded`: the refused call was made
   * with an older connection than the stored one, so the user has connected again already; nothing was changed, and
   * the same call deserves another attempt.
   */
  requireReauth(accountId: string, failure: GoogleFailure): Promise<"required" | "superseded">;

  /**
   * Google answers 401 to a token that it has just issued. `wait`: that may pass, and the call is to be made again.
   * `required`: it was so for a day, and no call for the account succeeded in between; done as by `requireReauth`.
   * `superseded` as there. Safe to repeat.
   */
  noteRefusal(accountId: string, failure: GoogleFailure): Promise<"required" | "wait" | "superseded">;
  /**
   * A call for the account has succeeded: the day of `noteRefusal` begins anew. Needed only of calls that leave no
   * `lastRun` in a sync state. One read; a write only after a refusal.
   */
  noteAccepted(accountId: string): Promise<void>;
}
