import { Timestamp } from "firebase-admin/firestore";
import { expect, test } from "@jest/globals";
import { createCallStore } from "../../functions/src/firestore/calendar-calls.repository.ts";
import { describeCallStore } from "../../functions/src/quota/call-store-contract.fake.ts";
import { newKey, openOwnDatabase } from "../account/own-database.ts";

const db = openOwnDatabase();

// The database keeps the days of earlier runs.
describeCallStore("the calls in Firestore", () => createCallStore(db), newKey());

test("a shard has the fields that the TTL policy and the rules are for", async () => {
  const day = newKey();
  const store = createCallStore(db);
  await store.add(day, 4, 2, 1_800_000_000_000);
  await store.add(day, 4, 3, 1_800_000_060_000);
  expect((await db.doc(`calendarSyncCalls/${day}-4`).get()).data()).toEqual({
    day,
    calls: 5,
    countExpiresAt: Timestamp.fromMillis(1_800_000_060_000),
  });
});
