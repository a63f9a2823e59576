import { onUserDeleted as onDeleted } from "firebase-functions/identity";
import { disconnectUser } from "../account/disconnect.ts";
import { disconnectPorts } from "../compose.ts";

/** A user who leaves takes everything along: each account is disconnected as if they had done it themselves. */
export const onUserDeleted = onDeleted(
  { memory: "256MiB", timeoutSeconds: 300, retry: true },
  async event => {
    await disconnectUser(disconnectPorts(), event.data.uid);
  },
);
