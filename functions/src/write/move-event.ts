import type { MoveEventInput } from "@firestore-calendar-sync/client";
import { findOccurrence } from "./find-occurrence.ts";
import { isGuest } from "./google-event.ts";
import { moveSettled } from "./settled-writes.ts";
import {
  queuePull,
  writableCalendar,
  type WriteOutcome,
  type WritePorts,
  writeIn,
  written,
} from "./write-context.ts";
import { failedBecause } from "./write-failure.ts";

/** Moves an event, or the series of an occurrence, to another calendar of the same account. */
export async function moveEvent(
  ports: WritePorts,
  uid: string,
  input: MoveEventInput,
): Promise<WriteOutcome> {
  const { eventId, toCalendarKey, etag } = input;
  const target = await writableCalendar(ports, uid, toCalendarKey);
  if ("kind" in target) return target;
  const outcome = await writeIn(ports, { uid, ...input }, "move", async context => {
    const { google, place, sendUpdates } = context;
    if (place.accountId !== target.accountId) return failedBecause("badChange");
    const found = await findOccurrence(context, eventId, etag, true);
    if (found.kind === "failed") return found;
    const { id, organizer } = (found.series ?? found).event;
    if (isGuest({ organizer })) return failedBecause("notOrganizer");
    const moved = await moveSettled(google, { ...place, eventId: id }, target.calendarId, { sendUpdates });
    return written(moved);
  });
  if (outcome.kind === "written" || outcome.because === "outcomeUnknown")
    await queuePull(ports, toCalendarKey);
  return outcome;
}
