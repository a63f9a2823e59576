import type { SyncPorts } from "../ports/sync.port.ts";
import { isHeldByAnother, leaseMs } from "./protocol.ts";
import { createFencedWriter } from "./fenced-writer.ts";
import type { SyncState } from "../model/sync-state.ts";

/** A shorter move of the window does not justify taking the lease. */
const worthwhileMs = 24 * 60 * 60_000;

/**
 * The new start of a calendar's window in epoch ms; undefined if the stored start is less than a day behind, or not
 * set.
 */
export function retentionStart(
  { windowStart: windowStartMs }: Pick<SyncState, "windowStart">,
  retentionMs: number,
  nowMs: number,
): number | undefined {
  const startMs = nowMs - retentionMs;
  return windowStartMs !== null && startMs - windowStartMs >= worthwhileMs ? startMs : undefined;
}

/**
 * Moves the start of a calendar's window forward to `retentionMs` ago and deletes the events that ended before it,
 * under the fence.
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
  const windowStartMs = stored && retentionStart(stored.state, settings.retentionMs, nowMs);
  if (stored?.state.active !== true || windowStartMs === undefined || stored.state.progress !== null)
    return "nothingToDo";
  const { state } = stored;
  const holder = ports.newId(22);
  if (isHeldByAnother(state.lease, { holder, ...delivered }, nowMs)) return "retry";

  const patch = { lease: { holder, ...delivered, expiresAt: nowMs + leaseMs }, windowStart: windowStartMs };
  const taken = await store.commit(calendarKey, state.uid, { events: [], state: patch }, stored.version);
  if (taken.kind !== "committed") return "retry";
  const after = { state: { ...state, ...patch }, version: taken.version };
  const fence = createFencedWriter(store, clock, calendarKey, holder, after);
  let deleted = 0;
  for (;;) {
    const ids = await store.endedBy(state.uid, calendarKey, windowStartMs, settings.maxBatchWrites);
    const isLast = ids.length < settings.maxBatchWrites;
    const events = ids.map(eventId => ({ kind: "delete", eventId }) as const);
    const outcome = await fence.commit(() => ({ events, state: isLast ? { lease: null } : {} }));
    if (outcome === "lost") return "retry";
    deleted += ids.length;
    if (!isLast) continue;
    ports.log.info("retention", { calendarKey, deleted, windowStartMs });
    return "dropped";
  }
}
