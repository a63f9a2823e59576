import { expect, test } from "@jest/globals";
import { createSyncStore } from "../../functions/src/firestore/sync-store.repository.ts";
import { CommitRefused } from "../../functions/src/ports/sync.port.ts";
import { event } from "../../functions/src/sync/testing/sync-store-contract.fake.ts";
import { newState, uid } from "../../functions/src/sync/testing/sync-world.fake.ts";
import { addCalendar, newCalendarKey, openFirestore } from "./firestore-store.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";

test("a document of more than 1 MiB is refused for its content, not for a failure that passes", async () => {
  const db = openFirestore();
  const calendarKey = newCalendarKey();
  await addCalendar(db, calendarKey, newState());
  const store = createSyncStore(databaseOf(db, "users"));
  const stored = await store.read(calendarKey);
  const write = {
    kind: "set",
    event: event("huge", { calendarKey, description: "x".repeat(1_100_000) }),
  } as const;
  const commit = store.commit(calendarKey, uid, { events: [write], state: { lease: null } }, stored?.version);
  await expect(commit).rejects.toThrow(CommitRefused);
});
