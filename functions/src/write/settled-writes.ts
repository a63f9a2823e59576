import type { SendUpdates } from "@firestore-calendar-sync/client";
import type {
  CalendarPlace,
  EventAtGoogle,
  EventBody,
  EventPlace,
  GoogleEvents,
} from "../ports/event-writes.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import { contains } from "./carried-out.ts";
import { isCancelled, readEvent } from "./google-event.ts";
import { type Failed, failedAtGoogle, failedBecause, mayHaveHappened } from "./write-failure.ts";

/*
 * Writes whose outcome is known also if Google's answer was lost. The outcome is read, not guessed:
 *
 * - A patch or a deletion carries the etag that the event had. If the event still has it, nothing was carried out, and
 *   the call is repeated: if the first one arrives late, Google refuses one of the two.
 * - A new event has an id that was chosen before: if an event of this id exists, it is this one.
 */

export interface Written {
  readonly kind: "event";
  readonly event: EventAtGoogle;
}

/** The first call and one repetition. The web SDK waits for 70 seconds, and each call may take 15. */
const attempts = 2;

/** Patches an event that has this etag. */
export async function patchSettled(
  google: GoogleEvents,
  place: EventPlace,
  body: EventBody,
  options: { readonly etag: string; readonly sendUpdates: SendUpdates },
): Promise<Written | Failed> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const answer = await google.patch(place, body, options);
    if (answer.kind === "event") return answer;
    const isRepetition = attempt > 1;
    if (!mayHaveHappened(answer) && !(isRepetition && answer.status === 412))
      return refused(answer, isRepetition);
    const now = await google.get(place);
    if (now.kind === "failed") return failedBecause("outcomeUnknown");
    if (now.event.etag === options.etag) continue;
    return contains(now.event, body) ? now : failedBecause("outcomeUnknown");
  }
  return failedBecause("outcomeUnknown");
}

/** Creates the event with the id in the body. If it exists, it is this event: the call was repeated. */
export async function insertSettled(
  google: GoogleEvents,
  place: CalendarPlace,
  body: EventBody & { readonly id: string },
  options: { readonly sendUpdates: SendUpdates },
): Promise<Written | Failed> {
  const where = { ...place, eventId: body.id };
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const answer = await google.insert(place, body, options);
    if (answer.kind === "event") return answer;
    const exists = answer.status === 409;
    if (!exists && !mayHaveHappened(answer)) return refused(answer, attempt > 1);
    const now = await google.get(where);
    // Made by this request, and deleted since.
    if (now.kind === "event") return isCancelled(readEvent(now.event)) ? failedBecause("gone") : now;
    if (now.status !== 404 || exists) return failedBecause("outcomeUnknown");
  }
  return failedBecause("outcomeUnknown");
}

/** Deletes an event or a series, or cancels an instance. Success also if it is deleted already. */
export async function removeSettled(
  google: GoogleEvents,
  place: EventPlace,
  options: { readonly etag: string; readonly sendUpdates: SendUpdates },
): Promise<{ readonly kind: "removed" } | Failed> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const answer = await google.remove(place, options);
    if (answer.kind === "removed") return answer;
    if (answer.status === 410) return { kind: "removed" };
    // A deleted event has another etag, so that a repetition may be refused with 412.
    if (!mayHaveHappened(answer) && answer.status !== 412) return refused(answer, attempt > 1);
    const now = await google.get(place);
    if (now.kind === "failed")
      return isGone(now.status) ? { kind: "removed" } : failedBecause("outcomeUnknown");
    if (isCancelled(readEvent(now.event))) return { kind: "removed" };
    if (now.event.etag !== options.etag) return failedBecause("changedMeanwhile");
  }
  return failedBecause("outcomeUnknown");
}

/** Moves an event to another calendar of the account. */
export async function moveSettled(
  google: GoogleEvents,
  place: EventPlace,
  destinationId: string,
  options: { readonly sendUpdates: SendUpdates },
): Promise<Written | Failed> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const answer = await google.move(place, destinationId, options);
    if (answer.kind === "event") return answer;
    const isRepetition = attempt > 1;
    if (!mayHaveHappened(answer) && !isRepetition) return failedAtGoogle(answer);
    // A guest has a copy of the event, so an event there alone says nothing.
    const here = await google.get(place);
    if (here.kind === "event" && !isCancelled(readEvent(here.event))) continue;
    if (here.kind === "failed" && !isGone(here.status)) break;
    const there = await google.get({ ...place, calendarId: destinationId });
    return there.kind === "event" && !isCancelled(readEvent(there.event))
      ? there
      : failedBecause("outcomeUnknown");
  }
  return failedBecause("outcomeUnknown");
}

/** A refusal. If it is the repetition that was refused, the first call may still arrive. */
function refused(failure: GoogleFailure, isRepetition: boolean): Failed {
  return isRepetition ? failedBecause("outcomeUnknown") : failedAtGoogle(failure);
}

function isGone(status: number | undefined): boolean {
  return status === 404 || status === 410;
}
