import type { WriteFailureReason } from "@firestore-calendar-sync/client";
import type { GoogleFailure } from "../model/google-failure.ts";

/** Why a write did not happen. All but the last six are `details.reason` of the callables' errors. */
export type WriteFailure =
  | WriteFailureReason
  /** The user has no such calendar. */
  | "unknownCalendar"
  | "switchedOff"
  /** The series repeats by a rule that cannot be moved to another day or time. */
  | "fixedRule"
  /** The end is before the start, or one is a date and the other a time. */
  | "badTimes"
  /** A field that this event or this scope cannot have. */
  | "badChange"
  /** Google or this project is not available for now. Nothing was written. */
  | "unavailable";

export interface Failed {
  readonly kind: "failed";
  readonly because: WriteFailure;
  /** Google's failure, if there is one: for the log and for the operator's alarms. */
  readonly failure?: GoogleFailure;
}

export const failedBecause = (because: WriteFailure): Failed => ({ kind: "failed", because });

/** Google's reasons for changes that only the organizer may make (guides/errors, and seen for `events.move`). */
const ofOrganizer =
  /^(forbiddenForNonOrganizer|cannotChangeOrganizer|cannotChangeOrganizerOfInstance|eventTypeRestriction)$/;

/** Translates Google's failure of a write or of a read before it. */
export function failedAtGoogle(failure: GoogleFailure): Failed {
  return { kind: "failed", because: reasonOf(failure), failure };
}

function reasonOf({ reason, status, googleReason = "" }: GoogleFailure): WriteFailure {
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
