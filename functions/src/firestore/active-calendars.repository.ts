import { FieldPath, type Firestore } from "firebase-admin/firestore";
import * as z from "zod";
import type { ActiveCalendars } from "../ports/sync.port.ts";
import { paths, timestamp } from "./documents.ts";

const summary = z.object({ epoch: z.number(), openSeries: z.boolean(), windowStart: timestamp.nullable() });

/** Active calendars by pages of keys, one query a page. */
export function createActiveCalendars(db: Firestore): ActiveCalendars {
  return {
    page: async (afterKey, limit) => {
      const query = db
        .collection(paths.syncStates)
        .where("active", "==", true)
        .orderBy(FieldPath.documentId())
        .select("epoch", "openSeries", "windowStart")
        .limit(limit);
      const page = await (afterKey === undefined ? query : query.startAfter(afterKey)).get();
      return page.docs.map(snapshot => {
        const { epoch, openSeries, windowStart } = summary.parse(snapshot.data());
        return {
          calendarKey: snapshot.id,
          epoch,
          openSeries,
          windowStartMs: windowStart?.toMillis() ?? null,
        };
      });
    },
  };
}
