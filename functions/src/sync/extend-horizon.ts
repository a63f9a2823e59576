import { horizonTarget } from "../model/calendar-window.ts";
import type { EventWrite, StoredSeries, SyncPorts } from "../ports/sync.port.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { commitSurvivors } from "./commit-survivors.ts";
import { isHeldByAnother, leaseMs } from "./protocol.ts";
import { afterRollback, isRollingOut } from "./query-version.ts";
import { createFencedWriter } from "./fenced-writer.ts";
import type { CalendarContext } from "./parse-event.ts";
import { generate } from "./plan-series.ts";
import { SyncMetrics } from "./sync-metrics.ts";
import { Unreadable } from "./unreadable.ts";
import { WriteBuffer } from "./commit-queue.ts";

/**
 * `retry`: another delivery holds the lease, or newer code is being rolled out. `extended`: done; `pendingEpoch` is set
 * if a task asked for a pull during the work.
 */
export type HorizonOutcome =
  | { readonly kind: "extended"; readonly pendingEpoch: number | undefined }
  | { readonly kind: "nothingToDo" }
  | { readonly kind: "retry" };

const seriesPageSize = 100;

/**
 * Moves the horizon of one calendar to `settings.horizonMs` from now, or to the future that the user has chosen. Writes
 * the occurrences between the old and a later horizon, or deletes those after an earlier one. Works after a pause of
 * any length. Does not call Google.
 *
 * During the work, the state has the later of the two horizons, and the earlier one in `horizonPendingFrom`: the
 * occurrences between them may be stored or not, but none is stored that Google does not have. A pull in between plans
 * its series up to the later horizon, so it also deletes what a change of the series removes there. If the worker
 * crashes, the next attempt starts again, in the same or in the other direction.
 */
export async function extendHorizon(
  ports: SyncPorts,
  calendarKey: string,
  delivered: { readonly taskId: string; readonly attempt: number },
): Promise<HorizonOutcome> {
  const { store, clock, settings } = ports;
  const stored = await store.read(calendarKey);
  if (stored === undefined) return { kind: "nothingToDo" };
  const { state } = stored;
  const { horizon: horizonMs } = state;
  const nowMs = clock.now();
  const targetMs = horizonTarget(state, settings, nowMs);
  if (!state.active || targetMs === undefined || horizonMs === null) return { kind: "nothingToDo" };
  if (isRollingOut(state, settings.queryVersion, nowMs)) return { kind: "retry" };
  const holder = ports.newId(22);
  if (isHeldByAnother(state.lease, { holder, ...delivered }, nowMs)) return { kind: "retry" };

  const move = {
    fromMs: Math.min(state.horizonPendingFrom ?? horizonMs, targetMs),
    toMs: targetMs,
    storedMs: horizonMs,
  };
  const patch = {
    lease: { holder, ...delivered, expiresAt: nowMs + leaseMs },
    horizon: Math.max(targetMs, horizonMs),
    horizonPendingFrom: move.fromMs,
    ...afterRollback(state, settings.queryVersion),
  };
  const taken = await store.commit(calendarKey, state.uid, { events: [], state: patch }, stored.version);
  if (taken.kind !== "committed") return { kind: "retry" };
  const fence = createFencedWriter(ports, calendarKey, holder, {
    state: { ...state, ...patch },
    version: taken.version,
  });

  const calendar = { calendarKey, zone: zoneOr(state.timeZone, utc) };
  const buffer = new WriteBuffer(ports.settings.maxBatchWrites);
  const run = new SyncMetrics(calendarKey, "horizon", clock, settings.timeBudgetMs);
  const memory = { unreadable: new Unreadable(state.unreadable) };
  const committing = { fence, run, ports, memory };
  let written = 0;
  let openSeries = false;
  // A series with nothing beyond the horizon has nothing beyond a later one. But it may have occurrences beyond an
  // earlier one, and since an attempt that crashed, a pull may have found that it has none beyond the stored horizon.
  const openOnly = targetMs >= horizonMs && state.horizonPendingFrom === null;
  for (let afterId: string | undefined; ;) {
    const page = await store.seriesPage(calendarKey, {
      openOnly,
      limit: seriesPageSize,
      ...(afterId !== undefined && { afterId }),
    });
    for (const series of page) {
      openSeries = moveSeries(series, calendar, move, buffer) || openSeries;
      while (buffer.isFull) {
        const batch = buffer.take();
        const outcome = await commitSurvivors(committing, batch, () => ({ events: [], state: {} }));
        if (outcome === "lost") return { kind: "retry" };
        written += batch.events.length;
      }
    }
    if (page.length < seriesPageSize) break;
    afterId = page.at(-1)?.seriesId;
  }
  const batch = buffer.take();
  const done = await commitSurvivors(committing, batch, () => ({
    events: [],
    state: {
      lease: null,
      horizon: targetMs,
      horizonPendingFrom: null,
      openSeries,
      ...(run.counts.malformed > 0 && { unreadable: memory.unreadable.names }),
    },
  }));
  if (done === "lost") return { kind: "retry" };
  written += batch.events.length;
  ports.log.info("horizon extended", { calendarKey, written, openSeries });
  const { pendingEpoch, coveredEpoch } = fence.state();
  return { kind: "extended", pendingEpoch: pendingEpoch > coveredEpoch ? pendingEpoch : undefined };
}

/** A move of the horizon, in epoch ms. */
interface Move {
  /** Up to here all occurrences are stored, before and after the move. */
  readonly fromMs: number;
  /** The new horizon. */
  readonly toMs: number;
  /** The horizon before the move: no occurrence after it is stored. */
  readonly storedMs: number;
}

/** Queues the writes and deletions of one series. Returns true if it has occurrences beyond the new horizon. */
function moveSeries(
  series: StoredSeries,
  calendar: CalendarContext,
  { fromMs, toMs, storedMs }: Move,
  buffer: WriteBuffer,
): boolean {
  const { seriesId, master, exceptions } = series;
  const generatedIn = (startMs: number, endMs: number) =>
    master && generate(seriesId, master, exceptions, calendar, { fromMs: startMs, toMs: endMs });
  const kept = generatedIn(fromMs, toMs);
  // Not expected: the series was readable when it was stored. The next change of the series reports the problem.
  if (kept?.kind !== "generated") return false;
  const { open } = kept;
  const left = storedMs > toMs ? generatedIn(toMs, storedMs) : undefined;
  const events: EventWrite[] = [...kept.events.values()]
    .filter(event => event.startAtMs >= fromMs)
    .map(event => ({ kind: "set", event }));
  if (left?.kind === "generated") {
    const beyond = [...left.events.values()].filter(event => event.startAtMs >= toMs);
    events.push(...beyond.map(({ eventId }) => ({ kind: "delete", eventId, why: "leftWindow" }) as const));
  }
  const changed = open !== series.open;
  buffer.addTogether({ events, ...(changed && { series: { kind: "set", series: { ...series, open } } }) });
  return open;
}
