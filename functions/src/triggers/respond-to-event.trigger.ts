import { onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { writePorts } from "../compose.ts";
import { respondToEvent as respond } from "../write/respond-to-event.ts";
import { authorized } from "./callable.ts";
import { calendarKey, eventId, sendUpdates } from "./event-input.ts";
import { answerWrite, writeFunction } from "./event-write.ts";

const input = z.strictObject({
  calendarKey,
  eventId,
  response: z.enum(["accepted", "tentative", "declined"]),
  comment: z.exactOptional(z.string().check(z.maxLength(1_024))),
  scope: z.exactOptional(z.enum(["this", "all"])),
  sendUpdates,
});

/** `RespondToEventInput` → `{eventId, etag}` when Google has the answer to the invitation. */
export const respondToEvent = onCall(writeFunction, async request => {
  const call = authorized(request, input);
  return await answerWrite(respond(writePorts(), call.uid, call.input));
});
