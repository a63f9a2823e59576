import type { StoredSeries, SyncPorts } from "../ports/sync.port.ts";
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

/** A shorter move of the horizon does not justify taking the lease. */
const worthwhileMs = 12 * 60 * 60_000;
const seriesPageSize = 100;

/**
 * Moves the horizon of one calendar to `settings.horizonMs` from now, and writes the occurrences between the old and
 * the new horizon. Works after a pause of any length. Does not call Google. Reads only series that have occurrences
 * beyond the horizon.
 *
 * The first commit stores the new horizon and, in `horizonPendingFromMs`, the old one. If the worker then crashes, a
 * pull plans up to the new horizon, and the next attempt starts again from the old one.
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
  const targetMs = nowMs + settings.horizonMs;
  if (!state.active || !state.openSeries || horizonMs === null) return { kind: "nothingToDo" };
  if (targetMs - horizonMs < worthwhileMs && state.horizonPendingFrom === null)
    return { kind: "nothingToDo" };
  if (isRollingOut(state, settings.queryVersion, nowMs)) return { kind: "retry" };
  const holder = ports.newId(22);
  if (isHeldByAnother(state.lease, { holder, ...delivered }, nowMs)) return { kind: "retry" };

  const fromMs = state.horizonPendingFrom ?? horizonMs;
  const toMs = Math.max(targetMs, horizonMs);
  const patch = {
    lease: { holder, ...delivered, expiresAt: nowMs + leaseMs },
    horizon: toMs,
    horizonPendingFrom: fromMs,
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
  for (let afterId: string | undefined; ;) {
    const page = await store.seriesPage(calendarKey, {
      openOnly: true,
      limit: seriesPageSize,
      ...(afterId !== undefined && { afterId }),
    });
    for (const series of page) {
      openSeries = extendSeries(series, calendar, fromMs, toMs, buffer) || openSeries;
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

/** Queues the occurrences beyond the old horizon. Returns true if the series has occurrences beyond the new one. */
function extendSeries(
  series: StoredSeries,
  calendar: CalendarContext,
  fromMs: number,
  toMs: number,
  buffer: WriteBuffer,
): boolean {
  const { seriesId, master, exceptions } = series;
  const generated = master && generate(seriesId, master, exceptions, calendar, { fromMs, toMs });
  // Not expected: the series was readable when it was stored. The next change of the series reports the problem.
  if (generated?.kind !== "generated") return false;
  const events = [...generated.events.values()]
    .filter(event => event.startAtMs >= fromMs)
    .map(event => ({ kind: "set", event }) as const);
  const { open } = generated;
  const changed = open !== series.open;
  buffer.addTogether({ events, ...(changed && { series: { kind: "set", series: { ...series, open } } }) });
  return open;
}
