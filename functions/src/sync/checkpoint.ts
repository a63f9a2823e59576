import type { Fingerprint, SyncPorts } from "../ports/sync.port.ts";
import type { Pass } from "./plan-pass.ts";
import { SeriesChanges } from "./series-changes.ts";
import type { SyncMetrics } from "./sync-metrics.ts";
import type { SyncState } from "../model/sync-state.ts";
import { Unreadable } from "./unreadable.ts";

/** What a pass carries from page to page. */
export interface PassMemory {
  readonly changes: SeriesChanges;
  /** Full sync only. */
  readonly inventory: Inventory | undefined;
  /** Of the calendar, as it will be after this pass. A full sync begins with none. */
  readonly unreadable: Unreadable;
  /** Google listed something without a readable id, or a page without items: only what is named is certainly gone. */
  isBlind: boolean;
}

/** What a full sync knows beside Google's pages. 100,000 events take some 20 MB. */
export interface Inventory {
  /** Everything stored, read once before the first page, and kept in step with what this pass writes. */
  readonly stored: Map<string, Fingerprint>;
  /** Everything that exists at Google, malformed items too: the sweep deletes the rest. */
  readonly listed: Set<string>;
}

/** A document holds 1 MiB. */
const charactersPerPart = 300_000;
const idLine = "id ";
const unreadableLine = "unreadable ";
const blindLine = "blind";

/** An empty memory, or what an earlier task of the same pass left; undefined where that is not there any more. */
export async function loadCheckpoint(
  ports: SyncPorts,
  run: SyncMetrics,
  { uid, unreadable: unreadableBefore }: Pick<SyncState, "uid" | "unreadable">,
  pass: Pass,
): Promise<PassMemory | undefined> {
  const drafts = new SeriesChanges(pass.mode);
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
    drafts.restore(lines.filter(line => line.startsWith("{")));
    run.count("reads", resumed.parts);
  }
  if (pass.mode === "pull") return { changes: drafts, inventory: undefined, unreadable, isBlind };
  const stored = await ports.store.index(uid, run.calendarKey);
  run.count("reads", Math.max(1, stored.size));
  return { changes: drafts, inventory: { stored, listed: seen }, unreadable, isBlind };
}

/** Stores the memory for the task that goes on, under the holder's name; returns the number of parts. */
export async function saveCheckpoint(
  ports: SyncPorts,
  run: SyncMetrics,
  holder: string,
  memory: PassMemory,
): Promise<number> {
  const { inventory, changes: drafts, unreadable, isBlind } = memory;
  const lines = [
    ...[...(inventory?.listed ?? [])].map(id => idLine + id),
    ...(isBlind ? [blindLine] : []),
    ...unreadable.names.map(name => unreadableLine + name),
    ...drafts.toLines(),
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
  await ports.store.savePassMemory(run.calendarKey, holder, parts);
  run.count("writes", parts.length);
  return parts.length;
}
