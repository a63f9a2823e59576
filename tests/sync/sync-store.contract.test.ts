import { createSyncStore } from "../../functions/src/firestore/sync-store.repository.ts";
import { describeSyncStore } from "../../functions/src/sync/testing/sync-store-contract.fake.ts";
import { uid } from "../../functions/src/sync/testing/sync-world.fake.ts";
import { addCalendar, newCalendarKey, openFirestore } from "./firestore-store.ts";

describeSyncStore("the store in Firestore", () => {
  const db = openFirestore();
  const calendarKey = newCalendarKey();
  const calendar = db.doc(`users/${uid}/calendars/${calendarKey}`);
  return Promise.resolve({
    store: createSyncStore(db),
    calendarKey,
    add: (key, state) => addCalendar(db, key, state),
    removeCalendarDocument: async () => {
      await calendar.delete();
    },
    removeState: async () => {
      await db.doc(`syncStates/${calendarKey}`).delete();
    },
    phase: async (): Promise<unknown> => (await calendar.get()).get("sync.phase"),
  });
});
