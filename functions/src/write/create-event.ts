import type { CreateEventInput } from "@firestore-calendar-sync/client";
import { insertBody } from "./event-body.ts";
import { eventIdOf } from "./event-id.ts";
import { areTimes } from "./moved-times.ts";
import { insertSettled } from "./settled-writes.ts";
import { type WriteOutcome, type WritePorts, writeIn, written } from "./write-context.ts";
import { failedBecause } from "./write-failure.ts";

/** Creates an event. The id depends on the request only: a repeated request finds the event that the first one made. */
export async function createEvent(
  ports: WritePorts,
  uid: string,
  input: CreateEventInput,
): Promise<WriteOutcome> {
  const { event, requestId, calendarKey } = input;
  if (!areTimes(event)) return failedBecause("badTimes");
  return await writeIn(
    ports,
    { uid, ...input },
    "create",
    async ({ google, place, timeZone, sendUpdates }) => {
      const body = insertBody(event, eventIdOf(calendarKey, requestId), timeZone);
      const outcome = await insertSettled(google, place, body, { sendUpdates });
      return written(outcome);
    },
  );
}
