import type { GoogleFailure } from "../model/google-failure.ts";
import type { Identity } from "./oauth.port.ts";

/** An access token for a user who was not asked. Holds a token: never logged. */
export interface DelegatedToken {
  readonly kind: "delegated";
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** Whose mailbox it opens now: an address can be given to another person. */
  readonly identity: Identity;
}

/** Domain-wide delegation: a service account that the administrators of a Workspace let act for its users. */
export interface Delegation {
  /** True for addresses in the delegated domains. Says nothing about whose they are. */
  covers(email: string): boolean;
  /**
   * A token for the calendars of `email`. Failures: `unauthorized` (the user is unknown or suspended, or the
   * Workspace does not let us), `rateLimited`, `unavailable`, `badRequest` (we may not sign as the service account).
   */
  impersonate(email: string): Promise<DelegatedToken | GoogleFailure>;
}
