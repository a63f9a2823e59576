/**
 * Two simpler designs with the purpose of the product, for docs/cost.md: polling Google every minute, and listing and
 * writing all events again at each notification. They run on the same server as the product and count their operations.
 */
import { initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { onRequest } from "firebase-functions/https";

/** The operations of a design so far. */
export interface Operations {
  readonly runs: number;
  readonly apiCalls: number;
  readonly reads: number;
  readonly writes: number;
  /** The sum of the runs' durations. */
  readonly busyMs: number;
}

interface Page {
  readonly items?: readonly { readonly id: string; readonly status?: string }[];
  readonly nextPageToken?: string;
  readonly nextSyncToken?: string;
}

const app = initializeApp({ serviceAccountId: "emulator@demo-calendar-sync.iam.gserviceaccount.com" });

const nothing: Operations = { runs: 0, apiCalls: 0, reads: 0, writes: 0, busyMs: 0 };
let done = nothing;

async function list(query: Readonly<Record<string, string>>, target: Target): Promise<Page> {
  const address = `${process.env["GOOGLE_CALENDAR_EMULATOR_URL"] ?? ""}/calendar/v3/calendars/${encodeURIComponent(target.calendarId)}/events`;
  const answer = await fetch(
    `${address}?${new URLSearchParams({ maxResults: "2500", ...query }).toString()}`,
    {
      headers: { Authorization: `Bearer ${target.token}` },
    },
  );
  if (!answer.ok) throw new Error(`Google answered ${answer.status}`);
  return (await answer.json()) as Page;
}

interface Target {
  readonly calendarId: string;
  readonly token: string;
  readonly into: string;
}

/** Writes all pages of a query, in batches of 500. Returns the sync token of the last page. */
async function copy(query: Readonly<Record<string, string>>, target: Target): Promise<string | undefined> {
  const db = getFirestore(app);
  let pageToken: string | undefined;
  for (;;) {
    const page = await list({ ...query, ...(pageToken !== undefined && { pageToken }) }, target);
    const items = page.items ?? [];
    for (let from = 0; from < items.length; from += 500) {
      const batch = db.batch();
      for (const item of items.slice(from, from + 500)) {
        const document = db.doc(`${target.into}/${item.id}`);
        if (item.status === "cancelled") batch.delete(document);
        else batch.set(document, item);
      }
      await batch.commit();
    }
    done = { ...done, apiCalls: done.apiCalls + 1, writes: done.writes + items.length };
    if (page.nextPageToken === undefined) return page.nextSyncToken;
    pageToken = page.nextPageToken;
  }
}

async function counted(run: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  await run();
  done = { ...done, runs: done.runs + 1, busyMs: done.busyMs + performance.now() - begun };
}

const targetOf = (query: unknown): Target => query as Target;

/** A poll: reads the sync token, asks Google for changes, and writes the changes and the new token. */
export const poll = onRequest(async (request, response) => {
  const target = targetOf(request.query);
  await counted(async () => {
    const state = getFirestore(app).doc("designs/poll");
    const syncToken: unknown = (await state.get()).get("syncToken");
    const next = await copy(typeof syncToken === "string" ? { syncToken } : {}, target);
    await state.set({ syncToken: next ?? null });
    done = { ...done, reads: done.reads + 1, writes: done.writes + 1 };
  });
  response.status(204).end();
});

/** A notification in the naive design: reads the channel, lists all events, and writes all of them again. */
export const naivePush = onRequest(async (request, response) => {
  const target = targetOf(request.query);
  if (request.headers["x-goog-resource-state"] === "exists") {
    await counted(async () => {
      await getFirestore(app).doc("designs/naive").get();
      await copy({}, target);
      done = { ...done, reads: done.reads + 1 };
    });
  }
  response.status(204).end();
});

/** Returns the operations since the last call. */
export const takeOperations = onRequest((_request, response) => {
  response.json(done);
  done = nothing;
});
