import { createHash } from "node:crypto";
import { Timestamp, type Firestore } from "firebase-admin/firestore";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import { connect } from "../../stack/client/connect.ts";
import { openDatabase } from "../../stack/client/database.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import type { GoogleControl } from "../../stack/client/google-control.ts";
import { until } from "../../stack/client/until.ts";
import { signIn, type AppUser } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";

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
  await control.reset();
  const calendar = { id: email, summary: name, timeZone: "Europe/Berlin", primary: true, events };
  await control.seed([{ email, name, calendars: [calendar] }]);
  const user = await signIn(stack, { sub: `${name}-${process.pid}`, email, name });
  await connect(user, email);
  const { db, close } = openDatabase(stack);
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
      await close();
    },
  };
}

/**
 * Writes the document of a channel with the test's token. Returns its id. `resourceId` null means that Google's answer
 * is not stored yet. Waits for the calendar's own channel first, because otherwise that channel would be newer and the
 * product would close this one.
 */
export async function openChannel(
  { db, user, calendarKey, calendarId }: LocalWorld,
  token: string,
  resourceId: string | null,
): Promise<string> {
  const channelId = `${calendarKey}-${"t".repeat(22)}`;
  await until("the calendar's own channel", async () => {
    const watches = await db.collection("calendarSyncWatches").where("calendarKey", "==", calendarKey).get();
    return watches.docs.some(watch => watch.get("status") === "open");
  });
  const state = await db.doc(`calendarSyncStates/${calendarKey}`).get();
  await db.doc(`calendarSyncWatches/${channelId}`).set({
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
  const events = await db.collection(`users/${user.uid}/calendarEvents`).get();
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
