import { FieldValue, type Firestore, Timestamp } from "firebase-admin/firestore";
import { callShards, type CallStore } from "../ports/quota.port.ts";
import { calendarCallsDocument, paths } from "./documents.ts";

/** `calendarSyncCalls/{day}-{shard}`. A TTL policy on `countExpiresAt` deletes the days that are over. */
export function createCallStore(db: Firestore): CallStore {
  return {
    add: async (day, shard, calls, expiresAtMs) => {
      const countExpiresAt = Timestamp.fromMillis(expiresAtMs);
      await db
        .doc(paths.calendarCalls(day, shard))
        .set({ day, calls: FieldValue.increment(calls), countExpiresAt }, { merge: true });
    },

    usedOn: async day => {
      const shards = Array.from({ length: callShards }, (_, shard) =>
        db.doc(paths.calendarCalls(day, shard)),
      );
      const snapshots = await db.getAll(...shards);
      return snapshots
        .filter(snapshot => snapshot.exists)
        .reduce((sum, snapshot) => sum + calendarCallsDocument.parse(snapshot.data()).calls, 0);
    },
  };
}
