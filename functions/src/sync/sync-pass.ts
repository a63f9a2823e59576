import type { EventPage, EventWrite, Fingerprint, SyncPorts } from "../ports/sync.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import type { Zone } from "../recurrence/zone.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { commitSurvivors } from "./commit-survivors.ts";
import { noteOfStatus, statusAfterPass } from "./protocol.ts";
import type { FencedWriter } from "./fenced-writer.ts";
import { idOf, type ParsedItem, parseItem } from "./parse-event.ts";
import { flush, type PassContext, WriteBuffer } from "./commit-queue.ts";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { assumedFullSync, type Pass } from "./plan-pass.ts";
import { planPage, planSweep } from "./plan-page.ts";
import { syncSeries } from "./sync-series.ts";
import { asStored } from "./as-stored.ts";
import type { SyncMetrics } from "./sync-metrics.ts";
import { queryVersion } from "../model/sync-state.ts";

/** How a pass ended. */
export type PassOutcome =
  | { readonly kind: "complete"; readonly mode: Pass["mode"] }
  /** The pull's sync token is dead (410), or the calendar's days have moved: only a full sync helps. */
  | { readonly kind: "needsFullSync" }
  /** Google does not know the page token any more, or we do not know what the pass has seen: begin it again. */
  | { readonly kind: "restart" }
  /** Another holder, or none: nothing more may be written. */
  | { readonly kind: "lost" }
  /** Stored where it is; the lease is released; a new task goes on. */
  | { readonly kind: "outOfTime" }
  /**
   * The last page had no sync token, or none is the last: what was listed may be incomplete (dotnet#610, php#2637).
   */
  | { readonly kind: "incomplete" }
  | GoogleFailure;

/**
 * Lists page by page, the next page being fetched while this one is written, and writes what differs. Series are
 * planned after the last page, when all their exceptions are known. The sync token goes into the last commit,
 * together with the last writes: it can never be ahead of the data.
 */
export async function runPass(
  ports: SyncPorts,
  fence: FencedWriter,
  run: SyncMetrics,
  pass: Pass,
): Promise<PassOutcome> {
  const { uid, accountId, calendarId, timeZone: knownTimeZone } = fence.state();
  const listPage = async (pageToken: string | undefined): Promise<EventPage | GoogleFailure> => {
    run.count("apiCalls");
    return await ports.events.list({
      accountId,
      calendarId,
      query: pass.query,
      ...(pageToken !== undefined && { pageToken }),
    });
  };

  const next = listPage(pass.resumed?.pageToken);
  // A rejection is awaited at the top of the loop; until then it must not count as unhandled.
  next.catch(() => undefined);
  const memory = await loadCheckpoint(ports, run, fence.state(), pass);
  // Another task has finished the pass that this one was to go on with, or its memory is lost.
  if (memory === undefined) return { kind: "restart" };
  const context: PassContext = {
    ports,
    fence,
    run,
    pass,
    memory,
    buffer: new WriteBuffer(ports.settings.maxBatchWrites),
    uid,
    flushed: Promise.resolve("fresh"),
  };
  try {
    return await passPages(context, next, listPage, zoneOr(pass.resumed?.timeZone ?? knownTimeZone, utc));
  } finally {
    // Whatever ended the pass, the lease is not given back under a commit that is still on its way.
    await context.flushed.catch(() => undefined);
  }
}

type ListPage = (pageToken: string) => Promise<EventPage | GoogleFailure>;

async function passPages(
  context: PassContext,
  first: Promise<EventPage | GoogleFailure>,
  listPage: ListPage,
  knownZone: Zone,
): Promise<PassOutcome> {
  const { run, pass } = context;
  let next = first;
  let zone = knownZone;
  const asked = new Set([pass.resumed?.pageToken]);
  for (let isFirst = pass.resumed === undefined; ; isFirst = false) {
    const page: EventPage | GoogleFailure = await next;
    if (page.kind === "failed") return passFailure(page);
    run.count("pages");
    // A name that means nothing says nothing: the calendar stays in the zone in which it is known.
    const told = zoneOr(page.timeZone, zone);
    if (told.name !== zone.name) {
      // All-day events are days of the calendar's zone: every one of them has moved, and a delta does not list them.
      if (pass.mode === "pull") return { kind: "needsFullSync" };
      // A zone that changes in the middle is left to the next pull: the pages before were read in the old one.
      if (isFirst) zone = told;
    }
    const { nextPageToken } = page;
    if (nextPageToken !== undefined) {
      // A list that leads back to one of its own pages has no end.
      if (asked.has(nextPageToken)) return { kind: "incomplete" };
      asked.add(nextPageToken);
      next = listPage(nextPageToken);
      next.catch(() => undefined);
    }
    await applyPage(context, page, zone);
    if (nextPageToken === undefined) {
      if (page.nextSyncToken === undefined) return { kind: "incomplete" };
      return await complete(context, page.nextSyncToken, zone);
    }
    if ((await flush(context)) === "lost") return { kind: "lost" };
    if (run.outOfTime()) return await handOver(context, nextPageToken, zone);
  }
}

function passFailure(failure: GoogleFailure): PassOutcome {
  if (failure.reason === "pageTokenRejected") return { kind: "restart" };
  return failure.reason === "tokenExpired" ? { kind: "needsFullSync" } : failure;
}

async function applyPage(context: PassContext, page: EventPage, zone: Zone): Promise<void> {
  const { run, pass, memory, buffer } = context;
  const calendar = { calendarKey: run.calendarKey, zone };
  const parsed = newestOf(page.items.map(raw => parseItem(raw, calendar)));
  const ids = parsed.flatMap(item => idOf(item) ?? []);
  const stored = memory.inventory?.stored ?? (await lookUp(context, ids));
  const read = parsed.map(item => asStored(item, stored));
  const items = read.map(({ item }) => item);
  const plan = planPage(items, stored, pass.windowStartMs, pass.rewrite);
  for (const { item, lacksLines } of read) {
    noteItem(context, item, stored);
    if (lacksLines) memory.unreadable.add(idOf(item) ?? "");
  }
  if (page.isIncomplete === true) memory.isBlind = true;
  run.count("changed", items.length);
  run.count("unchanged", plan.unchanged);
  if (memory.inventory !== undefined) remember(memory.inventory.stored, plan.writes);
  buffer.add(plan.writes);
}

/** What a pass remembers of an item until its end, whether or not it could be read. */
function noteItem(
  { ports, run, memory }: PassContext,
  item: ParsedItem,
  stored: ReadonlyMap<string, Fingerprint>,
): void {
  const { changes: drafts, inventory, unreadable } = memory;
  drafts.note(item, stored);
  const id = idOf(item);
  if (item.kind !== "removed" && id !== undefined) inventory?.listed.add(id);
  if (item.kind !== "malformed") {
    // Of a series only its planning tells whether it could be read completely.
    if (item.kind !== "series" && id !== undefined) unreadable.delete(id);
    return;
  }
  // Any stored event may be what it was about.
  if (id === undefined) memory.isBlind = true;
  unreadable.add(item.eventId ?? `no id, ${item.problem}`);
  run.count("malformed");
  ports.log.warn("event skipped", {
    calendarKey: run.calendarKey,
    // Whatever it is, it need not fill the log.
    eventId: item.eventId?.slice(0, 100),
    problem: item.problem,
  });
}

/** An event's last mention on a page is its newest. One that cannot be read does not cost the one before. */
function newestOf(items: readonly ParsedItem[]): ParsedItem[] {
  const newest = new Map<unknown, ParsedItem>();
  for (const item of items) {
    const id = idOf(item) ?? item;
    const isBesideReadable = item.kind === "malformed" && newest.has(id);
    newest.set(isBesideReadable ? item : id, item);
  }
  return [...newest.values()];
}

/** Fingerprints of the stored events among `ids`, as they will be once the waiting writes are committed. */
async function lookUp(
  { ports, run, uid, buffer }: PassContext,
  ids: readonly string[],
): Promise<Map<string, Fingerprint>> {
  const stored = await ports.store.fingerprints(uid, run.calendarKey, ids);
  run.count("reads", ids.length);
  remember(
    stored,
    ids.flatMap(id => buffer.get(id) ?? []),
  );
  return stored;
}

/** Not the event itself: a full sync would keep every event it has written in memory. */
function fingerprintOf({ etag, startAtMs, endAtMs, recurringEventId }: Fingerprint): Fingerprint {
  return { etag, startAtMs, endAtMs, recurringEventId };
}

function remember(stored: Map<string, Fingerprint>, writes: readonly EventWrite[]): void {
  for (const write of writes) {
    if (write.kind === "delete") stored.delete(write.eventId);
    else stored.set(write.event.eventId, fingerprintOf(write.event));
  }
}

async function complete(context: PassContext, syncToken: string, zone: Zone): Promise<PassOutcome> {
  const { run, pass, memory, buffer } = context;
  const series = await syncSeries(context, zone);
  if (series.kind !== "planned") return { kind: series.kind };
  sweep(context);
  if ((await flush(context)) === "lost" || (await context.flushed) === "lost") return { kind: "lost" };
  const batch = buffer.take();
  const changed = run.hasChanged() || batch.events.length > 0;
  let showed = false;
  const outcome = await commitSurvivors(context, batch, state => {
    const nowMs = run.clock.now();
    const unreadable = memory.unreadable.names;
    const shown = statusAfterPass(state, { changed, unreadable: unreadable.length }, nowMs);
    showed = shown !== undefined;
    return {
      events: [],
      ...(pass.resumed && { forget: pass.resumed }),
      state: {
        syncToken,
        timeZone: zone.name,
        queryVersion,
        windowStartMs: pass.windowStartMs,
        horizonMs: pass.horizonMs,
        openSeries: series.open || (pass.mode === "pull" && state.openSeries),
        ...(pass.mode === "full" && { horizonPendingFromMs: null }),
        fullSyncedAtMs:
          pass.mode === "full" ? nowMs : (state.fullSyncedAtMs ?? assumedFullSync(state, nowMs)),
        unreadable,
        coveredEpoch: Math.max(state.coveredEpoch, pass.closes),
        lease: null,
        failure: null,
        progress: null,
        lastRun: { cause: run.cause, startedAtMs: run.startedAtMs, finishedAtMs: nowMs },
        ...(shown && { shown: noteOfStatus(shown, nowMs) }),
      },
      ...(shown && { shown: { ...shown, timeZone: zone.name } }),
    };
  });
  if (outcome === "lost") return { kind: "lost" };
  run.wrote(batch, showed);
  return { kind: "complete", mode: pass.mode };
}

/** Deletes what Google did not list, if it is certain that Google did not. */
function sweep({ ports, run, memory, buffer }: PassContext): void {
  const { inventory } = memory;
  if (inventory === undefined) return;
  if (memory.isBlind) {
    const { size } = inventory.stored;
    ports.log.warn("nothing deleted: an item had no readable id, or a page no items", {
      calendarKey: run.calendarKey,
      stored: size,
    });
    return;
  }
  buffer.add(planSweep(inventory.stored, inventory.listed));
}

/** Everything buffered is written, then the place is noted and the lease released in one commit. */
async function handOver(context: PassContext, pageToken: string, zone: Zone): Promise<PassOutcome> {
  const { ports, fence, run, pass, memory, buffer } = context;
  if ((await context.flushed) === "lost") return { kind: "lost" };
  const parts = await saveCheckpoint(ports, run, fence.holder, memory);
  const batch = buffer.take();
  const { mode, closes, windowStartMs, resumed } = pass;
  const kept = { memory: fence.holder, parts };
  const outcome = await commitSurvivors(context, batch, () => ({
    events: [],
    ...(resumed && { forget: resumed }),
    state: {
      lease: null,
      progress: { mode, pageToken, closes, windowStartMs, timeZone: zone.name, queryVersion, ...kept },
    },
  }));
  if (outcome === "lost") return { kind: "lost" };
  run.wrote(batch, false);
  return { kind: "outOfTime" };
}
