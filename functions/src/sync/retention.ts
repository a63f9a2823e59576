import { retentionStart } from "../model/calendar-window.ts";
import type { EndedEvent, SeriesWrite, SyncPorts } from "../ports/sync.port.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { generate } from "./plan-series.ts";
import { hasMovedInstance, seriesWrite } from "./shown-series.ts";
import { isHeldByAnother, leaseMs } from "./protocol.ts";
import { createFencedWriter } from "./fenced-writer.ts";
import type { SyncState } from "../model/sync-state.ts";

/**
 * The writes that delete the documents of the series of which no occurrence is left in the window. Their records stay,
 * until a full sync finds them gone at Google.
 */
async function endedSeriesWrites(
  { store }: SyncPorts,
  { uid, timeZone, horizon }: SyncState,
  calendarKey: string,
  ended: readonly EndedEvent[],
  fromMs: number,
): Promise<readonly SeriesWrite[]> {
  const ids = new Set(ended.flatMap(({ recurringEventId }) => recurringEventId ?? []));
  const calendar = { calendarKey, zone: zoneOr(timeZone, utc) };
  const window = { fromMs, toMs: Math.max(horizon ?? fromMs, fromMs) };
  const writes: SeriesWrite[] = [];
  for (const series of await store.series(calendarKey, [...ids])) {
    const { seriesId, master, exceptions, shownContent } = series;
    if (shownContent === undefined || master === null) continue;
    const left = generate(seriesId, master, exceptions, calendar, window);
    if (left.kind === "unreadable" || left.open || left.events.size > 0) continue;
    // Where an instance was moved to is stored only in its own document.
    const stored = hasMovedInstance(exceptions)
      ? [...(await store.occurrencesOf(uid, calendarKey, seriesId)).values()]
      : [];
    if (stored.some(({ endAtMs }) => endAtMs > fromMs)) continue;
    writes.push(seriesWrite(series, null, series));
  }
  return writes;
}

/**
 * Moves the start of a calendar's window forward to `retentionMs` ago, or to the past that the user has chosen, and
 * deletes the events that ended before it, and the documents of series that have no other occurrence, under the fence.
 *
 * The window moves first. If the worker crashes after that, the remaining documents lie outside the window; full syncs
 * do not need them, and the next day's run deletes them. If a pass was handed over, nothing is done: it continues in
 * the window that it began with, and a later run moves the window.
 */
export async function dropEnded(
  ports: SyncPorts,
  calendarKey: string,
  delivered: { readonly taskId: string; readonly attempt: number },
): Promise<"dropped" | "nothingToDo" | "retry"> {
  const { store, clock, settings } = ports;
  const stored = await store.read(calendarKey);
  const nowMs = clock.now();
  const windowStartMs = stored && retentionStart(stored.state, settings, nowMs);
  if (stored?.state.active !== true || windowStartMs === undefined || stored.state.progress !== null)
    return "nothingToDo";
  const { state } = stored;
  const holder = ports.newId(22);
  if (isHeldByAnother(state.lease, { holder, ...delivered }, nowMs)) return "retry";

  const patch = { lease: { holder, ...delivered, expiresAt: nowMs + leaseMs }, windowStart: windowStartMs };
  const taken = await store.commit(calendarKey, state.uid, { events: [], state: patch }, stored.version);
  if (taken.kind !== "committed") return "retry";
  const after = { state: { ...state, ...patch }, version: taken.version };
  const fence = createFencedWriter(ports, calendarKey, holder, after);
  let deleted = 0;
  for (;;) {
    const ended = await store.endedBy(state.uid, calendarKey, windowStartMs, settings.maxBatchWrites);
    const isLast = ended.length < settings.maxBatchWrites;
    const events = ended.map(
      ({ eventId }) => ({ kind: "delete", eventId, why: "leftWindow", existed: true }) as const,
    );
    const series = await endedSeriesWrites(ports, state, calendarKey, ended, windowStartMs);
    const outcome = await fence.commit(() => ({ events, series, state: isLast ? { lease: null } : {} }));
    if (outcome === "lost") return "retry";
    deleted += ended.length;
    if (!isLast) continue;
    ports.log.info("retention", { calendarKey, deleted, windowStartMs });
    return "dropped";
  }
}
