import { HttpsError, onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { setCalendarWindow as setWindow } from "../account/user-calendars.ts";
import { userCalendarPorts } from "../compose.ts";
import { transientAsUnavailable, authorized } from "./callable.ts";
import { keyPattern } from "../model/keys.ts";
import { everyFunction } from "./every-function.ts";
import { tooSoon } from "./too-soon.ts";

/** Of `PAST_WINDOW_DAYS`, too. */
const maxPastDays = 3650;
/** The horizon moves once a day, by at least half a day: the end of a shorter future could be today. */
const minFutureDays = 7;
/** Five years: a daily series with all of the past has 5,480 occurrences, of the 20,000 that are stored of a series. */
const maxFutureDays = 1830;

const input = z.strictObject({
  calendarKey: z.string().check(z.regex(keyPattern)),
  pastDays: z.optional(z.nullable(z.int().check(z.minimum(0), z.maximum(maxPastDays)))),
  futureDays: z.optional(z.nullable(z.int().check(z.minimum(minFutureDays), z.maximum(maxFutureDays)))),
});

/**
 * `{calendarKey, pastDays?, futureDays?}` → `{}` as soon as the choice is stored and its work is queued. An absent
 * field keeps its value; null returns to the deployment's default. A larger window, at most once an hour per calendar.
 * Sooner: `resource-exhausted` with the details `{retryAfterSeconds}`.
 */
export const setCalendarWindow = onCall(
  { ...everyFunction, memory: "256MiB", concurrency: 80, timeoutSeconds: 60 },
  async request => {
    const call = authorized(request, input);
    const { calendarKey, ...choice } = call.input;
    const outcome = await transientAsUnavailable(
      setWindow(userCalendarPorts(), call.uid, calendarKey, choice),
    );
    if (outcome.kind === "unknown") throw new HttpsError("not-found", "You have no such calendar.");
    if (outcome.kind === "tooSoon") throw tooSoon(outcome.waitMs);
    return {};
  },
);
