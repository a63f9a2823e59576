import type { DeleteEventInput } from "@firestore-calendar-sync/client";
import { readInstanceId } from "../recurrence/instance-id.ts";
import { findOccurrence } from "./find-occurrence.ts";
import { deleteFollowing } from "./split-series.ts";
import { removeSettled } from "./settled-writes.ts";
import { type WriteContext, type WriteOutcome, type WritePorts, writeIn } from "./write-context.ts";

/**
 * Deletes an event, one occurrence of a series, this and all later ones, or all. Of an invitation, the user's own copy
 * is deleted.
 */
export async function deleteEvent(
  ports: WritePorts,
  uid: string,
  input: DeleteEventInput,
): Promise<WriteOutcome> {
  const { eventId, etag, scope = "this" } = input;
  return await writeIn(ports, { uid, ...input }, "delete", async context => {
    if (scope === "this" && etag !== undefined) {
      const outcome = await remove(context, { id: eventId, etag });
      if (outcome.kind === "written" || outcome.because !== "changedMeanwhile") return outcome;
      // Perhaps only the etag of its series has changed (`isShown`).
    }
    const found = await findOccurrence(context, eventId, etag, scope !== "this");
    if (found.kind === "failed") {
      const isGone = found.because === "gone" && found.failure === undefined;
      // Deleted before: what the user wanted. But a cancelled occurrence says nothing about its series.
      const isMeant = scope === "this" || readInstanceId(eventId) === undefined;
      return isGone && isMeant ? deleted(eventId) : found;
    }
    const { event, series } = found;
    if (series === undefined) return await remove(context, event);
    if (scope === "all") return await remove(context, series.event);
    const outcome = await deleteFollowing(context, event, series);
    return outcome === "first" ? await remove(context, series.event) : outcome;
  });
}

async function remove(
  { google, place, sendUpdates }: WriteContext,
  { id, etag }: { readonly id: string; readonly etag: string },
): Promise<WriteOutcome> {
  const outcome = await removeSettled(google, { ...place, eventId: id }, { etag, sendUpdates });
  return outcome.kind === "failed" ? outcome : deleted(id);
}

/** A deleted event has no document, so its etag matters to nobody. */
function deleted(eventId: string): WriteOutcome {
  return { kind: "written", event: { eventId, etag: "" } };
}
