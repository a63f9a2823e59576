import { onUserDeleted as onDeleted } from "firebase-functions/identity";
import { disconnectUser } from "../account/disconnect.ts";
import { disconnectPorts } from "../compose.ts";
import { everyFunction } from "./every-function.ts";

/**
 * Disconnects all accounts of a user who was deleted. One instance is enough: it only marks accounts and stores tasks.
 *
 * The daily round finds the users whose event was lost or failed. The option `retry` is not set, because the Firebase
 * CLI refuses a first deploy without a terminal if a function has it (firebase-tools, deploy/functions/prompts.js).
 */
export const onUserDeleted = onDeleted(
  { ...everyFunction, memory: "256MiB", concurrency: 20, maxInstances: 1, timeoutSeconds: 300 },
  async event => {
    await disconnectUser(disconnectPorts(), event.data.uid);
  },
);
