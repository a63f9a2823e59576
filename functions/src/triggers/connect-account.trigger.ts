import { HttpsError, onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { startConnect } from "../account/start-connect.ts";
import { connectPorts } from "../compose.ts";
import { googleClientSecret, tokenEncryptionKeys } from "../config.ts";
import { transientAsUnavailable, authorized } from "./callable.ts";
import { everyFunction } from "./every-function.ts";

const input = z.strictObject({ returnTo: z.optional(z.string().check(z.maxLength(2048))) });

/**
 * `{returnTo?}` → `{url}`: the address to which the app sends the user. It is Google's consent page, or a page of the
 * app if the user's Workspace has consented for them.
 */
export const connectAccount = onCall(
  {
    ...everyFunction,
    memory: "512MiB",
    concurrency: 80,
    timeoutSeconds: 60,
    secrets: [googleClientSecret, tokenEncryptionKeys],
  },
  async request => {
    const call = authorized(request, input);
    const outcome = await transientAsUnavailable(
      startConnect(connectPorts(), {
        uid: call.uid,
        own: call.own,
        returnTo: call.input.returnTo,
      }),
    );
    if (outcome.kind === "foreignReturnAddress") {
      throw new HttpsError("invalid-argument", "returnTo must be a page of this app.");
    }
    return { url: outcome.url };
  },
);
