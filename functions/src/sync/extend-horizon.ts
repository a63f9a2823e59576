import type { StoredSeries, SyncPorts } from "../ports/sync.port.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { commitSurvivors } from "./commit-survivors.ts";
import { isHeldByAnother, leaseMs } from "./protocol.ts";
import { createFencedWriter } from "./fenced-writer.ts";
import type { CalendarContext } from "./parse-event.ts";
import { generate } from "./plan-series.ts";
import { SyncMetrics } from "./sync-metrics.ts";
import { Unreadable } from "./unreadable.ts";
import { WriteBuffer } from "./commit-queue.ts";

/** `retry`: another task writes this calendar. `extended`: whether notifications have asked for a pull meanwhile. */
export type HorizonOutcome =
  | { readonly kind: "extended"; readonly pendingEpoch: number | undefined }
  | { readonly kind: "nothingToDo" }
  | { readonly kind: "retry" };

/** Moving the horizon by less is not worth a lease. */
const worthwhileMs = 12 * 60 * 60_000;
const seriesPageSize = 100;

/**
 * Moves the horizon of one calendar to where it should be today, however long ago that was done last, and writes the
 * occurrences between the old one and the new one. No call to Google. Series without a future are not looked at.
 *
 * The state says where the horizon is going before the first occurrence is written: a pull that comes in between a
 * crash and the next attempt plans up to the new horizon, and the attempt starts again from the old one.
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
  const { horizonMs } = state;
  const nowMs = clock.now();
  const targetMs = nowMs + settings.horizonMs;
  if (!state.active || !state.openSeries || horizonMs === null) return { kind: "nothingToDo" };
  if (targetMs - horizonMs < worthwhileMs && state.horizonPendingFromMs === null)
    return { kind: "nothingToDo" };
  const holder = ports.newId(22);
  if (isHeldByAnother(state.lease, { holder, ...delivered }, nowMs)) return { kind: "retry" };

  const fromMs = state.horizonPendingFromMs ?? horizonMs;
  const toMs = Math.max(targetMs, horizonMs);
  const patch = {
    lease: { holder, ...delivered, expiresAtMs: nowMs + leaseMs },
    horizonMs: toMs,
    horizonPendingFromMs: fromMs,
  };
  const taken = await store.commit(calendarKey, state.uid, { events: [], state: patch }, stored.version);
  if (taken.kind !== "committed") return { kind: "retry" };
  const fence = createFencedWriter(store, clock, calendarKey, holder, {
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
      horizonPendingFromMs: null,
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

/** Writes what lies beyond the old horizon; returns whether there is more beyond the new one. */
function extendSeries(
  series: StoredSeries,
  calendar: CalendarContext,
  fromMs: number,
  toMs: number,
  buffer: WriteBuffer,
): boolean {
  const { seriesId, master, exceptions } = series;
  const generated = master && generate(seriesId, master, exceptions, calendar, { fromMs, toMs });
  // It was readable when Google sent it; whatever is wrong now, the next change of the series will say so.
  if (generated?.kind !== "generated") return false;
  const events = [...generated.events.values()]
    .filter(event => event.startAtMs >= fromMs)
    .map(event => ({ kind: "set", event }) as const);
  const { open } = generated;
  const changed = open !== series.open;
  buffer.addTogether({ events, ...(changed && { series: { kind: "set", series: { ...series, open } } }) });
  return open;
}
