import { createHash } from "node:crypto";
import { initializeApp, deleteApp, type App } from "firebase-admin/app";
import { getFirestore, Timestamp, type Firestore } from "firebase-admin/firestore";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import { connectGoogleAccount, signIn, type AppUser } from "../../scripts/local/app-user.ts";
import { googleClientOf } from "../../scripts/local/google-client.ts";
import { GoogleControl } from "../../scripts/local/google-control.ts";

/** A connected user of the running stack, with admin access to Firestore and the user's own Google client. */
export interface LocalWorld {
  readonly control: GoogleControl;
  readonly user: AppUser;
  readonly google: calendar_v3.Calendar;
  readonly db: Firestore;
  readonly calendarId: string;
  readonly calendarKey: string;
  leave(): Promise<void>;
}

/** Resets the local Google and connects a user with one calendar that contains `events`. */
export async function connectedWorld(name: string, events: readonly object[] = []): Promise<LocalWorld> {
  const email = `${name}@example.com`;
  const control = new GoogleControl();
  await control.reset();
  const calendar = { id: email, summary: name, timeZone: "Europe/Berlin", primary: true, events };
  await control.seed([{ email, name, calendars: [calendar] }]);
  const user = await signIn({ sub: `${name}-${process.pid}`, email, name });
  await connectGoogleAccount(user, email);
  const app: App = initializeApp({ projectId: "demo-calendar-sync" }, `owner-${name}`);
  const db = getFirestore(app);
  const calendars = await db.collection(`users/${user.uid}/calendars`).where("calendarId", "==", email).get();
  const calendarKey = calendars.docs[0]?.id;
  if (calendarKey === undefined) throw new Error(`${email} was connected, but its calendar is not there`);
  return {
    control,
    user,
    google: await googleClientOf(control, email),
    db,
    calendarId: email,
    calendarKey,
    leave: async () => {
      await user.leave();
      await deleteApp(app);
    },
  };
}

/**
 * Writes the document of a channel whose token the test knows. Returns its id. `resourceId` null means that the
 * product does not know it yet. Waits for the calendar's own channel first, because otherwise that channel would be
 * newer and the product would close this one.
 */
export async function openChannel(
  { db, user, calendarKey, calendarId }: LocalWorld,
  token: string,
  resourceId: string | null,
): Promise<string> {
  const channelId = `${calendarKey}-${"t".repeat(22)}`;
  await eventually("the calendar's own channel", async () => {
    const watches = await db.collection("watches").where("calendarKey", "==", calendarKey).get();
    return watches.docs.some(watch => watch.get("status") === "open");
  });
  const state = await db.doc(`syncStates/${calendarKey}`).get();
  await db.doc(`watches/${channelId}`).set({
    uid: user.uid,
    accountId: String(state.get("accountId")),
    calendarKey,
    calendarId,
    tokenHash: createHash("sha256").update(token).digest("base64url"),
    resourceId,
    expiresAt: Timestamp.fromMillis(Date.now() + 86_400_000),
    status: "open",
    createdAt: Timestamp.now(),
  });
  return channelId;
}

/** The titles of the stored events by id, as a client would list them. */
export async function storedSummaries({ db, user }: LocalWorld): Promise<Map<string, unknown>> {
  const events = await db.collection(`users/${user.uid}/events`).get();
  return new Map(events.docs.map(document => [String(document.get("eventId")), document.get("summary")]));
}

/** The titles of the events at Google by id. */
export async function googleSummaries({ google, calendarId }: LocalWorld): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  let pageToken: string | undefined;
  do {
    const params = { calendarId, maxResults: 2500, ...(pageToken !== undefined && { pageToken }) };
    const { data } = await google.events.list(params);
    for (const event of data.items ?? []) found.set(event.id ?? "", event.summary);
    pageToken = data.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
  return found;
}

/** Repeats `check` until it returns a value. Throws an error that names `what` after `withinMs`. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined | false>,
  withinMs = 45_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await check();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** An event of one hour that begins at the current full hour, `inDays` days from today. */
export function timedEvent(id: string, summary: string, inDays = 1): calendar_v3.Schema$Event {
  const startMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 + inDays * 86_400_000;
  return {
    id,
    summary,
    start: { dateTime: new Date(startMs).toISOString() },
    end: { dateTime: new Date(startMs + 3_600_000).toISOString() },
  };
}
