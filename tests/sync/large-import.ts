import { handleSyncTask } from "../../functions/src/sync/sync-calendar.ts";
import type { Fingerprint } from "../../functions/src/ports/sync.port.ts";
import { calendarKey, storeOf, SyncWorld } from "../../functions/src/sync/testing/sync-world.fake.ts";

/*
 * Imports EVENTS events, then runs a full sync without changes, and prints the process's peak memory as JSON. It runs
 * in its own process with a limited heap. Google's pages are created on request, and the store keeps only
 * fingerprints, so that the measured memory is the engine's.
 */
const total = Number(process.env["EVENTS"] ?? 100_000);
const pageSize = 2_500;
const description = "Some words that a person wrote. ".repeat(64);

/** A page as from the network: all strings are new, and pages share no objects. */
function page(from: number): unknown[] {
  const items = Array.from({ length: Math.min(pageSize, total - from) }, (_, n) => ({
    id: `event${String(from + n).padStart(21, "0")}`,
    status: "confirmed",
    etag: `"${from + n}"`,
    updated: "2026-01-04T10:00:00.000Z",
    summary: `event ${from + n}`,
    description: `${from + n}: ${description}`,
    start: { dateTime: "2026-02-02T09:00:00+01:00", timeZone: "Europe/Berlin" },
    end: { dateTime: "2026-02-02T10:00:00+01:00", timeZone: "Europe/Berlin" },
    attendees: [{ email: "someone@example.com", responseStatus: "accepted" }],
  }));
  return JSON.parse(JSON.stringify(items)) as unknown[];
}

// The feed's check would compare with the documents in memory, and this store does not keep them.
const world = new SyncWorld({}, { changeFeed: false });
const stored = new Map<string, Fingerprint>();
let written = 0;
const ports = {
  ...world.ports,
  store: storeOf(world.documents, {
    index: () => Promise.resolve(new Map(stored)),
    commit: async (key, uid, batch, version) => {
      for (const write of batch.events) {
        written += 1;
        if (write.kind === "delete") throw new Error("nothing was deleted at Google");
        const { eventId, etag, startAtMs, endAtMs } = write.event;
        stored.set(eventId, { etag, startAtMs, endAtMs });
      }
      return await world.documents.commit(key, uid, { ...batch, events: [] }, version);
    },
  }),
  events: {
    list: ({ pageToken = "0" }: { readonly pageToken?: string }) => {
      const from = Number(pageToken);
      const next = from + pageSize;
      return Promise.resolve({
        kind: "page" as const,
        items: page(from),
        ...(next < total ? { nextPageToken: String(next) } : { nextSyncToken: '["s",0,"full",0,0]' }),
      });
    },
  },
};

async function fullSync(): Promise<number> {
  const before = written;
  world.clock.advance(60_000);
  world.documents.change(calendarKey, { resyncEpoch: world.state.epoch });
  const task = { calendarKey, epoch: world.state.epoch, cause: "user" } as const;
  const outcome = await handleSyncTask(ports, task, { taskId: `task${world.clock.now()}`, attempt: 0 });
  if (outcome !== "synced") throw new Error(outcome);
  return written - before;
}

const startedMs = performance.now();
const first = await fullSync();
const again = await fullSync();
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(
  `${JSON.stringify({ first, again, peakMiB, ms: Math.round(performance.now() - startedMs) })}\n`,
);
