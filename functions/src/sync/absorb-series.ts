import type { Zone } from "../recurrence/zone.ts";
import type { Fingerprint, StoredSeries } from "../ports/sync-store.port.ts";
import {
  mergeDraft,
  planSeries,
  type SeriesPlan,
  type SeriesScope,
  type StoredOccurrences,
} from "./plan-series.ts";
import { flushFull, type PassContext } from "./pass-context.ts";
import type { WriteUnit } from "./write-buffer.ts";

const seriesPageSize = 500;

/** `open`: one of them goes on beyond the horizon. `lost`: the lease is somebody else's, stop. */
export type SeriesAbsorbed =
  { readonly kind: "absorbed"; readonly open: boolean } | { readonly kind: "lost" };

/** Plans every series that the pass has heard of; what does not fit into the last commit is committed at once. */
export async function absorbSeries(context: PassContext, zone: Zone): Promise<SeriesAbsorbed> {
  const { run, pass } = context;
  const scope: SeriesScope = {
    calendar: { calendarKey: run.calendarKey, zone },
    window: { fromMs: pass.windowStartMs, toMs: pass.horizonMs },
    rewrite: pass.rewrite,
  };
  return pass.mode === "full" ? await absorbAll(context, scope) : await absorbChanged(context, scope);
}

/** A pull: what it has heard is merged into what is stored. */
async function absorbChanged(context: PassContext, scope: SeriesScope): Promise<SeriesAbsorbed> {
  const { ports, run, memory, uid } = context;
  const drafts = memory.drafts.all;
  const ids = drafts.map(draft => draft.seriesId);
  const known = byId(await ports.store.series(run.calendarKey, ids));
  run.count("reads", ids.length);
  const owners: Owners = new Map();
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
    open = absorb(context, planSeries(now, before, existing, scope), draft.seriesId, owners) || open;
    if ((await flushFull(context)) === "lost") return { kind: "lost" };
  }
  return { kind: "absorbed", open };
}

/** A full sync: what it has heard is all there is. */
async function absorbAll(context: PassContext, scope: SeriesScope): Promise<SeriesAbsorbed> {
  const { ports, run, memory, buffer } = context;
  const { inventory } = memory;
  const known = new Map<string, StoredSeries>();
  for (let afterId: string | undefined; ;) {
    const page = await ports.store.seriesPage(run.calendarKey, {
      openOnly: false,
      limit: seriesPageSize,
      ...(afterId !== undefined && { afterId }),
    });
    run.count("reads", Math.max(1, page.length));
    for (const series of page) known.set(series.seriesId, series);
    if (page.length < seriesPageSize) break;
    afterId = page.at(-1)?.seriesId;
  }
  memory.drafts.settleCancellations();
  const existing: StoredOccurrences | undefined = inventory && { of: "all", fingerprints: inventory.stored };
  let open = false;
  for (const draft of memory.drafts.all) {
    const plan = planSeries(draft, known.get(draft.seriesId), existing, scope);
    open = absorb(context, plan, draft.seriesId, undefined) || open;
    known.delete(draft.seriesId);
    if ((await flushFull(context)) === "lost") return { kind: "lost" };
  }
  for (const seriesId of known.keys())
    buffer.addTogether({ events: [], series: { kind: "delete", seriesId } });
  return { kind: "absorbed", open };
}

/**
 * Which series of this pass has an occurrence now. After "this and following", and when that is undone, documents go
 * from one series to the other, and Google tells of the two in any order.
 */
type Owners = Map<string, string>;

function withoutOthers({ events, series }: WriteUnit, seriesId: string, owners: Owners): WriteUnit {
  const own = events.filter(
    write => write.kind === "set" || (owners.get(write.eventId) ?? seriesId) === seriesId,
  );
  for (const write of own) if (write.kind === "set") owners.set(write.event.eventId, seriesId);
  return { events: own, ...(series && { series }) };
}

/** @param owners undefined in a full sync, where a series deletes nothing: the sweep does */
function absorb(
  { ports, run, memory, buffer }: PassContext,
  plan: SeriesPlan,
  seriesId: string,
  owners: Owners | undefined,
): boolean {
  buffer.addTogether(owners === undefined ? plan.unit : withoutOthers(plan.unit, seriesId, owners));
  const { inventory } = memory;
  for (const eventId of plan.alive) inventory?.seen.add(eventId);
  if (plan.problem !== undefined) {
    run.count("malformed");
    ports.log.warn("series skipped", {
      calendarKey: run.calendarKey,
      eventId: seriesId,
      problem: plan.problem,
    });
    // Its occurrences stay as they are: the sweep must not take them for deleted ones.
    const prefix = `${seriesId}_`;
    for (const eventId of inventory?.stored.keys() ?? [])
      if (eventId.startsWith(prefix)) inventory?.seen.add(eventId);
  }
  return plan.open;
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
