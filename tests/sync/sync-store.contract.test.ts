import { expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import { calendarChangesConverter, calendarChangesPath } from "@firestore-calendar-sync/client";
import { createSyncStore } from "../../functions/src/firestore/sync-store.repository.ts";
import { describeSyncStore } from "../../functions/src/sync/testing/sync-store-contract.fake.ts";
import { newState, uid } from "../../functions/src/sync/testing/sync-world.fake.ts";
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
    feedEntry: async (seq): Promise<unknown> =>
      (await db.doc(`calendarSyncChanges/${calendarKey}-${seq}`).get()).get("changes"),
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

test("an entry of the change feed says whose event changed and when, and has an end of seven days", async () => {
  const db = openFirestore();
  const [calendarKey, atMs, seq] = [newCalendarKey(), 1_800_000_000_000, 5];
  await addCalendar(db, calendarKey, newState());
  const store = createSyncStore(databaseOf(db, "users"));
  const stored = await store.read(calendarKey);
  const changes = [{ kind: "deleted", eventId: "gone", why: "cancelled" } as const];
  const feed = { accountId: "account", seq, atMs, changes };
  await store.commit(calendarKey, uid, { events: [], feed, state: { changeSeq: seq } }, stored?.version);
  const entry = db.doc(`${calendarChangesPath}/${calendarKey}-5`);
  const at = Timestamp.fromMillis(atMs);
  const shown = { uid, accountId: "account", calendarKey, seq, at, changes };
  expect((await entry.withConverter(calendarChangesConverter).get()).data()).toEqual(shown);
  const changesExpireAt = Timestamp.fromMillis(atMs + 7 * 86_400_000);
  expect((await entry.get()).data()).toEqual({ ...shown, changesExpireAt });
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
