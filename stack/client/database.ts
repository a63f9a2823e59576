import { deleteApp, initializeApp } from "firebase-admin/app";
import { initializeFirestore, type Firestore, type Timestamp } from "firebase-admin/firestore";
import type { Connection } from "./connection.ts";
import { requestJson } from "./http.ts";

/** The database without security rules. */
export type OwnDatabase = { readonly db: Firestore; readonly close: () => Promise<void> };

let opened = 0;

/** Opens a database with the Admin SDK. The environment of this process has no effect. */
export function openDatabase(
  connection: Pick<Connection, "projectId" | "firestoreHost">,
  databaseId = "(default)",
): OwnDatabase {
  const { projectId, firestoreHost } = connection;
  opened += 1;
  const app = initializeApp({ projectId }, `owner-${opened}`);
  const db = initializeFirestore(app, {}, databaseId);
  db.settings({ host: firestoreHost, ssl: false, customHeaders: { Authorization: "Bearer owner" } });
  return {
    db,
    close: async () => {
      await deleteApp(app);
    },
  };
}

/** Empties Firestore. */
export async function clearDatabase({ projectId, firestoreHost }: Connection): Promise<void> {
  const documents = `projects/${projectId}/databases/(default)/documents`;
  await requestJson(`http://${firestoreHost}/emulator/v1/${documents}`, "DELETE");
}

/**
 * Returns every document of the database, by path. One query covers all collections of any name, including documents
 * without an existing parent (reference of `CollectionSelector.allDescendants`: no collection id means all of them).
 */
export async function dumpDatabase(db: Firestore): Promise<Map<string, object>> {
  const { docs } = await db.collectionGroup("").get();
  return new Map(docs.map(document => [document.ref.path, document.data()]));
}

/** Milliseconds since 1970, with the microseconds that `toMillis` drops. */
export function millisecondsOf(timestamp: Timestamp): number {
  return timestamp.seconds * 1000 + timestamp.nanoseconds / 1e6;
}
