import { HttpsError, onCall } from "firebase-functions/https";
import * as z from "zod/mini";
import { confirmConnect as confirm } from "../account/finish-connect.ts";
import { connectPorts } from "../compose.ts";
import { googleClientSecret, tokenEncryptionKeys } from "../config.ts";
import { transientAsUnavailable, authorized } from "./callable.ts";
import { everyFunction } from "./every-function.ts";

const input = z.strictObject({ confirmation: z.string().check(z.regex(/^[A-Za-z0-9_-]{32}$/)) });

/**
 * `{confirmation}` → `{connected}` or `{connectError}`: connects the account of a consent, if the caller is the
 * user who began the attempt. A confirmation is used up by any call, also by another user's.
 */
export const confirmConnect = onCall(
  {
    ...everyFunction,
    memory: "512MiB",
    concurrency: 80,
    timeoutSeconds: 120,
    secrets: [googleClientSecret, tokenEncryptionKeys],
  },
  async request => {
    const call = authorized(request, input);
    const outcome = await transientAsUnavailable(
      confirm(connectPorts(), {
        uid: call.uid,
        confirmation: call.input.confirmation,
      }),
    );
    switch (outcome.kind) {
      case "connected":
        return { connected: outcome.accountId };
      case "refused":
        return { connectError: outcome.error };
      case "otherUser":
        throw new HttpsError(
          "permission-denied",
          "Another user began this connection, so nothing was connected. Connect your calendar from your own page.",
        );
      case "unknownAttempt":
        throw new HttpsError(
          "not-found",
          "This connection was finished already or is too old. Connect your calendar again.",
        );
    }
  },
);
