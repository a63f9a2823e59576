import type { RespondToEventInput } from "@firestore-calendar-sync/client";
import type { EventBody } from "../ports/event-writes.port.ts";
import { findOccurrence } from "./find-occurrence.ts";
import type { ReadEvent } from "./google-event.ts";
import { patchSettled } from "./settled-writes.ts";
import { type WriteContext, type WriteOutcome, type WritePorts, writeIn, written } from "./write-context.ts";
import { failedBecause } from "./write-failure.ts";

/** The event is read again after a change in between: an answer overwrites nothing but the earlier answer. */
const attempts = 3;

/** Answers an invitation, for one occurrence or for the series. */
export async function respondToEvent(
  ports: WritePorts,
  uid: string,
  input: RespondToEventInput,
): Promise<WriteOutcome> {
  return await writeIn(ports, { uid, ...input }, "respond", async context => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await respondOnce(context, input);
      if (outcome.kind === "written" || outcome.because !== "changedMeanwhile" || attempt === attempts)
        return outcome;
    }
  });
}

async function respondOnce(context: WriteContext, input: RespondToEventInput): Promise<WriteOutcome> {
  const found = await findOccurrence(context, input.eventId, undefined, input.scope === "all");
  if (found.kind === "failed") return found;
  const { event, series } = found;
  const outcome = await answer(context, (series ?? found).event, input);
  // A changed occurrence has guests of its own. If the series is answered, its answer is the same.
  if (outcome.kind === "written" && series?.isException === true) await answer(context, event, input);
  return outcome;
}

async function answer(
  { google, place, sendUpdates }: WriteContext,
  { id, etag, attendees = [] }: ReadEvent,
  { response, comment }: RespondToEventInput,
): Promise<WriteOutcome> {
  const self = attendees.find(guest => guest.self === true);
  if (self === undefined) return failedBecause("notInvited");
  const body: EventBody = {
    // "This can be used to only update the participant's response" (events reference, `attendeesOmitted`).
    attendeesOmitted: true,
    attendees: [{ ...self, responseStatus: response, ...(comment !== undefined && { comment }) }],
  };
  const outcome = await patchSettled(google, { ...place, eventId: id }, body, { etag, sendUpdates });
  return written(outcome);
}
