import type { WriteFailureReason } from "@firestore-calendar-sync/client";
import type { GoogleFailure } from "../model/google-failure.ts";

export interface Failed {
  readonly kind: "failed";
  readonly because: WriteFailureReason;
  /** Google's failure, if there is one: for the log and for the operator's alarms. */
  readonly failure?: GoogleFailure;
}

export const failedBecause = (because: WriteFailureReason): Failed => ({ kind: "failed", because });

/** Google's reasons for changes that only the organizer may make (guides/errors, and seen for `events.move`). */
const ofOrganizer =
  /^(forbiddenForNonOrganizer|cannotChangeOrganizer|cannotChangeOrganizerOfInstance|eventTypeRestriction)$/;

/** Translates Google's failure of a write or of a read before it. */
export function failedAtGoogle(failure: GoogleFailure): Failed {
  return { kind: "failed", because: reasonOf(failure), failure };
}

function reasonOf({ reason, status, googleReason = "" }: GoogleFailure): WriteFailureReason {
  if (ofOrganizer.test(googleReason)) return "notOrganizer";
  switch (reason) {
    case "rateLimited":
      return "quota";
    case "unauthorized":
    case "insufficientPermissions":
      return "needsConsent";
    case "forbidden":
      return "readOnly";
    case "unavailable":
    case "tokenRefused":
    case "operator":
      return "unavailable";
    default:
      if (status === 412) return "changedMeanwhile";
      return status === 404 || status === 410 ? "gone" : "refused";
  }
}

/** True if the answer was lost or is a server's fault: Google may have carried out the call. */
export function mayHaveHappened({ reason }: GoogleFailure): boolean {
  return reason === "unavailable";
}
