import { FieldValue } from "firebase-admin/firestore";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { doc, getDoc, setDoc, Timestamp, type Firestore as WebFirestore } from "firebase/firestore";
import { accountPath, calendarChangesPath, calendarPath, eventsPath } from "@firestore-calendar-sync/client";
import { call, type CallAnswer } from "../../stack/client/callables.ts";
import type { Connection } from "../../stack/client/connection.ts";
import { dumpDatabase } from "../../stack/client/database.ts";
import { requestJson } from "../../stack/client/http.ts";
import { runSchedule } from "../../stack/client/schedules.ts";
import { until } from "../../stack/client/until.ts";
import type { SmokeWorld } from "../smoke/world.ts";

/**
 * Documents that a client forges must change nothing for another user. The attack is made with the web
 * SDK, under the rules that `add` wrote, and under rules that a careless host might have.
 */
const ruleSets = {
  /** A user may write anything below their own document. */
  "an owner may write everything below users/{uid}": `match /users/{uid}/{document=**} {
      allow read, write: if request.auth != null && request.auth.uid == uid;
    }`,
  /** Anybody may write anything below anybody's document. */
  "anybody may write everything below users": `match /users/{uid}/{document=**} {
      allow read: if request.auth != null && request.auth.uid == uid;
      allow write: if request.auth != null;
    }`,
} as const;

type Forged = { readonly path: string; readonly fields: object };

/** What an attacker writes, who knows every id of the victim. */
function forgedDocuments(world: SmokeWorld, accountId: string, calendarKey: string): Forged[] {
  const victim = world.user.uid;
  const attacker = world.stranger.uid;
  const now = Timestamp.now();
  const account = { email: "victim@example.com", statusSince: now, connectedAt: now };
  const calendar = { accountId, calendarId: "smoke@example.com", enabled: false, accessRole: "owner" };
  const later = Timestamp.fromMillis(Date.now() + 48 * 3_600_000);
  const event = {
    calendarKey,
    eventId: "planted",
    summary: "Planted",
    etag: "x",
    startAt: later,
    endAt: later,
  };
  return [attacker, victim].flatMap(uid => [
    { path: accountPath(uid, accountId), fields: { ...account, status: "disconnecting" } },
    { path: accountPath(uid, accountId), fields: { ...account, status: "active" } },
    { path: accountPath(uid, accountId), fields: { ...account, status: "disconnecting" } },
    { path: calendarPath(uid, calendarKey), fields: calendar },
    { path: `${eventsPath(uid)}/${calendarKey}_planted`, fields: event },
  ]);
}

/** Tries each attempt, and returns the paths of those that the rules accepted. */
async function acceptedOf(
  documents: readonly Forged[],
  attempt: (document: Forged) => Promise<unknown>,
): Promise<string[]> {
  const accepted: string[] = [];
  for (const document of documents) {
    const outcome = await attempt(document).then(
      () => "accepted",
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );
    if (outcome === "accepted") accepted.push(document.path);
    else if (outcome !== "permission-denied") throw new Error(`${document.path}: ${outcome}`);
  }
  return accepted;
}

const forge = async (db: WebFirestore, documents: readonly Forged[]): Promise<string[]> =>
  await acceptedOf(documents, async ({ path, fields }) => {
    await setDoc(doc(db, path), fields);
  });

/** Under the rules that `add` wrote, no client writes a document of ours or reads the server's. */
export async function refusedByAddedRules(world: SmokeWorld): Promise<void> {
  const { accountId, calendarKey } = await victimOf(world);
  const shown = forgedDocuments(world, accountId, calendarKey);
  const all = [...(await dumpDatabase(world.owner.db)).keys()];
  const server = all
    .filter(path => path.startsWith("calendarSync"))
    .map(path => ({ path, fields: { uid: world.stranger.uid } }));
  const kinds = new Set(server.map(({ path }) => path.split("/")[0]));
  if (kinds.size < 4 || !kinds.has(calendarChangesPath))
    throw new Error(`only ${[...kinds].join(", ")} have documents: the proof is void`);
  for (const user of [world.stranger, world.user]) {
    const written = await forge(user.db, [...shown, ...server]);
    if (written.length > 0) throw new Error(`the rules let a client write ${written.join(", ")}`);
    const read = await acceptedOf(server, async ({ path }) => await getDoc(doc(user.db, path)));
    if (read.length > 0) throw new Error(`the rules let a client read ${read.join(", ")}`);
  }
}

/** Under careless rules the forged documents are stored, and the server believes none of them. */
export async function deafUnderCarelessRules(world: SmokeWorld, app: string): Promise<void> {
  const { accountId, calendarKey } = await victimOf(world);
  const safe = readFileSync(join(app, "firestore.rules"), "utf8");
  for (const [name, careless] of Object.entries(ruleSets)) {
    await setRules(
      world.connection,
      safe.replace(/(match \/databases\/\{database\}\/documents \{)/, `$1\n${careless}`),
    );
    const before = await belongings(world);
    const accepted = await forge(world.stranger.db, forgedDocuments(world, accountId, calendarKey));
    if (accepted.length < 5)
      throw new Error(`${name}: only ${accepted.length} writes were accepted: the proof is void`);
    await requireDeaf(world, accountId, calendarKey);
    const after = await belongings(world);
    for (const [path, fields] of before) {
      if (!path.startsWith("calendarSyncCredentials/")) continue;
      if (JSON.stringify(after.get(path)) !== JSON.stringify(fields))
        throw new Error(`${name}: ${path} changed`);
    }
    const gone = [...before.keys()].filter(path => !after.has(path));
    if (gone.length > 0) throw new Error(`${name}: deleted ${gone.join(", ")}`);
  }
  await setRules(world.connection, safe);
}

/** Every call of the attacker is answered as for an unknown calendar; the victim's own calls mend what is shown. */
async function requireDeaf(world: SmokeWorld, accountId: string, calendarKey: string): Promise<void> {
  const answers: CallAnswer[] = [];
  for (const data of [{}, { full: true }, { ifStale: true }])
    answers.push(await call(world.stranger, "syncNow", { calendarKey, ...data }));
  for (const enabled of [true, false])
    answers.push(await call(world.stranger, "setCalendarEnabled", { calendarKey, enabled }));
  answers.push(await call(world.stranger, "setCalendarWindow", { calendarKey, pastDays: 0 }));
  answers.push(await call(world.stranger, "disconnectAccount", { accountId }));
  const believed = answers.filter(({ error }) => error?.status !== "NOT_FOUND");
  if (believed.length > 0) throw new Error(`the attacker was answered ${JSON.stringify(believed)}`);

  await runSchedule(world.connection, "renewWatches");
  await runSchedule(world.connection, "backupSync");
  // A user may ask for one full sync of a calendar in an hour (account/demand-limits.ts).
  await world.owner.db
    .doc(`calendarSyncStates/${calendarKey}`)
    .update({ fullDemandedAt: FieldValue.delete() });
  const mended = await call(world.user, "syncNow", { calendarKey, full: true });
  if (mended.status !== 200) throw new Error(`the victim's own call was answered ${JSON.stringify(mended)}`);
  await until("what the victim sees is as it was", async () => {
    const { db } = world.owner;
    const account = await db.doc(accountPath(world.user.uid, accountId)).get();
    const calendar = await db.doc(calendarPath(world.user.uid, calendarKey)).get();
    const planted = await db.doc(`${eventsPath(world.user.uid)}/${calendarKey}_planted`).get();
    return account.get("status") === "active" && calendar.get("enabled") === true && !planted.exists;
  });
  const stolen = await world.owner.db.collection(eventsPath(world.stranger.uid)).get();
  const foreign = stolen.docs.filter(({ id }) => id !== `${calendarKey}_planted`);
  if (foreign.length > 0) throw new Error(`the attacker received ${foreign.length} events of the victim`);
}

async function victimOf(world: SmokeWorld): Promise<{ accountId: string; calendarKey: string }> {
  const states = await world.owner.db
    .collection("calendarSyncStates")
    .where("uid", "==", world.user.uid)
    .get();
  const [state] = states.docs;
  if (state === undefined) throw new Error("the victim has no calendar");
  return { accountId: String(state.get("accountId")), calendarKey: state.id };
}

/** The victim's documents, by path. */
async function belongings(world: SmokeWorld): Promise<Map<string, object>> {
  const { uid } = world.user;
  const all = [...(await dumpDatabase(world.owner.db))];
  return new Map(all.filter(([path, fields]) => path.includes(uid) || JSON.stringify(fields).includes(uid)));
}

/** Replaces the rules of the Firestore emulator (firebase.google.com/docs/emulator-suite, its REST endpoint). */
async function setRules({ firestoreHost, projectId }: Connection, content: string): Promise<void> {
  await requestJson(`http://${firestoreHost}/emulator/v1/projects/${projectId}:securityRules`, "PUT", {
    rules: { files: [{ name: "firestore.rules", content }] },
  });
}
