import type { Firestore } from "firebase-admin/firestore";
import { callerOf, type Claims, type Harness } from "@firestore-calendar-sync/harness";
import { consentUrl } from "../../stack/client/connect.ts";

/** Where `connectAccount` sends this user. */
export async function connectUrl(harness: Harness, claims: Claims): Promise<URL> {
  const caller = callerOf(harness, claims);
  return new URL(await consentUrl(caller, `${caller.appUrl}/#/week`));
}

/** Every document of the server's collections, and of this user, by path. */
export async function documentsOf(db: Firestore, uid: string): Promise<Map<string, object>> {
  const collections = [
    "calendarSyncCredentials",
    "calendarSyncOAuthStates",
    "calendarSyncLists",
    "calendarSyncWatches",
    "calendarSyncStates",
  ];
  const mine = ["calendarAccounts", "calendars", "calendarEvents", "calendarSeries"].map(name =>
    db.collection(`users/${uid}/${name}`).get(),
  );
  const server = collections.map(name => db.collection(name).where("uid", "==", uid).get());
  const found = await Promise.all([...mine, ...server]);
  return new Map(found.flatMap(({ docs }) => docs.map(document => [document.ref.path, document.data()])));
}
