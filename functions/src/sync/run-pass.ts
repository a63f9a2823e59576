import type { SyncPorts } from "../ports/sync-ports.port.ts";
import type { EventPage } from "../ports/event-source.port.ts";
import type { GoogleFailure } from "../ports/google-failure.port.ts";
import type { EventWrite, Fingerprint } from "../ports/sync-store.port.ts";
import { decideShown, type Shown } from "./decisions.ts";
import type { Fence } from "./fence.ts";
import { idOf, parseItem, type CalendarContext } from "./google-event.ts";
import { planPage, planSweep } from "./plan-page.ts";
import type { SyncRun } from "./sync-run.ts";
import { queryVersion, type Progress, type SyncState } from "./sync-state.ts";
import { WriteBuffer } from "./write-buffer.ts";

/** How a pass ended. */
export type PassOutcome =
  | { readonly kind: "complete" }
  /** The pull's sync token is dead (410), or the calendar's days have moved: only a full sync helps. */
  | { readonly kind: "needsFullSync" }
  /** Google does not know the page token any more: begin the pass again. */
  | { readonly kind: "restart" }
  /** Another holder, or none: nothing more may be written. */
  | { readonly kind: "lost" }
  /** Stored where it is; the lease is released; a new task goes on. */
  | { readonly kind: "outOfTime" }
  /** The last page had no sync token: what was listed may be incomplete (dotnet#610, php#2637). */
  | { readonly kind: "incomplete" }
  | GoogleFailure;

/** One pass over a calendar: a pull, or a full sync. */
interface Pass {
  readonly mode: "pull" | "full";
  readonly query: { readonly syncToken: string } | { readonly timeMinMs: number };
  readonly windowStartMs: number;
  readonly closes: number;
  readonly rewrite: boolean;
  readonly resumed: Progress | undefined;
}

/** What a full sync knows beside Google's pages. */
interface Inventory {
  /** Everything stored, read once before the first page. */
  readonly stored: Map<string, Fingerprint>;
  /** Everything that Google has listed, malformed items too: they exist. */
  readonly seen: Set<string>;
}

/** Decides between pull and full sync, and whether an interrupted pass goes on. */
export function planPass(
  state: SyncState,
  closes: number,
  nowMs: number,
  pastWindowMs: number,
  forceFull: boolean,
): Pass {
  const { syncToken, windowStartMs, progress } = state;
  const rewrite = state.queryVersion !== queryVersion;
  const full =
    forceFull ||
    rewrite ||
    syncToken === null ||
    windowStartMs === null ||
    state.resyncEpoch > state.coveredEpoch;
  const resumed =
    progress !== null && !forceFull && progress.mode === (full ? "full" : "pull") ? progress : undefined;
  if (full) {
    const timeMinMs = resumed?.windowStartMs ?? nowMs - pastWindowMs;
    const query = { timeMinMs };
    return {
      mode: "full",
      query,
      windowStartMs: timeMinMs,
      closes: resumed?.closes ?? closes,
      rewrite,
      resumed,
    };
  }
  return {
    mode: "pull",
    query: { syncToken },
    windowStartMs,
    closes: resumed?.closes ?? closes,
    rewrite,
    resumed,
  };
}

/**
 * Lists page by page, the next page being fetched while this one is written, and writes what differs. The sync token
 * goes into the last commit, together with the last writes: it can never be ahead of the data.
 */
export async function runPass(
  ports: SyncPorts,
  fence: Fence,
  run: SyncRun,
  pass: Pass,
): Promise<PassOutcome> {
  const { calendarKey } = run;
  const state = fence.state();
  const buffer = new WriteBuffer();
  const inventory = pass.mode === "full" ? await takeInventory(ports, state, run, pass) : undefined;
  const importing = state.shown === null || state.shown.phase === "importing";
  const importProgress = (): { shown?: Shown & { importedCount: number } } =>
    importing ? { shown: { phase: "importing", importedCount: inventory?.seen.size ?? 0 } } : {};

  const listPage = async (pageToken: string | undefined): Promise<EventPage | GoogleFailure> => {
    run.count("apiCalls");
    return await ports.events.list({
      accountId: state.accountId,
      calendarId: state.calendarId,
      query: pass.query,
      ...(pageToken !== undefined && { pageToken }),
    });
  };

  let timeZone = state.timeZone;
  let next: Promise<EventPage | GoogleFailure> | undefined = listPage(pass.resumed?.pageToken);
  for (;;) {
    const page: EventPage | GoogleFailure = await next;
    if (page.kind === "failed") return passFailure(page, pass);
    run.count("pages");
    if (page.timeZone !== undefined && page.timeZone !== timeZone) {
      // All-day events are days of the calendar's zone: every one of them has moved, and a delta does not list them.
      if (pass.mode === "pull") return { kind: "needsFullSync" };
      timeZone = page.timeZone;
    }
    const nextPageToken: string | undefined = page.nextPageToken;
    next = nextPageToken === undefined ? undefined : listPage(nextPageToken);
    // A rejection is awaited at the top of the loop; until then it must not count as unhandled.
    next?.catch(() => undefined);

    await absorbPage(ports, run, pass, { calendarKey, timeZone }, page, buffer, inventory, state.uid);
    if (next === undefined) {
      if (page.nextSyncToken === undefined) return { kind: "incomplete" };
      return await complete(fence, run, pass, buffer, inventory, { syncToken: page.nextSyncToken, timeZone });
    }
    while (buffer.isFull) {
      if ((await flush(fence, run, buffer, importProgress())) === "lost") return { kind: "lost" };
    }
    if (nextPageToken !== undefined && run.outOfTime()) {
      return await handOver(ports, fence, run, pass, buffer, inventory, nextPageToken);
    }
  }
}

function passFailure(failure: GoogleFailure, pass: Pass): PassOutcome {
  if (failure.reason === "pageTokenRejected") return { kind: "restart" };
  if (failure.reason !== "tokenExpired") return failure;
  return pass.mode === "pull" ? { kind: "needsFullSync" } : { kind: "restart" };
}

async function takeInventory(
  ports: SyncPorts,
  state: SyncState,
  run: SyncRun,
  pass: Pass,
): Promise<Inventory> {
  const stored = await ports.store.index(state.uid, run.calendarKey);
  const parts = pass.resumed?.parts ?? 0;
  const seen = new Set(parts === 0 ? [] : await ports.store.loadSeen(run.calendarKey, parts));
  run.count("reads", Math.max(1, stored.size) + parts);
  return { stored, seen };
}

async function absorbPage(
  ports: SyncPorts,
  run: SyncRun,
  pass: Pass,
  calendar: CalendarContext,
  page: EventPage,
  buffer: WriteBuffer,
  inventory: Inventory | undefined,
  uid: string,
): Promise<void> {
  // The last mention of an event on a page is the newest one.
  const items = [
    ...new Map(
      page.items.map(raw => parseItem(raw, calendar)).map(item => [idOf(item) ?? item, item]),
    ).values(),
  ];
  const ids = items.flatMap(item => idOf(item) ?? []);
  const stored = inventory?.stored ?? (await lookUp(ports, run, calendar.calendarKey, uid, ids, buffer));
  const plan = planPage(items, stored, pass.windowStartMs, pass.rewrite);
  for (const id of ids) inventory?.seen.add(id);
  run.count("changed", items.length);
  run.count("unchanged", plan.unchanged);
  for (const item of items) {
    if (item.kind !== "malformed") continue;
    run.count("malformed");
    ports.log.warn("event skipped", {
      calendarKey: calendar.calendarKey,
      eventId: item.eventId,
      problem: item.problem,
    });
  }
  if (inventory !== undefined) remember(inventory.stored, plan.writes);
  buffer.add(plan.writes);
}

/** Fingerprints of the stored events among `ids`, as they will be once the waiting writes are committed. */
async function lookUp(
  ports: SyncPorts,
  run: SyncRun,
  calendarKey: string,
  uid: string,
  ids: readonly string[],
  buffer: WriteBuffer,
): Promise<Map<string, Fingerprint>> {
  if (ids.length === 0) return new Map();
  const stored = await ports.store.fingerprints(uid, calendarKey, ids);
  run.count("reads", ids.length);
  remember(
    stored,
    ids.flatMap(id => buffer.get(id) ?? []),
  );
  return stored;
}

function remember(stored: Map<string, Fingerprint>, writes: readonly EventWrite[]): void {
  for (const write of writes) {
    if (write.kind === "delete") stored.delete(write.eventId);
    else stored.set(write.event.eventId, write.event);
  }
}

async function flush(
  fence: Fence,
  run: SyncRun,
  buffer: WriteBuffer,
  shown: { shown?: Shown & { importedCount: number } },
): Promise<"committed" | "lost"> {
  const events = buffer.take();
  const outcome = await fence.commit(() => ({ events, state: {}, ...shown }));
  if (outcome === "committed") run.wrote(events, shown.shown !== undefined);
  return outcome;
}

async function complete(
  fence: Fence,
  run: SyncRun,
  pass: Pass,
  buffer: WriteBuffer,
  inventory: Inventory | undefined,
  result: { readonly syncToken: string; readonly timeZone: string },
): Promise<PassOutcome> {
  if (inventory !== undefined) buffer.add(planSweep(inventory.stored, inventory.seen, pass.windowStartMs));
  while (buffer.isFull) {
    if ((await flush(fence, run, buffer, {})) === "lost") return { kind: "lost" };
  }
  const events = buffer.take();
  const changed = run.hasChanged() || events.length > 0;
  let showed = false;
  const outcome = await fence.commit(state => {
    const shown = decideShown(state, changed, run.clock.now());
    showed = shown !== undefined;
    return {
      events,
      state: {
        ...result,
        queryVersion,
        windowStartMs: pass.windowStartMs,
        coveredEpoch: Math.max(state.coveredEpoch, pass.closes),
        lease: null,
        failure: null,
        progress: null,
        lastRun: { cause: run.cause, startedAtMs: run.startedAtMs, finishedAtMs: run.clock.now() },
        ...(shown && { shown: { phase: shown.phase, atMs: run.clock.now() } }),
      },
      ...(shown && { shown: { ...shown, timeZone: result.timeZone } }),
    };
  });
  if (outcome === "lost") return { kind: "lost" };
  run.wrote(events, showed);
  return { kind: "complete" };
}

/** Everything buffered is written, then the place is noted and the lease released in one commit. */
async function handOver(
  ports: SyncPorts,
  fence: Fence,
  run: SyncRun,
  pass: Pass,
  buffer: WriteBuffer,
  inventory: Inventory | undefined,
  pageToken: string,
): Promise<PassOutcome> {
  while (buffer.isFull) {
    if ((await flush(fence, run, buffer, {})) === "lost") return { kind: "lost" };
  }
  const parts = inventory === undefined ? 0 : await saveSeen(ports, run.calendarKey, inventory.seen);
  const events = buffer.take();
  const outcome = await fence.commit(state => ({
    events,
    state: {
      lease: null,
      progress: {
        mode: pass.mode,
        pageToken,
        closes: pass.closes,
        windowStartMs: pass.windowStartMs,
        written: (state.progress?.written ?? 0) + run.counts.written,
        parts,
      },
    },
  }));
  if (outcome === "lost") return { kind: "lost" };
  run.wrote(events, false);
  return { kind: "outOfTime" };
}

/** Ids of one stored part: together with their encoding far below the document limit. */
const idsPerPart = 5_000;

async function saveSeen(ports: SyncPorts, calendarKey: string, seen: ReadonlySet<string>): Promise<number> {
  const ids = [...seen];
  const parts = Math.ceil(ids.length / idsPerPart);
  for (let part = 0; part < parts; part++) {
    await ports.store.saveSeen(calendarKey, part, ids.slice(part * idsPerPart, (part + 1) * idsPerPart));
  }
  return parts;
}
