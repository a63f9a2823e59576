import { HttpsError, onCall } from "firebase-functions/https";
import * as z from "zod";
import { syncNow as sync } from "../account/user-calendars.ts";
import { userCalendarPorts } from "../compose.ts";
import { transientAsUnavailable, authorized } from "./callable.ts";
import { keyPattern } from "../model/keys.ts";

const input = z.strictObject({
  calendarKey: z.string().regex(keyPattern),
  full: z.boolean().optional(),
});

const sentences = {
  disabled: "This calendar is switched off. Switch it on to sync it.",
  reauth_required: "Google no longer lets us read this calendar. Connect the account again first.",
  disconnecting: "This account is being disconnected.",
} as const;

/** `{calendarKey, full?}` → `{}` as soon as the sync is queued. `full` asks for a full sync. */
export const syncNow = onCall({ memory: "256MiB", timeoutSeconds: 60 }, async request => {
  const call = authorized(request, input);
  const { calendarKey, full = false } = call.input;
  const outcome = await transientAsUnavailable(sync(userCalendarPorts(), call.uid, calendarKey, full));
  if (outcome.kind === "unknown") throw new HttpsError("not-found", "You have no such calendar.");
  if (outcome.kind === "inactive") throw new HttpsError("failed-precondition", sentences[outcome.reason]);
  return {};
});
