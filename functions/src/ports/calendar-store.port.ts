/** `unknown`: this user has no such calendar. */
export type EnableOutcome =
  /** To be pulled and watched; `epoch` is its current one. */
  | { readonly kind: "started"; readonly epoch: number }
  /** Enabled, but its account has to be connected again (or is being removed) first. */
  | { readonly kind: "waiting" }
  | { readonly kind: "unknown" };

export type DemandOutcome =
  /** To be pulled; a full sync if that was asked for. */
  | {
      readonly kind: "ready";
      readonly epoch: number;
      /** It was `unavailable`, and its channel is closed. */
      readonly reactivated: boolean;
    }
  /** Nothing can be synced, and why. */
  | { readonly kind: "inactive"; readonly reason: "disabled" | "reauth_required" | "disconnecting" }
  | { readonly kind: "unknown" };

/** What a user may do to one of their calendars. */
export interface CalendarStore {
  /** Starts from the beginning, as the events were deleted when it was switched off. */
  enable(uid: string, calendarKey: string, nowMs: number): Promise<EnableOutcome>;
  /** What is stored of it waits for a clean-up from then on. */
  disable(uid: string, calendarKey: string, nowMs: number): Promise<"disabled" | "unknown">;
  /** Prepares a sync that the user asks for; a calendar that was `unavailable` gets another chance. */
  demandSync(uid: string, calendarKey: string, full: boolean): Promise<DemandOutcome>;
}
