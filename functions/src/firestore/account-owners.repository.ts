import { FieldPath, type Firestore } from "firebase-admin/firestore";
import type { AccountOwners } from "../ports/account.port.ts";
import { paths } from "./documents.ts";

/** Accounts per page. */
const pageSize = 1000;

/** The owners of `calendarSyncLists/{accountId}`. Every account has this document as long as any of its data exists. */
export function createAccountOwners(db: Firestore): AccountOwners {
  return { pages: () => pages(db) };
}

async function* pages(db: Firestore): AsyncGenerator<readonly string[]> {
  const ordered = db.collection(paths.calendarLists).orderBy(FieldPath.documentId()).select("uid");
  let last: string | undefined;
  do {
    const query = last === undefined ? ordered : ordered.startAfter(last);
    const { docs } = await query.limit(pageSize).get();
    yield docs.map(doc => doc.get("uid") as unknown).filter(uid => typeof uid === "string");
    last = docs.length === pageSize ? docs.at(-1)?.id : undefined;
  } while (last !== undefined);
}
