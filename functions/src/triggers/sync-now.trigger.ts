import { HttpsError, onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { syncNow as sync } from "../account/user-calendars.ts";
import { userCalendarPorts } from "../compose.ts";
import { transientAsUnavailable, authorized } from "./callable.ts";
import { keyPattern } from "../model/keys.ts";
import { everyFunction } from "./every-function.ts";
import { tooSoon } from "./too-soon.ts";

const input = z
  .strictObject({
    calendarKey: z.string().check(z.regex(keyPattern)),
    full: z.optional(z.boolean()),
    ifStale: z.optional(z.boolean()),
  })
  .check(
    z.refine(({ full, ifStale }) => full !== true || ifStale !== true, "full and ifStale exclude each other"),
  );

const sentences = {
  disabled: "This calendar is switched off. Switch it on to sync it.",
  reauth_required: "Google no longer lets us read this calendar. Connect the account again first.",
  disconnecting: "This account is being disconnected.",
} as const;

/**
 * `{calendarKey, full?, ifStale?}` → `{}` as soon as the sync is queued. `full` asks for a full sync, at most once an
 * hour per calendar. Sooner: `resource-exhausted` with the details `{retryAfterSeconds}`. `ifStale` queues nothing if
 * the last pass began less than ten minutes ago: for a client that has just been opened.
 */
export const syncNow = onCall(
  { ...everyFunction, memory: "256MiB", concurrency: 80, timeoutSeconds: 60 },
  async request => {
    const call = authorized(request, input);
    const { calendarKey, full = false, ifStale = false } = call.input;
    const demand = full ? "full" : ifStale ? "ifStale" : "pull";
    const outcome = await transientAsUnavailable(sync(userCalendarPorts(), call.uid, calendarKey, demand));
    if (outcome.kind === "unknown") throw new HttpsError("not-found", "You have no such calendar.");
    if (outcome.kind === "inactive") throw new HttpsError("failed-precondition", sentences[outcome.reason]);
    if (outcome.kind === "tooSoon") throw tooSoon(outcome.waitMs);
    return {};
  },
);
