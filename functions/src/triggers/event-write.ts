import type { WrittenEvent, WriteFailureReason } from "@firestore-calendar-sync/client";
import { type CallableOptions, type FunctionsErrorCode, HttpsError } from "firebase-functions/https";
import { googleClientSecret, onlyWithWriteAccess, tokenEncryptionKeys } from "../config.ts";
import type { WriteOutcome } from "../write/write-context.ts";
import { transientAsUnavailable } from "./callable.ts";
import { everyFunction } from "./every-function.ts";

/** The options of the callables that change events. Most writes need one call of Google; a split needs six or more. */
export const writeFunction = {
  ...everyFunction,
  ...onlyWithWriteAccess,
  memory: "512MiB" as const,
  concurrency: 80,
  timeoutSeconds: 180,
  secrets: [googleClientSecret, tokenEncryptionKeys],
} satisfies CallableOptions;

/** The code and the sentence for each failure. A code tells the app what to do; the sentence is for the user. */
const errors: Readonly<Record<WriteFailureReason, readonly [FunctionsErrorCode, string]>> = {
  unknownCalendar: ["not-found", "You have no such calendar."],
  switchedOff: ["failed-precondition", "This calendar is switched off. Switch it on to change its events."],
  needsConsent: [
    "failed-precondition",
    "This app may not change your calendar yet. Connect the account again.",
  ],
  changedMeanwhile: ["aborted", "This event has changed meanwhile. Look at it again."],
  readOnly: ["permission-denied", "You may only read this calendar."],
  notOrganizer: ["permission-denied", "Only the organizer can change this event."],
  notInvited: ["failed-precondition", "You are not among the guests of this event."],
  gone: ["not-found", "This event does not exist any more."],
  quota: ["resource-exhausted", "Google accepts no more changes for now. Try again later."],
  refused: ["invalid-argument", "Google does not accept this change."],
  outcomeUnknown: [
    "unknown",
    "Google did not answer. Look at the calendar: the change may or may not be there.",
  ],
  fixedRule: [
    "failed-precondition",
    "This series repeats by a rule that cannot be moved. Choose a new rule, too.",
  ],
  badTimes: ["invalid-argument", "The end must be after the start, and both must be dates or both times."],
  badChange: ["invalid-argument", "This part of the event cannot be changed in this way."],
  unavailable: [
    "unavailable",
    "Google is not available just now. Nothing was changed. Try again in a minute.",
  ],
};

/**
 * Answers a write.
 *
 * @throws HttpsError with the details `{reason, googleReason?}`
 */
export async function answerWrite(work: Promise<WriteOutcome>): Promise<WrittenEvent> {
  const outcome = await transientAsUnavailable(work);
  if (outcome.kind === "written") return outcome.event;
  const { because, failure } = outcome;
  const [code, sentence] = errors[because];
  const googleReason = failure?.googleReason;
  throw new HttpsError(code, sentence, {
    reason: because,
    ...(googleReason !== undefined && { googleReason }),
  });
}
