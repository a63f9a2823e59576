import { onUserDeleted as onDeleted } from "firebase-functions/identity";
import { disconnectUser } from "../account/disconnect.ts";
import { disconnectPorts } from "../compose.ts";

/** Disconnects all accounts of a user who was deleted. */
export const onUserDeleted = onDeleted(
  { memory: "256MiB", timeoutSeconds: 300, retry: true },
  async event => {
    await disconnectUser(disconnectPorts(), event.data.uid);
  },
);
