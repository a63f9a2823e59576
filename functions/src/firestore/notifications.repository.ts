import type { Firestore } from "firebase-admin/firestore";
import type { NotificationStore } from "../ports/sync.port.ts";
import { paths, watchDocument } from "./documents.ts";
import { stateFromDocument } from "./sync-state-document.ts";

/** The webhook's one round trip to Firestore. */
export function createNotificationStore(db: Firestore): NotificationStore {
  return {
    read: async (channelId, calendarKey) => {
      const [watch, state] = await db.getAll(
        db.doc(paths.watch(channelId)),
        db.doc(paths.syncState(calendarKey)),
      );
      return {
        watch: watch?.exists ? watchDocument.parse(watch.data()) : undefined,
        calendar: state?.exists ? stateFromDocument(state.data()) : undefined,
      };
    },
  };
}
