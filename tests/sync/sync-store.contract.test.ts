import { expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import { createSyncStore } from "../../functions/src/firestore/sync-store.repository.ts";
import { describeSyncStore } from "../../functions/src/sync/testing/sync-store-contract.fake.ts";
import { uid } from "../../functions/src/sync/testing/sync-world.fake.ts";
import { addCalendar, newCalendarKey, openFirestore } from "./firestore-store.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";

describeSyncStore("the store in Firestore", () => {
  const db = openFirestore();
  const calendarKey = newCalendarKey();
  const calendar = db.doc(`users/${uid}/calendars/${calendarKey}`);
  return Promise.resolve({
    store: createSyncStore(databaseOf(db, "users")),
    calendarKey,
    add: (key, state) => addCalendar(db, key, state),
    removeCalendarDocument: async () => {
      await calendar.delete();
    },
    removeState: async () => {
      await db.doc(`calendarSyncStates/${calendarKey}`).delete();
    },
    shownSeries: async () => {
      const all = await db
        .collection(`users/${uid}/calendarSeries`)
        .where("calendarKey", "==", calendarKey)
        .get();
      return new Map(all.docs.map(found => [found.id.slice(calendarKey.length + 1), found.data()]));
    },
    phase: async (): Promise<unknown> => (await calendar.get()).get("sync.phase"),
  });
});

test("what a pass remembers has an end at which Firestore's TTL policy deletes it", async () => {
  const db = openFirestore();
  const calendarKey = newCalendarKey();
  await createSyncStore(databaseOf(db, "users")).savePassMemory(
    calendarKey,
    "holder",
    ["first", "second"],
    1_800_000_000_000,
  );
  const parts = await db.collection(`calendarSyncStates/${calendarKey}/calendarSyncPasses`).get();
  expect(parts.docs.map(({ id }) => id)).toEqual(["holder-0", "holder-1"]);
  for (const part of parts.docs)
    expect(part.get("checkpointExpiresAt")).toEqual(Timestamp.fromMillis(1_800_000_000_000));
});
