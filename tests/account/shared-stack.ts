import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Firestore, QueryDocumentSnapshot } from "firebase-admin/firestore";
import { rootFolder } from "../../stack/addresses.ts";
import { connect } from "../../stack/client/connect.ts";
import { dumpDatabase, openDatabase } from "../../stack/client/database.ts";
import { until } from "../../stack/client/until.ts";
import type { Person } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import type { GooglePeople } from "./google-people.ts";

/**
 * Prepares the local Google for a test file: it has only these users, faults are removed before each test, and the
 * state and the clock are reset afterwards. Returns the database, to which security rules do not apply.
 */
export function useStack(people: GooglePeople): Firestore {
  const { db, close } = openDatabase(stack);
  beforeAll(async () => {
    await control.reset();
    await people.seed();
  });
  beforeEach(async () => {
    await control.clearFaults();
  });
  afterAll(async () => {
    await control.reset();
    await close();
  });
  return db;
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
    const watches = await db.collection("calendarSyncWatches").where("accountId", "==", accountId).get();
    return watches.docs.filter(watch => watch.get("status") === "open").length === count + 1;
  });
  return { accountId, keys, key: keys[0] ?? "" };
}

/** The watches of a calendar, or of the list of the account with this id. */
async function watchesOf(db: Firestore, key: string): Promise<QueryDocumentSnapshot[]> {
  return (await db.collection("calendarSyncWatches").where("calendarKey", "==", key).get()).docs;
}

/** The open watches of a calendar. */
export async function openWatchesOf(db: Firestore, key: string): Promise<QueryDocumentSnapshot[]> {
  return (await watchesOf(db, key)).filter(watch => watch.get("status") === "open");
}

/** Deletes the watches of a calendar or list, as if they had been lost. */
export async function forgetWatchesOf(db: Firestore, key: string): Promise<void> {
  for (const watch of await watchesOf(db, key)) await watch.ref.delete();
}

/** The titles of a user's events, sorted. */
export async function summariesOf(db: Firestore, { uid }: Person): Promise<string[]> {
  const events = await db.collection(`users/${uid}/calendarEvents`).get();
  return events.docs.map(event => event.get("summary") as string).sort();
}

/** The paths of the documents that contain a user's uid in their path or fields. */
export async function traces(db: Firestore, uid: string): Promise<string[]> {
  return [...(await dumpDatabase(db))]
    .filter(([path, fields]) => path.includes(uid) || JSON.stringify(fields).includes(uid))
    .map(([path]) => path)
    .sort();
}

/** A secret of the local functions, by its name. */
export function localSecret(name: string): string {
  const file = readFileSync(join(rootFolder, "functions", ".secret.local"), "utf8");
  const line = file.split("\n").find(text => text.startsWith(`${name}=`));
  if (line === undefined) throw new Error(`no ${name} in .secret.local`);
  return line.slice(name.length + 1);
}
