import { onUserDeleted as onDeleted } from "firebase-functions/identity";
import { disconnectUser } from "../account/disconnect.ts";
import { disconnectPorts } from "../compose.ts";

/**
 * Disconnects all accounts of a user who was deleted. One instance is enough: it only marks accounts and stores tasks,
 * and an event that finds no free place is delivered again (cloud.google.com/eventarc/docs/retry-events).
 */
export const onUserDeleted = onDeleted(
  { memory: "256MiB", concurrency: 20, maxInstances: 1, timeoutSeconds: 300, retry: true },
  async event => {
    await disconnectUser(disconnectPorts(), event.data.uid);
  },
);
