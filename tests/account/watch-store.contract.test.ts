import { storedState } from "../../functions/src/firestore/documents.ts";
import { newSyncState } from "../../functions/src/model/sync-state.ts";
import { createWatchStore } from "../../functions/src/firestore/watches.repository.ts";
import type { WatchTarget } from "../../functions/src/ports/watch.port.ts";
import { describeWatchStore } from "../../functions/src/watch/watch-store-contract.fake.ts";
import { newKey, openOwnDatabase } from "./own-database.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";

const documentOf = ({ resource, calendarKey }: WatchTarget) =>
  resource === "events" ? `calendarSyncStates/${calendarKey}` : `calendarSyncLists/${calendarKey}`;

describeWatchStore("the watches in Firestore", () => {
  const db = openOwnDatabase();
  return Promise.resolve({
    store: createWatchStore(databaseOf(db, "users")),
    newKey,
    putTarget: async target => {
      const { resource, uid, accountId, calendarId, active, pushUnsupported, epoch } = target;
      if (resource === "calendarList") {
        await db.doc(documentOf(target)).set({ uid, active, pushUnsupported, syncToken: null, revision: 1 });
        return;
      }
      const state = newSyncState({ uid, accountId, calendarId, timeZone: "UTC" }, epoch);
      await db.doc(documentOf(target)).set(storedState({ ...state, active, pushUnsupported }));
    },
    removeTarget: async target => {
      await db.doc(documentOf(target)).delete();
    },
    tokenHash: async channelId =>
      (await db.doc(`calendarSyncWatches/${channelId}`).get()).get("tokenHash") as unknown,
  });
});
