import type { Zone } from "../recurrence/zone.ts";
import { familyOf } from "../recurrence/series.ts";
import type { Fingerprint, SeriesWrite, StoredSeries } from "../ports/sync.port.ts";
import {
  endedSeries,
  isRestoredInPart,
  keptExceptions,
  mergeDraft,
  planSeries,
  type SeriesPlan,
  type SeriesScope,
  type StoredOccurrences,
} from "./plan-series.ts";
import { flush, type PassContext, type WriteUnit } from "./commit-queue.ts";
import type { PassMemory } from "./checkpoint.ts";
import type { SeriesChange } from "./series-changes.ts";

const seriesPageSize = 500;

/**
 * `open`: one of them goes on beyond the horizon. `lost`: the lease is somebody else's, stop. `needsFullSync`: what the
 * pull has heard does not tell what a series looks like.
 */
export type SeriesOutcome =
  { readonly kind: "absorbed"; readonly open: boolean } | { readonly kind: "lost" | "needsFullSync" };

/** Plans every series that the pass has heard of; what does not fit into the last commit is committed at once. */
export async function syncSeries(context: PassContext, zone: Zone): Promise<SeriesOutcome> {
  const { run, pass } = context;
  const nowMs = run.clock.now();
  const scope: SeriesScope = {
    calendar: { calendarKey: run.calendarKey, zone },
    window: { fromMs: pass.windowStartMs, toMs: pass.horizonMs, keepFromMs: nowMs },
    rewrite: pass.rewrite,
    nowMs,
  };
  return pass.mode === "full" ? await syncAllSeries(context, scope) : await syncChangedSeries(context, scope);
}

/** A pull: what it has heard is merged into what is stored. */
async function syncChangedSeries(context: PassContext, scope: SeriesScope): Promise<SeriesOutcome> {
  const { ports, run, memory, uid } = context;
  const drafts = settersFirst(withDoubted(memory));
  const ids = drafts.map(draft => draft.seriesId);
  const known = byId(await ports.store.series(run.calendarKey, ids));
  run.count("reads", ids.length);
  if (drafts.some(draft => isRestoredInPart(draft, known.get(draft.seriesId))))
    return { kind: "needsFullSync" };
  const owners = ownersOfExceptions(drafts);
  const unclear = new Set<string>();
  let open = false;
  for (const draft of drafts) {
    const before = known.get(draft.seriesId);
    if (draft.doubtful && before === undefined) continue;
    const now = mergeDraft(draft, before);
    let existing: StoredOccurrences | undefined;
    if (now.master === "ended" || before?.dirty === true) {
      const fingerprints = await ports.store.occurrencesOf(uid, run.calendarKey, draft.seriesId);
      run.count("reads", Math.max(1, fingerprints.size));
      existing = { of: "own", fingerprints: withWaiting(fingerprints, draft.seriesId, context) };
    }
    const plan = planSafely(now, before, existing, scope);
    const isOver = now.master === "ended";
    const isInDoubt = unclear.has(familyOf(draft.seriesId)) || isDoubtful(draft.seriesId, memory);
    const certain = isOver ? plan : withoutUnread(plan, memory);
    queuePlan(context, isInDoubt ? withoutDeletions(plan) : certain, draft, owners);
    if (mayTakeOver(draft.seriesId, plan)) unclear.add(familyOf(draft.seriesId));
    open = plan.open || open;
    if ((await flush(context)) === "lost") return { kind: "lost" };
  }
  return { kind: "absorbed", open };
}

/** A full sync: what it has heard is all there is, but for what could not be read. */
async function syncAllSeries(context: PassContext, scope: SeriesScope): Promise<SeriesOutcome> {
  const { memory, buffer } = context;
  const stored = memory.inventory?.stored ?? new Map<string, Fingerprint>();
  const { isBlind } = memory;
  const known = await allSeries(context);
  memory.changes.settleCancellations();
  const existing: StoredOccurrences = { of: "all", fingerprints: stored };
  const unread = memory.changes.unread;
  const keepsOccurrences = new Set(unread);
  let open = false;
  for (const draft of withUnread(memory.changes.all, unread, known)) {
    const { seriesId, master } = draft;
    const before = known.get(seriesId);
    const exceptions = keptExceptions(draft.exceptions, before, isBlind ? undefined : unread, stored);
    const plan = planSafely({ ...draft, exceptions }, before, existing, scope);
    queuePlan(context, plan, draft, undefined);
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
  return { kind: "absorbed", open };
}

/** Undefined where it is stored already. */
function endWrite(series: StoredSeries, nowMs: number): SeriesWrite | undefined {
  const ended = endedSeries(series, nowMs);
  if (ended === undefined) return { kind: "delete", seriesId: series.seriesId };
  return series.endedAtMs === undefined ? { kind: "set", series: ended } : undefined;
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

/** The drafts, and each stored series whose master Google listed and that could not be read: as it was. */
function withUnread(
  drafts: readonly SeriesChange[],
  unread: ReadonlySet<string>,
  known: ReadonlyMap<string, StoredSeries>,
): readonly SeriesChange[] {
  const all = new Map(drafts.map(draft => [draft.seriesId, draft]));
  for (const seriesId of unread) {
    const master = known.get(seriesId)?.master ?? undefined;
    if (master === undefined) continue;
    const { master: heard, exceptions = {} } = all.get(seriesId) ?? {};
    all.set(seriesId, { seriesId, master: heard ?? master, exceptions, doubtful: false });
  }
  return [...all.values()];
}

/**
 * By what the documents say: an id tells only the first series of a family. Occurrences of the others of a family stay
 * too, as they may belong to the series that could not be read now.
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
 * True where occurrences that a series does not have any more may be another one's: "this and following" ends one
 * series and begins another, whose instances have the ids that the first one's had, and that one could not be read.
 */
function isDoubtful(seriesId: string, { isBlind, changes: drafts }: PassMemory): boolean {
  return (
    isBlind ||
    [...drafts.unread].some(
      id => id !== seriesId && familyOf(id) !== id && familyOf(id) === familyOf(seriesId),
    )
  );
}

/** True for a series that was split off and that cannot be told: what the first one has lost may be its own now. */
function mayTakeOver(seriesId: string, { keepsStored, isIncomplete }: SeriesPlan): boolean {
  return familyOf(seriesId) !== seriesId && (keepsStored === true || isIncomplete === true);
}

/** The changes, and the first series of each family of which another one could not be read until now. */
function withDoubted({ changes, unreadable }: PassMemory): readonly SeriesChange[] {
  const all = new Map(changes.all.map(change => [change.seriesId, change]));
  for (const { seriesId } of changes.all) {
    const first = familyOf(seriesId);
    if (first !== seriesId && unreadable.hadBefore(seriesId) && !all.has(first))
      all.set(first, { seriesId: first, master: undefined, exceptions: {}, doubtful: true });
  }
  return [...all.values()];
}

/** An instance that could not be read may be an exception by now: no rule takes it away. */
function withoutUnread(plan: SeriesPlan, { unreadable }: PassMemory): SeriesPlan {
  const { events, series } = plan.unit;
  const kept = events.filter(write => write.kind === "set" || !unreadable.has(write.eventId));
  return kept.length === events.length
    ? plan
    : { ...plan, unit: { events: kept, ...(series && { series }) } };
}

/** The series is compared with what is stored when it changes next; a full sync finds the rest. */
function withoutDeletions(plan: SeriesPlan): SeriesPlan {
  const { events, series } = plan.unit;
  const kept = events.filter(({ kind }) => kind === "set");
  if (kept.length === events.length) return plan;
  const dirty: SeriesWrite | undefined =
    series?.kind === "set" ? { kind: "set", series: { ...series.series, dirty: true } } : series;
  return { ...plan, unit: { events: kept, ...(dirty && { series: dirty }) } };
}

/** A series whose planning throws, for whatever reason, must not stop the others. */
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
 * Which series of this pass has an occurrence now. After "this and following", and when that is undone, documents go
 * from one series to the other, and Google tells of the two in any order.
 */
type Owners = Map<string, string>;

/**
 * What a series gives up, another of its family may take: that one is planned before it, so that no document is deleted
 * in one commit and written again in the next. After a split these are the newer series; when a split is undone, the
 * series that are not over.
 */
function settersFirst(changes: readonly SeriesChange[]): readonly SeriesChange[] {
  const isOver = ({ master }: SeriesChange) => Number(master === "ended");
  return [...changes].sort((a, b) => isOver(a) - isOver(b) || (a.seriesId < b.seriesId ? 1 : -1));
}

/** An exception is written where the page is read that tells of it, before any series is planned. */
function ownersOfExceptions(drafts: readonly SeriesChange[]): Owners {
  return new Map(
    drafts.flatMap(({ seriesId, exceptions }) =>
      Object.entries(exceptions).flatMap(([id, { cancelled }]) =>
        cancelled ? [] : [[id, seriesId] as const],
      ),
    ),
  );
}

function withoutOthers({ events, series }: WriteUnit, seriesId: string, owners: Owners): WriteUnit {
  const own = events.filter(
    write => write.kind === "set" || (owners.get(write.eventId) ?? seriesId) === seriesId,
  );
  for (const write of own) if (write.kind === "set") owners.set(write.event.eventId, seriesId);
  return { events: own, ...(series && { series }) };
}

/** @param owners undefined in a full sync, where a series deletes nothing: the sweep does */
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

/** Stored occurrences of a series, as they will be once the waiting writes are committed. */
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
