import type { Fingerprint, SyncPorts } from "../ports/sync.port.ts";
import type { Pass } from "./plan-pass.ts";
import { SeriesChanges } from "./series-changes.ts";
import type { SyncMetrics } from "./sync-metrics.ts";
import type { SyncState } from "../model/sync-state.ts";
import { Unreadable } from "./unreadable.ts";

/** The memory of a pass: collected page by page, used after the last page. */
export interface PassMemory {
  readonly changes: SeriesChanges;
  /** Undefined in a pull. */
  readonly inventory: Inventory | undefined;
  /** The calendar's unreadable events and series. A pull begins with the stored names, a full sync with none. */
  readonly unreadable: Unreadable;
  /**
   * True after an item without a readable id, or a page without a list of items. Then the absence of an event or series
   * from the list does not prove its deletion.
   */
  isBlind: boolean;
}

/** The calendar's stored events, and the ids that Google has listed so far. 100,000 events take about 20 MB. */
export interface Inventory {
  /** By event id. Read before the first page, and updated with each write that this pass plans. */
  readonly stored: Map<string, Fingerprint>;
  /**
   * Ids that exist at Google, unreadable items included. The sweep deletes every stored event whose id is not in it.
   */
  readonly listed: Set<string>;
}

/** A Firestore document holds 1 MiB. A character takes up to 3 bytes in UTF-8. */
const charactersPerPart = 300_000;
/**
 * How long a saved memory is kept. Failed tasks and backup syncs continue a pass for much less than this. If a calendar
 * fails for longer, its pass begins again.
 */
const memoryLifeMs = 30 * 24 * 3_600_000;
const idLine = "id ";
const unreadableLine = "unreadable ";
const blindLine = "blind";

/**
 * The memory that an earlier task of the same pass saved, or a new memory for a pass that begins.
 *
 * @returns undefined if a part of the saved memory does not exist any more
 */
export async function loadCheckpoint(
  ports: SyncPorts,
  run: SyncMetrics,
  { uid, unreadable: unreadableBefore }: Pick<SyncState, "uid" | "unreadable">,
  pass: Pass,
): Promise<PassMemory | undefined> {
  const changes = new SeriesChanges(pass.mode);
  const seen = new Set<string>();
  let isBlind = false;
  let unreadable = new Unreadable(pass.mode === "pull" ? unreadableBefore : []);
  if (pass.resumed !== undefined && pass.resumed.parts > 0) {
    const { resumed } = pass;
    const parts = await ports.store.loadPassMemory(run.calendarKey, resumed);
    if (parts === undefined) return undefined;
    const lines = parts.flatMap(part => part.split("\n"));
    for (const line of lines) if (line.startsWith(idLine)) seen.add(line.slice(idLine.length));
    isBlind = lines.includes(blindLine);
    unreadable = new Unreadable(
      lines.flatMap(line => (line.startsWith(unreadableLine) ? [line.slice(unreadableLine.length)] : [])),
    );
    changes.restore(lines.filter(line => line.startsWith("{")));
    run.count("reads", resumed.parts);
  }
  if (pass.mode === "pull") return { changes, inventory: undefined, unreadable, isBlind };
  const stored = await ports.store.index(uid, run.calendarKey, { withContent: pass.rewrite });
  run.count("reads", Math.max(1, stored.size));
  return { changes, inventory: { stored, listed: seen }, unreadable, isBlind };
}

/** Saves the memory under the holder's name, for the task that continues the pass. Returns the number of parts. */
export async function saveCheckpoint(
  ports: SyncPorts,
  run: SyncMetrics,
  holder: string,
  memory: PassMemory,
): Promise<number> {
  const { inventory, changes, unreadable, isBlind } = memory;
  const lines = [
    ...[...(inventory?.listed ?? [])].map(id => idLine + id),
    ...(isBlind ? [blindLine] : []),
    ...unreadable.names.map(name => unreadableLine + name),
    ...changes.toLines(),
  ];
  const parts: string[] = [];
  let part: string[] = [];
  let characters = 0;
  for (const line of lines) {
    if (characters + line.length > charactersPerPart && part.length > 0) {
      parts.push(part.join("\n"));
      part = [];
      characters = 0;
    }
    part.push(line);
    characters += line.length + 1;
  }
  if (part.length > 0) parts.push(part.join("\n"));
  await ports.store.savePassMemory(run.calendarKey, holder, parts, ports.clock.now() + memoryLifeMs);
  run.count("writes", parts.length);
  return parts.length;
}
