/**
 * The floors: the same input and output as our functions, without their logic. They run on the same server as the
 * product. The harness loads this module like a bundle, so it must be compatible with CommonJS.
 */
import { initializeApp } from "firebase-admin/app";
import { Timestamp, getFirestore, type DocumentData } from "firebase-admin/firestore";
import { getFunctions } from "firebase-admin/functions";
import { onRequest } from "firebase-functions/https";

const app = initializeApp({ serviceAccountId: "emulator@demo-calendar-sync.iam.gserviceaccount.com" });

/** A notification without logic: two reads in one round trip, and the creation of a task. */
export const notificationFloor = onRequest(async (request, response) => {
  const channelId = String(request.headers["x-goog-channel-id"]);
  const calendarKey = channelId.slice(0, 22);
  const db = getFirestore(app);
  const [, state] = await db.getAll(
    db.doc(`calendarSyncWatches/${channelId}`),
    db.doc(`calendarSyncStates/${calendarKey}`),
  );
  await getFunctions(app)
    .taskQueue("locations/us-central1/functions/syncCalendar")
    .enqueue({ calendarKey, epoch: 1 }, { id: `${calendarKey}-${String(state?.get("epoch"))}-1` });
  response.status(204).end();
});

let prepared: DocumentData[] = [];

/** Reads the documents of an import, so that the floor can write the same documents. */
export const importFloorPrepare = onRequest(async (request, response) => {
  const { uid } = request.query as Readonly<Record<string, string>>;
  const events = await getFirestore(app)
    .collection(`users/${uid ?? ""}/calendarEvents`)
    .get();
  prepared = events.docs.map(event => event.data());
  response.json({ documents: prepared.length });
});

/** An import without logic: fetches the same pages, and writes the same documents with a BulkWriter. */
export const importFloor = onRequest(async (request, response) => {
  const { calendarId, token, into } = request.query as Readonly<Record<string, string>>;
  const root = process.env["GOOGLE_CALENDAR_EMULATOR_URL"] ?? "";
  const db = getFirestore(app);
  const writer = db.bulkWriter({ throttling: false });
  const begun = performance.now();
  const timeMin = new Date(Timestamp.now().toMillis() - 30 * 86_400_000).toISOString();
  let pages = 0;
  let written = 0;
  let pageToken: string | undefined;
  do {
    const query = new URLSearchParams({
      maxResults: "2500",
      timeMin,
      ...(pageToken !== undefined && { pageToken }),
    });
    const answer = await fetch(
      `${root}/calendar/v3/calendars/${encodeURIComponent(calendarId ?? "")}/events?${query.toString()}`,
      { headers: { Authorization: `Bearer ${token ?? ""}` } },
    );
    const page = (await answer.json()) as {
      readonly items: readonly object[];
      readonly nextPageToken?: string;
    };
    pages += 1;
    for (const document of prepared.slice(written, written + page.items.length)) {
      void writer.set(db.doc(`${into ?? "floor"}/${String(document["eventId"])}`), document);
    }
    written += page.items.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  await writer.close();
  response.json({ durationMs: performance.now() - begun, pages, written });
});
