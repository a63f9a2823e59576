import { HttpsError, onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { disconnectAccount as disconnect } from "../account/disconnect.ts";
import { disconnectPorts } from "../compose.ts";
import { transientAsUnavailable, authorized } from "./callable.ts";
import { keyPattern } from "../model/keys.ts";
import { everyFunction } from "./every-function.ts";

const input = z.strictObject({ accountId: z.string().check(z.regex(keyPattern)) });

/** `{accountId}` → `{}`. The account is `disconnecting` when the call returns; a task then deletes it. */
export const disconnectAccount = onCall(
  { ...everyFunction, memory: "256MiB", concurrency: 80, timeoutSeconds: 60 },
  async request => {
    const call = authorized(request, input);
    const outcome = await transientAsUnavailable(
      disconnect(disconnectPorts(), call.uid, call.input.accountId),
    );
    if (outcome === "unknown") throw new HttpsError("not-found", "You have no such account.");
    return {};
  },
);
