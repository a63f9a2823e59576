import { FieldPath, type Firestore } from "firebase-admin/firestore";
import * as z from "zod";
import type { ActiveCalendars } from "../ports/active-calendars.port.ts";
import { paths } from "./documents.ts";

const epoch = z.number();

/** Active calendars by pages of keys, one query a page. */
export function createActiveCalendars(db: Firestore): ActiveCalendars {
  return {
    page: async (which, afterKey, limit) => {
      const active = db.collection(paths.syncStates).where("active", "==", true);
      const query = (which === "all" ? active : active.where("openSeries", "==", true))
        .orderBy(FieldPath.documentId())
        .select("epoch")
        .limit(limit);
      const page = await (afterKey === undefined ? query : query.startAfter(afterKey)).get();
      return page.docs.map(snapshot => ({
        calendarKey: snapshot.id,
        epoch: epoch.parse(snapshot.get("epoch")),
      }));
    },
  };
}
