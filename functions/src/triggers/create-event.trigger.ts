import { onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { writePorts } from "../compose.ts";
import { createEvent as create } from "../write/create-event.ts";
import { authorized } from "./callable.ts";
import { calendarKey, newEvent, sendUpdates } from "./event-input.ts";
import { answerWrite, writeFunction } from "./event-write.ts";

const input = z.strictObject({
  calendarKey,
  event: newEvent,
  requestId: z.string().check(z.regex(/^[A-Za-z0-9_-]{8,100}$/)),
  sendUpdates,
});

/** `CreateEventInput` → `{eventId, etag}` when the event exists at Google. A repeated call makes no second event. */
export const createEvent = onCall(writeFunction, async request => {
  const call = authorized(request, input);
  return await answerWrite(create(writePorts(), call.uid, call.input));
});
