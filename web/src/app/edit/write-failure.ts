import { writeFailureReasons, type WriteFailureReason } from "@firestore-calendar-sync/client";
import { failureSentence } from "../../words/failure.ts";

/** Why a change of an event was not made. */
export interface WriteFailure {
  /** A sentence for the user. */
  readonly text: string;
  readonly reason?: WriteFailureReason;
}

/** Reads the error of a function that changes events. */
export function writeFailureOf(error: unknown): WriteFailure {
  const details = (error as { details?: { reason?: unknown } | null }).details;
  const reason = writeFailureReasons.find(known => known === details?.reason);
  if (reason === "changedMeanwhile")
    return { reason, text: "This event has changed meanwhile. Nothing was overwritten: look again." };
  return { ...(reason && { reason }), text: failureSentence(error) };
}
