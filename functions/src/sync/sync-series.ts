import type { Zone } from "../recurrence/zone.ts";
import { familyOf } from "../recurrence/instance-id.ts";
import type { Fingerprint, SeriesWrite, StoredSeries } from "../ports/sync.port.ts";
import {
  endedSeries,
  isRestoredInPart,
  keptExceptions,
  mergeChange,
  planSeries,
  type SeriesPlan,
  type SeriesScope,
  type StoredOccurrences,
} from "./plan-series.ts";
import { flush, type PassContext, type WriteUnit } from "./commit-queue.ts";
import { asDirty, seriesWrite } from "./shown-series.ts";
import type { PassMemory } from "./checkpoint.ts";
import type { SeriesChange } from "./series-changes.ts";

const seriesPageSize = 500;

/**
 * `planned`: every write is queued; `open` if a series has occurrences beyond the horizon. `lost`: another delivery
 * holds the lease. `needsFullSync`: the changes do not describe a series completely.
 */
export type SeriesOutcome =
  { readonly kind: "planned"; readonly open: boolean } | { readonly kind: "lost" | "needsFullSync" };

/** Plans every series that changed in this pass. Writes beyond the size of one commit are committed at once. */
export async function syncSeries(context: PassContext, zone: Zone): Promise<SeriesOutcome> {
  const { run, pass } = context;
  const nowMs = run.clock.now();
  const scope: SeriesScope = {
    calendar: { calendarKey: run.calendarKey, zone },
    window: { fromMs: pass.windowStartMs, toMs: pass.horizonMs, keepFromMs: nowMs },
    storedFromMs: context.fence.state().windowStart ?? pass.windowStartMs,
    nowMs,
    queryVersion: context.ports.settings.queryVersion,
    rewrite: pass.rewrite,
  };
  return pass.mode === "full" ? await syncAllSeries(context, scope) : await syncChangedSeries(context, scope);
}

/** A pull merges its changes into the stored series. */
async function syncChangedSeries(context: PassContext, scope: SeriesScope): Promise<SeriesOutcome> {
  const { ports, run, memory, uid } = context;
  const doubted = doubtedUntilNow(memory);
  const changed = settersFirst(withFirst(memory.changes.all, doubted));
  const ids = changed.map(change => change.seriesId);
  const known = byId(await ports.store.series(run.calendarKey, ids));
  run.count("reads", ids.length);
  if (changed.some(change => isRestoredInPart(change, known.get(change.seriesId))))
    return { kind: "needsFullSync" };
  const owners = ownersOfExceptions(changed);
  const unclear = new Set<string>();
  let open = false;
  for (const change of changed) {
    const before = known.get(change.seriesId);
    if (change.doubtful && before === undefined) continue;
    const now = mergeChange(change, before);
    let existing: StoredOccurrences | undefined;
    const isOver = now.master === "ended";
    if (isOver || before?.dirty === true || doubted.has(change.seriesId)) {
      const fingerprints = await ports.store.occurrencesOf(uid, run.calendarKey, change.seriesId);
      run.count("reads", Math.max(1, fingerprints.size));
      existing = { scope: "series", fingerprints: withWaiting(fingerprints, change.seriesId, context) };
    }
    const plan = planSafely(now, before, existing, scope);
    const isInDoubt = unclear.has(familyOf(change.seriesId)) || isDoubtful(change.seriesId, memory);
    const certain = isOver ? plan : withoutUnread(plan, memory);
    queuePlan(context, isInDoubt ? withoutDeletions(plan) : certain, change, owners);
    if (mayTakeOver(change.seriesId, plan)) unclear.add(familyOf(change.seriesId));
    open = plan.open || open;
    if ((await flush(context)) === "lost") return { kind: "lost" };
  }
  return { kind: "planned", open };
}

/**
 * A full sync lists every series, so a stored series that is missing has ended, unless the list could not be read
 * completely.
 */
async function syncAllSeries(context: PassContext, scope: SeriesScope): Promise<SeriesOutcome> {
  const { memory, buffer } = context;
  const stored = memory.inventory?.stored ?? new Map<string, Fingerprint>();
  const { isBlind } = memory;
  const known = await allSeries(context);
  memory.changes.settleCancellations();
  const existing: StoredOccurrences = { scope: "calendar", fingerprints: stored };
  const unread = memory.changes.unread;
  const keepsOccurrences = new Set(unread);
  let open = false;
  for (const change of withUnread(memory.changes.all, unread, known)) {
    const { seriesId, master } = change;
    const before = known.get(seriesId);
    const exceptions = keptExceptions(change.exceptions, before, isBlind ? undefined : unread, stored);
    // An item without a readable id may have been its master.
    const current = master ?? (isBlind ? (before?.master ?? undefined) : undefined);
    const plan = planSafely({ ...change, master: current, exceptions }, before, existing, scope);
    queuePlan(context, plan, change, undefined);
    open = plan.open || open;
    if (plan.keepsStored === true) keepsOccurrences.add(seriesId);
    else if (master !== undefined) keepsOccurrences.delete(seriesId);
    if (mayTakeOver(seriesId, plan)) keepsOccurrences.add(seriesId);
    known.delete(seriesId);
    if ((await flush(context)) === "lost") return { kind: "lost" };
  }
  keepOccurrencesOf(context, keepsOccurrences);
  for (const series of known.values()) {
    if (isBlind) open = series.open || open;
    else {
      const write = endWrite(series, scope.nowMs);
      if (write !== undefined) buffer.addTogether({ events: [], series: write });
    }
  }
  return { kind: "planned", open };
}

/** The write for a series that has ended: its record or its deletion; undefined if the record is already stored. */
function endWrite(series: StoredSeries, nowMs: number): SeriesWrite | undefined {
  const ended = endedSeries(series, nowMs);
  if (ended === undefined) return { kind: "delete", seriesId: series.seriesId };
  return series.endedAtMs === undefined ? seriesWrite(ended, null, series) : undefined;
}

async function allSeries({ ports, run }: PassContext): Promise<Map<string, StoredSeries>> {
  const known = new Map<string, StoredSeries>();
  for (let afterId: string | undefined; ;) {
    const page = await ports.store.seriesPage(run.calendarKey, {
      openOnly: false,
      limit: seriesPageSize,
      ...(afterId !== undefined && { afterId }),
    });
    run.count("reads", Math.max(1, page.length));
    for (const series of page) known.set(series.seriesId, series);
    if (page.length < seriesPageSize) return known;
    afterId = page.at(-1)?.seriesId;
  }
}

/** The changes, and the stored version of each series whose master was listed but could not be read. */
function withUnread(
  changed: readonly SeriesChange[],
  unread: ReadonlySet<string>,
  known: ReadonlyMap<string, StoredSeries>,
): readonly SeriesChange[] {
  const all = new Map(changed.map(change => [change.seriesId, change]));
  for (const seriesId of unread) {
    const master = known.get(seriesId)?.master ?? undefined;
    if (master === undefined) continue;
    const { master: heard, exceptions = {} } = all.get(seriesId) ?? {};
    all.set(seriesId, { seriesId, master: heard ?? master, exceptions, doubtful: false });
  }
  return [...all.values()];
}

/**
 * Marks stored occurrences as listed, by the document's `recurringEventId`: an occurrence's own id names only the first
 * series of its family. For a series that was split off, the occurrences of its whole family are kept, because each of
 * them may belong to it.
 */
function keepOccurrencesOf({ memory }: PassContext, seriesIds: ReadonlySet<string>): void {
  const { inventory } = memory;
  if (inventory === undefined || seriesIds.size === 0) return;
  const families = new Set([...seriesIds].filter(id => familyOf(id) !== id).map(familyOf));
  for (const [eventId, { recurringEventId: id }] of inventory.stored) {
    if (id !== undefined && (seriesIds.has(id) || families.has(familyOf(id)))) inventory.listed.add(eventId);
  }
}

/**
 * True if occurrences that this series lost may belong to another series of its family that could not be read: after
 * "this and following" the new series' instances have the ids of the old series' instances.
 */
function isDoubtful(seriesId: string, { isBlind, changes: changed }: PassMemory): boolean {
  return (
    isBlind ||
    [...changed.unread].some(
      id => id !== seriesId && familyOf(id) !== id && familyOf(id) === familyOf(seriesId),
    )
  );
}

/** True for an unreadable series that was split off: it may own the occurrences that the first series lost. */
function mayTakeOver(seriesId: string, { keepsStored, isIncomplete }: SeriesPlan): boolean {
  return familyOf(seriesId) !== seriesId && (keepsStored === true || isIncomplete === true);
}

/**
 * The first series of each family in which another series was unreadable until this pass. It may have kept occurrences
 * that belong to the other series.
 */
function doubtedUntilNow({ changes, unreadable }: PassMemory): ReadonlySet<string> {
  const splitOff = changes.all.filter(({ seriesId }) => familyOf(seriesId) !== seriesId);
  return new Set(
    splitOff.flatMap(({ seriesId }) => (unreadable.hadBefore(seriesId) ? [familyOf(seriesId)] : [])),
  );
}

function withFirst(changed: readonly SeriesChange[], firsts: ReadonlySet<string>): readonly SeriesChange[] {
  const missing = [...firsts].filter(id => changed.every(({ seriesId }) => seriesId !== id));
  return [
    ...changed,
    ...missing.map(seriesId => ({ seriesId, master: undefined, exceptions: {}, doubtful: true })),
  ];
}

/** Drops deletions of unreadable instances: such an instance may be an exception now, which outlives the rule. */
function withoutUnread(plan: SeriesPlan, { unreadable }: PassMemory): SeriesPlan {
  return { ...plan, unit: withDeletions(plan.unit, eventId => !unreadable.has(eventId)) };
}

/** Drops all deletions and marks the series dirty: its next change, or a full sync, compares it with the documents. */
function withoutDeletions(plan: SeriesPlan): SeriesPlan {
  const unit = withDeletions(plan.unit, () => false);
  if (unit.series?.kind !== "set" || unit.events.length === plan.unit.events.length) return { ...plan, unit };
  return { ...plan, unit: { ...unit, series: asDirty(unit.series) } };
}

/** The unit with all its sets, and only with the allowed deletions. */
function withDeletions(unit: WriteUnit, isAllowed: (eventId: string) => boolean): WriteUnit {
  return { ...unit, events: unit.events.filter(write => write.kind === "set" || isAllowed(write.eventId)) };
}

/** If the planning of one series throws, the other series are still planned, and its stored occurrences stay. */
function planSafely(...series: Parameters<typeof planSeries>): SeriesPlan {
  try {
    return planSeries(...series);
  } catch (error) {
    const [, before] = series;
    const problem = `planning threw ${error instanceof Error ? error.name : "something"}`;
    return { unit: { events: [] }, alive: [], open: before?.open ?? false, problem, keepsStored: true };
  }
}

/**
 * By event id, the series of this pass that owns the occurrence. "This and following", and undoing it, moves documents
 * from one series to the other, and Google lists the two in any order.
 */
type Owners = Map<string, string>;

/**
 * Series that take over occurrences come before series that give them up, so that no document is deleted in one commit
 * and written again in the next: first the newer series of a family (a split), last the ended series (a split that was
 * undone).
 */
function settersFirst(changes: readonly SeriesChange[]): readonly SeriesChange[] {
  const isOver = ({ master }: SeriesChange) => Number(master === "ended");
  return [...changes].sort((a, b) => isOver(a) - isOver(b) || (a.seriesId < b.seriesId ? 1 : -1));
}

/** Exceptions are written with their page, before any series is planned. */
function ownersOfExceptions(changed: readonly SeriesChange[]): Owners {
  return new Map(
    changed.flatMap(({ seriesId, exceptions }) =>
      Object.entries(exceptions).flatMap(([id, { cancelled }]) =>
        cancelled ? [] : [[id, seriesId] as const],
      ),
    ),
  );
}

function withoutOthers(unit: WriteUnit, seriesId: string, owners: Owners): WriteUnit {
  const own = withDeletions(unit, eventId => (owners.get(eventId) ?? seriesId) === seriesId);
  for (const write of own.events) if (write.kind === "set") owners.set(write.event.eventId, seriesId);
  return own;
}

/** @param owners undefined in a full sync, where only the sweep deletes */
function queuePlan(
  { ports, run, memory, buffer }: PassContext,
  plan: SeriesPlan,
  { seriesId, master }: SeriesChange,
  owners: Owners | undefined,
): void {
  buffer.addTogether(owners === undefined ? plan.unit : withoutOthers(plan.unit, seriesId, owners));
  for (const eventId of plan.alive) memory.inventory?.listed.add(eventId);
  if (plan.problem !== undefined) {
    run.count("malformed");
    memory.unreadable.add(seriesId);
    ports.log.warn("series not read completely", {
      calendarKey: run.calendarKey,
      eventId: seriesId,
      problem: plan.problem,
    });
  } else if (master !== undefined && !memory.changes.unread.has(seriesId)) {
    memory.unreadable.delete(seriesId);
  }
}

/** Stored occurrences of a series with the queued writes applied. */
function withWaiting(
  fingerprints: Map<string, Fingerprint>,
  seriesId: string,
  { buffer }: PassContext,
): Map<string, Fingerprint> {
  for (const eventId of [...fingerprints.keys()]) {
    const write = buffer.get(eventId);
    if (write === undefined) continue;
    if (write.kind === "set" && write.event.recurringEventId === seriesId)
      fingerprints.set(eventId, write.event);
    else fingerprints.delete(eventId);
  }
  return fingerprints;
}

function byId(series: readonly StoredSeries[]): Map<string, StoredSeries> {
  return new Map(series.map(one => [one.seriesId, one]));
}
