import type { EventDocument } from "./documents.ts";

/** Whether events that the user has not settled count as busy. Both are true unless an app says otherwise. */
export interface BusyRules {
  /** Events whose status, or whose answer of the user, is `tentative`. */
  readonly tentativeIsBusy?: boolean | undefined;
  /** Invitations that the user has not answered (`selfResponse` is `needsAction`). */
  readonly unansweredIsBusy?: boolean | undefined;
}

/** Whether the user has declined the event. False if the user is not a guest of it. */
export function isDeclined(event: Pick<EventDocument, "selfResponse">): boolean {
  return event.selfResponse === "declined";
}

/**
 * Whether the event takes the user's time.
 *
 * It does not if it is shown as free (`transparency` is `transparent`), if the user has declined it, if it is
 * cancelled, or if it only says where the user works or whose birthday it is. Every other event does, also one of a
 * type that Google adds later.
 *
 * Google documents that `transparency` decides whether an event blocks time, and that an absent one is `opaque`
 * (Calendar API v3 reference, "Events"). It documents nothing about tentative events and unanswered invitations. They
 * count as busy here, because a free time that turns out to be taken is worse than the reverse; `rules` change that.
 */
export function isBusy(
  event: Pick<EventDocument, "transparency" | "selfResponse" | "eventType" | "status">,
  rules: BusyRules = {},
): boolean {
  const { tentativeIsBusy = true, unansweredIsBusy = true } = rules;
  if (event.transparency === "transparent" || event.status === "cancelled" || isDeclined(event)) return false;
  if (event.eventType === "workingLocation" || event.eventType === "birthday") return false;
  const isTentative = event.status === "tentative" || event.selfResponse === "tentative";
  if (isTentative && !tentativeIsBusy) return false;
  return event.selfResponse !== "needsAction" || unansweredIsBusy;
}
