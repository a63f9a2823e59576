import { onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { writePorts } from "../compose.ts";
import { deleteEvent as remove } from "../write/delete-event.ts";
import { authorized } from "./callable.ts";
import { calendarKey, etag, eventId, scope, sendUpdates } from "./event-input.ts";
import { answerWrite, writeFunction } from "./event-write.ts";

const input = z.strictObject({
  calendarKey,
  eventId,
  etag: z.exactOptional(etag),
  scope,
  sendUpdates,
});

/** `DeleteEventInput` → `{ended?}` when the event is deleted at Google, now or before. */
export const deleteEvent = onCall(writeFunction, async request => {
  const call = authorized(request, input);
  const { ended } = await answerWrite(remove(writePorts(), call.uid, call.input));
  return ended === undefined ? {} : { ended };
});
