import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { getFirestore, type Firestore, type QueryDocumentSnapshot } from "firebase-admin/firestore";
import { connect, google, projectId, until, type GooglePeople, type Person } from "./stack-client.ts";

/**
 * Prepares the local Google for a test file: it has only these users, faults are removed before each test, and the
 * state and the clock are reset afterwards. Returns the database, to which security rules do not apply.
 */
export function useStack(people: GooglePeople): Firestore {
  const app = initializeApp({ projectId });
  beforeAll(async () => {
    await google("POST", "reset");
    await people.seed();
  });
  beforeEach(async () => {
    await google("DELETE", "faults");
  });
  afterAll(async () => {
    await google("POST", "reset");
    await deleteApp(app);
  });
  return getFirestore(app);
}

interface Settled {
  readonly accountId: string;
  /** The keys of the synced calendars. */
  readonly keys: readonly string[];
  /** The first of `keys`. */
  readonly key: string;
}

/** Connects an account and waits until its `count` calendars are live and watched, and its calendar list is watched. */
export async function settle(db: Firestore, person: Person, email: string, count = 1): Promise<Settled> {
  const accountId = await connect(person, email);
  const keys = await until(`${count} live calendars`, async () => {
    const calendars = await db.collection(`users/${person.uid}/calendars`).get();
    const live = calendars.docs.filter(calendar => calendar.get("sync.phase") === "live");
    return live.length === count && live.map(({ id }) => id);
  });
  await until("a channel for each, and one for the list", async () => {
    const watches = await db.collection("watches").where("accountId", "==", accountId).get();
    return watches.docs.filter(watch => watch.get("status") === "open").length === count + 1;
  });
  return { accountId, keys, key: keys[0] ?? "" };
}

/** The open watches of a calendar. */
export async function openWatchesOf(db: Firestore, key: string): Promise<QueryDocumentSnapshot[]> {
  const watches = await db.collection("watches").where("calendarKey", "==", key).get();
  return watches.docs.filter(watch => watch.get("status") === "open");
}

/** The titles of a user's events, sorted. */
export async function summariesOf(db: Firestore, { uid }: Person): Promise<string[]> {
  const events = await db.collection(`users/${uid}/events`).get();
  return events.docs.map(event => event.get("summary") as string).sort();
}
