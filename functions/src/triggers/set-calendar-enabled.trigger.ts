import { HttpsError, onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { setCalendarEnabled as setEnabled } from "../account/user-calendars.ts";
import { userCalendarPorts } from "../compose.ts";
import { transientAsUnavailable, authorized } from "./callable.ts";
import { keyPattern } from "../model/keys.ts";
import { everyFunction } from "./every-function.ts";

const input = z.strictObject({
  calendarKey: z.string().check(z.regex(keyPattern)),
  enabled: z.boolean(),
});

/**
 * `{calendarKey, enabled}` → `{waiting}`: true if the user must connect the account again before anything is synced.
 */
export const setCalendarEnabled = onCall(
  { ...everyFunction, memory: "256MiB", concurrency: 80, timeoutSeconds: 60 },
  async request => {
    const call = authorized(request, input);
    const { calendarKey, enabled } = call.input;
    const outcome = await transientAsUnavailable(
      setEnabled(userCalendarPorts(), call.uid, calendarKey, enabled),
    );
    if (outcome === "unknown") throw new HttpsError("not-found", "You have no such calendar.");
    return { waiting: outcome === "waiting" };
  },
);
