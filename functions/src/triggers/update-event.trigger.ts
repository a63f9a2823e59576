import { onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { writePorts } from "../compose.ts";
import { updateEvent as update } from "../write/update-event.ts";
import { authorized } from "./callable.ts";
import { calendarKey, etag, eventChanges, eventId, scope, sendUpdates } from "./event-input.ts";
import { answerWrite, writeFunction } from "./event-write.ts";

const input = z.strictObject({
  calendarKey,
  eventId,
  changes: eventChanges,
  etag: z.exactOptional(etag),
  scope,
  sendUpdates,
});

/** `UpdateEventInput` → `{eventId, etag, ended?}` when Google has the changes. */
export const updateEvent = onCall(writeFunction, async request => {
  const call = authorized(request, input);
  return await answerWrite(update(writePorts(), call.uid, call.input));
});
