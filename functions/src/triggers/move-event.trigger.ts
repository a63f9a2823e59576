import { onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { writePorts } from "../compose.ts";
import { moveEvent as move } from "../write/move-event.ts";
import { authorized } from "./callable.ts";
import { calendarKey, etag, eventId, sendUpdates } from "./event-input.ts";
import { answerWrite, writeFunction } from "./event-write.ts";

const input = z.strictObject({
  calendarKey,
  eventId,
  toCalendarKey: calendarKey,
  etag: z.exactOptional(etag),
  sendUpdates,
});

/** `MoveEventInput` → `{eventId, etag}` when the event is in the other calendar at Google. */
export const moveEvent = onCall(writeFunction, async request => {
  const call = authorized(request, input);
  return await answerWrite(move(writePorts(), call.uid, call.input));
});
