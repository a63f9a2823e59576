import type { EventPage, EventWrite, Fingerprint, SyncPorts } from "../ports/sync.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import type { Zone } from "../recurrence/zone.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { seesOnlyBusy } from "../model/access-role.ts";
import { bytesForPages, fullPassBytes } from "./memory-budget.ts";
import { commitSurvivors } from "./commit-survivors.ts";
import { enlargesWindow, noteOfStatus, statusAfterPass } from "./protocol.ts";
import type { FencedWriter } from "./fenced-writer.ts";
import { idOf, type ParsedItem, parseItem } from "./parse-event.ts";
import { flush, type PassContext, WriteBuffer } from "./commit-queue.ts";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { assumedFullSync, type Pass } from "./plan-pass.ts";
import { asStored, planPage, planSweep } from "./plan-page.ts";
import { syncSeries } from "./sync-series.ts";
import type { SyncMetrics } from "./sync-metrics.ts";

/** How a pass ended. */
export type PassOutcome =
  | { readonly kind: "complete"; readonly mode: Pass["mode"] }
  /**
   * The pull's sync token is dead (410), the calendar's time zone changed, or a series cannot be read completely from
   * changes. Only a full sync helps.
   */
  | { readonly kind: "needsFullSync" }
  /**
   * The user may see more of the events than before, or less. Nothing of the page was written. Only a full sync that
   * compares whole documents helps.
   */
  | { readonly kind: "needsRewrite" }
  /** Google refused the page token, or the saved memory of the pass is missing: begin the pass again. */
  | { readonly kind: "restart" }
  /** Another delivery holds the lease, or the calendar is off or deleted: nothing more may be written. */
  | { readonly kind: "lost" }
  /** The checkpoint is stored, and the lease is released; a new task continues. */
  | { readonly kind: "outOfTime" }
  /** The last page had no sync token, or the pages have no end: the list may be incomplete (dotnet#610, php#2637). */
  | { readonly kind: "incomplete" }
  | GoogleFailure;

/**
 * Lists page by page and writes the differences; the next page is fetched during the writes of this page. Series are
 * planned after the last page, when all their exceptions are complete. The sync token is stored in the last commit,
 * together with the last writes, so it is never ahead of the data.
 */
export async function runPass(
  ports: SyncPorts,
  fence: FencedWriter,
  run: SyncMetrics,
  pass: Pass,
): Promise<PassOutcome> {
  if (pass.mode === "full") run.room?.growTo(fullPassBytes);
  const {
    uid,
    accountId,
    calendarId,
    timeZone: knownTimeZone,
    busyOnly: wasBusyOnly = false,
  } = fence.state();
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
  // The loop awaits this promise later. Until then Node must not report a rejection as unhandled.
  next.catch(() => undefined);
  const memory = await loadCheckpoint(ports, run, fence.state(), pass);
  // Another task has finished the pass that this task was to continue, or the pass's memory is lost.
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
    const known = {
      zone: zoneOr(pass.resumed?.timeZone ?? knownTimeZone, utc),
      busyOnly: pass.resumed === undefined ? wasBusyOnly : pass.resumed.busyOnly === true,
    };
    return await passPages(context, next, listPage, known);
  } finally {
    // The lease must not be released during a commit, no matter how the pass ended.
    await context.flushed.catch(() => undefined);
  }
}

/** How a pass reads its items: all-day events in this zone, and with or without their details. */
interface Reading {
  readonly zone: Zone;
  readonly busyOnly: boolean;
}

type ListPage = (pageToken: string) => Promise<EventPage | GoogleFailure>;

async function passPages(
  context: PassContext,
  first: Promise<EventPage | GoogleFailure>,
  listPage: ListPage,
  known: Reading,
): Promise<PassOutcome> {
  const { run, pass, fence } = context;
  let next = first;
  let { zone, busyOnly } = known;
  const asked = new Set([pass.resumed?.pageToken]);
  for (let isFirst = pass.resumed === undefined; ; isFirst = false) {
    const page: EventPage | GoogleFailure = await next;
    if (page.kind === "failed") return passFailure(page);
    run.count("pages");
    run.room?.growTo(bytesForPages(page.items));
    // If the zone's name is unknown, the calendar keeps its stored zone.
    const listed = zoneOr(page.timeZone, zone);
    if (listed.name !== zone.name) {
      // All-day events are days in the calendar's zone: all of them have moved, and a pull does not list them.
      if (pass.mode === "pull") return { kind: "needsFullSync" };
      // If the zone changes after the first page, the next pull handles it: earlier pages were read in the old zone.
      if (isFirst) zone = listed;
    }
    const sees = seesOnlyBusy(page.accessRole) ?? busyOnly;
    if (sees !== busyOnly) {
      // The etag of an event does not depend on who reads it, so neither a pull nor a comparison of etags finds the
      // events whose details have come or gone.
      if (!isFirst || fence.state().detailsMixed !== true) return { kind: "needsRewrite" };
      busyOnly = sees;
    }
    const { nextPageToken } = page;
    if (nextPageToken !== undefined) {
      // A page token that was used before would make the list endless.
      if (asked.has(nextPageToken)) return { kind: "incomplete" };
      asked.add(nextPageToken);
      next = listPage(nextPageToken);
      next.catch(() => undefined);
    }
    await applyPage(context, page, zone);
    if (nextPageToken === undefined) {
      if (page.nextSyncToken === undefined) return { kind: "incomplete" };
      return await complete(context, page.nextSyncToken, { zone, busyOnly });
    }
    if ((await flush(context)) === "lost") return { kind: "lost" };
    if (run.outOfTime()) return await handOver(context, nextPageToken, { zone, busyOnly });
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
  const plan = planPage(items, stored, pass.windowStartMs);
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

/** Records an item for the end of the pass, readable or not. */
function noteItem(
  { ports, run, memory }: PassContext,
  item: ParsedItem,
  stored: ReadonlyMap<string, Fingerprint>,
): void {
  const { changes, inventory, unreadable } = memory;
  changes.note(item, stored);
  const id = idOf(item);
  if (item.kind !== "removed" && id !== undefined) inventory?.listed.add(id);
  if (item.kind !== "malformed") {
    // Whether a series is completely readable is decided when it is planned.
    if (item.kind !== "series" && id !== undefined) unreadable.delete(id);
    return;
  }
  // The item may be any of the stored events.
  if (id === undefined) memory.isBlind = true;
  unreadable.add(item.eventId ?? `no id, ${item.problem}`);
  run.count("malformed");
  ports.log.warn("event skipped", {
    calendarKey: run.calendarKey,
    // The id may have any length.
    eventId: item.eventId?.slice(0, 100),
    problem: item.problem,
  });
}

/**
 * Keeps the last item of each id, because it is the newest. An unreadable item does not replace a readable one: both
 * stay.
 */
function newestOf(items: readonly ParsedItem[]): ParsedItem[] {
  const newest = new Map<unknown, ParsedItem>();
  for (const item of items) {
    const id = idOf(item) ?? item;
    const isBesideReadable = item.kind === "malformed" && newest.has(id);
    newest.set(isBesideReadable ? item : id, item);
  }
  return [...newest.values()];
}

/** Fingerprints of the stored events among `ids`, with the waiting writes applied. */
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

/**
 * Copies the four fields, because a full sync would otherwise keep every written event in memory. The event has this
 * pass's mapping, so its content need not be compared again.
 */
function fingerprintOf({ etag, startAtMs, endAtMs, recurringEventId }: Fingerprint): Fingerprint {
  return { etag, startAtMs, endAtMs, recurringEventId };
}

function remember(stored: Map<string, Fingerprint>, writes: readonly EventWrite[]): void {
  for (const write of writes) {
    if (write.kind === "delete") stored.delete(write.eventId);
    else stored.set(write.event.eventId, fingerprintOf(write.event));
  }
}

async function complete(
  context: PassContext,
  syncToken: string,
  { zone, busyOnly }: Reading,
): Promise<PassOutcome> {
  const { run, pass, memory, buffer } = context;
  const { queryVersion } = context.ports.settings;
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
    const enlarged = enlargesWindow(state, pass.windowStartMs);
    const result = { changed, unreadable: unreadable.length, busyOnly, enlarged };
    const shown = statusAfterPass(state, result, nowMs);
    showed = shown !== undefined;
    return {
      events: [],
      ...(pass.resumed && { forget: pass.resumed }),
      state: {
        syncToken,
        timeZone: zone.name,
        ...((state.busyOnly ?? false) !== busyOnly && { busyOnly }),
        ...(state.detailsMixed === true && { detailsMixed: false }),
        ...(pass.mode === "full" && { queryVersion }),
        ...(pass.mode === "full" && state.queryVersion !== queryVersion && { upgradedAt: nowMs }),
        windowStart: pass.windowStartMs,
        horizon: pass.horizonMs,
        openSeries: series.open || (pass.mode === "pull" && state.openSeries),
        ...(pass.mode === "full" && { horizonPendingFrom: null }),
        fullSyncedAt: pass.mode === "full" ? nowMs : (state.fullSyncedAt ?? assumedFullSync(state, nowMs)),
        unreadable,
        coveredEpoch: Math.max(state.coveredEpoch, pass.closes),
        lease: null,
        failure: null,
        progress: null,
        lastRun: { cause: run.cause, startedAt: run.startedAtMs, finishedAt: nowMs },
        ...(shown && { shown: noteOfStatus(shown, nowMs) }),
      },
      ...(shown && { shown: { ...shown, timeZone: zone.name } }),
    };
  });
  if (outcome === "lost") return { kind: "lost" };
  run.wrote(batch, showed, pass.mode);
  return { kind: "complete", mode: pass.mode };
}

/** Queues the deletion of the stored events that Google did not list, unless an item could not be identified. */
function sweep({ ports, run, pass, memory, buffer }: PassContext): void {
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
  const window = { fromMs: pass.windowStartMs, toMs: pass.horizonMs };
  buffer.add(planSweep(inventory.stored, inventory.listed, window));
}

/** Saves the pass's memory, then writes the waiting writes and the checkpoint and releases the lease in one commit. */
async function handOver(
  context: PassContext,
  pageToken: string,
  { zone, busyOnly }: Reading,
): Promise<PassOutcome> {
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
      progress: {
        mode,
        pageToken,
        closes,
        windowStart: windowStartMs,
        timeZone: zone.name,
        queryVersion: ports.settings.queryVersion,
        ...(busyOnly && { busyOnly }),
        ...kept,
      },
    },
  }));
  if (outcome === "lost") return { kind: "lost" };
  run.wrote(batch, false, mode);
  return { kind: "outOfTime" };
}
