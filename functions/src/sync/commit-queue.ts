import type { EventWrite, SeriesWrite, SyncPorts } from "../ports/sync.port.ts";
import { eventIdOf, replacing } from "./change-feed.ts";
import { asDirty, documentsOf } from "./shown-series.ts";
import { commitSurvivors } from "./commit-survivors.ts";
import { statusDuringPass } from "./protocol.ts";
import type { FencedWriter } from "./fenced-writer.ts";
import type { PassMemory } from "./checkpoint.ts";
import type { Pass } from "./plan-pass.ts";
import type { SyncMetrics } from "./sync-metrics.ts";

/** A Firestore request holds 10 MiB. The limit is lower, because documents grow when they are encoded. */
const maxBatchBytes = 4 * 1024 * 1024;

/** The writes of one series. They go into one commit, unless they are too large for one. */
export interface WriteUnit {
  readonly events: readonly EventWrite[];
  readonly series?: SeriesWrite;
}

/** A write and its size in a request. The size is measured once, because events are large. */
interface Sized {
  readonly write: EventWrite;
  readonly bytes: number;
  readonly unit: Waiting;
}

/**
 * Writes that are committed together. A unit is empty after later writes have replaced all of its own; an empty unit is
 * harmless and has no size.
 */
interface Waiting {
  readonly events: Set<Sized>;
  readonly series: SeriesWrite | undefined;
  /** The total size of its writes. */
  bytes: number;
}

const bytesOf = (write: EventWrite | SeriesWrite): number => Buffer.byteLength(JSON.stringify(write));

const sizeOf = ({ events, series }: Waiting): number =>
  events.size + (series === undefined ? 0 : documentsOf(series));

/** Collects writes into batches that Firestore accepts. A later write of an event replaces an earlier one. */
export class WriteBuffer {
  /** In the order of their commits. */
  readonly #units = new Set<Waiting>();
  readonly #byEvent = new Map<string, Sized>();
  readonly #maxWrites: number;
  #writes = 0;
  #bytes = 0;

  /**
   * @param maxWrites documents of events and series in one commit, besides the two that every commit contains; at
   * least 3, for an event and the two documents of a series
   */
  constructor(maxWrites: number) {
    this.#maxWrites = maxWrites;
  }

  /** Adds independent writes. They may share a commit with any others. */
  add(writes: readonly EventWrite[]): void {
    for (const write of writes) this.#push([write], undefined);
  }

  /**
   * Adds writes that are committed together. If they are too large for one commit, they are split: the first part marks
   * the series dirty and the last part writes the series itself. A crash between the parts therefore leaves a dirty
   * series, whose next plan reads all its stored occurrences.
   */
  addTogether({ events, series }: WriteUnit): void {
    const parts = split(events, this.#maxWrites - (series === undefined ? 1 : documentsOf(series)));
    const dirty = series?.kind === "set" ? asDirty(series) : undefined;
    parts.forEach((part, index) => {
      const isLast = index === parts.length - 1;
      this.#push(part, isLast ? series : index === 0 ? dirty : undefined);
    });
  }

  /** The waiting write of an event, or undefined. */
  get(eventId: string): EventWrite | undefined {
    return this.#byEvent.get(eventId)?.write;
  }

  /** True if the waiting writes do not fit into one commit. */
  get isFull(): boolean {
    return this.#writes > this.#maxWrites || this.#bytes > maxBatchBytes;
  }

  /** Removes and returns the oldest writes that fit into one commit. */
  take(): { readonly events: EventWrite[]; readonly series: SeriesWrite[] } {
    const events: EventWrite[] = [];
    const series: SeriesWrite[] = [];
    let taken = 0;
    let bytes = 0;
    for (const unit of this.#units) {
      if (taken > 0 && (taken + sizeOf(unit) > this.#maxWrites || bytes + unit.bytes > maxBatchBytes)) break;
      for (const { write } of unit.events) events.push(write);
      if (unit.series !== undefined) series.push(unit.series);
      taken += sizeOf(unit);
      bytes += unit.bytes;
      this.#drop(unit);
    }
    return { events, series };
  }

  #push(writes: readonly EventWrite[], series: SeriesWrite | undefined): void {
    const unit: Waiting = { events: new Set(), series, bytes: 0 };
    this.#units.add(unit);
    if (series !== undefined) this.#count(unit, documentsOf(series), bytesOf(series));
    for (const planned of writes) {
      const key = eventIdOf(planned);
      const earlier = this.#byEvent.get(key);
      if (earlier !== undefined) {
        earlier.unit.events.delete(earlier);
        this.#count(earlier.unit, -1, -earlier.bytes);
      }
      const write = earlier === undefined ? planned : replacing(planned, earlier.write);
      const sized = { write, bytes: bytesOf(write), unit };
      unit.events.add(sized);
      this.#byEvent.set(key, sized);
      this.#count(unit, 1, sized.bytes);
    }
  }

  #count(unit: Waiting, writes: number, bytes: number): void {
    unit.bytes += bytes;
    this.#writes += writes;
    this.#bytes += bytes;
  }

  #drop(unit: Waiting): void {
    this.#units.delete(unit);
    for (const { write } of unit.events) this.#byEvent.delete(eventIdOf(write));
    this.#count(unit, -sizeOf(unit), -unit.bytes);
  }
}

/**
 * Splits writes into parts, each of which fits into one commit together with the series. Without writes: one empty
 * part.
 *
 * @param most writes in a part
 */
function split(writes: readonly EventWrite[], most: number): (readonly EventWrite[])[] {
  let part: EventWrite[] = [];
  let bytes = 0;
  const parts = [part];
  for (const write of writes) {
    const size = bytesOf(write);
    if (part.length > 0 && (part.length >= most || bytes + size > maxBatchBytes / 2)) {
      part = [];
      bytes = 0;
      parts.push(part);
    }
    part.push(write);
    bytes += size;
  }
  return parts;
}

/** The objects that the steps of one pass share. */
export interface PassContext {
  readonly ports: SyncPorts;
  readonly fence: FencedWriter;
  readonly run: SyncMetrics;
  readonly pass: Pass;
  readonly memory: PassMemory;
  readonly buffer: WriteBuffer;
  readonly uid: string;
  /** The commits in progress. No other commit may begin before they are settled. */
  flushed: Promise<LeaseKept>;
}

/** `lost`: another delivery holds the lease, so this pass must stop. */
export type LeaseKept = Awaited<ReturnType<FencedWriter["renew"]>>;

/**
 * Commits until the waiting writes fit into one commit, and renews the lease. A full sync does not wait for these
 * commits: it plans the next page during them, and waits only for the flush before. A pull waits, because it compares
 * items with the stored documents, which must include its own writes.
 */
export async function flush(context: PassContext): Promise<LeaseKept> {
  if ((await context.flushed) === "lost") return "lost";
  context.flushed = drain(context);
  // The next `await` of `flushed` receives a rejection. Until then Node must not report it as unhandled.
  context.flushed.catch(() => undefined);
  return context.memory.inventory === undefined ? await context.flushed : "fresh";
}

/**
 * Commits batch by batch. During a first import, and while a larger window is read, each commit also writes the number
 * of listed items for the user.
 */
async function drain(context: PassContext): Promise<LeaseKept> {
  const { fence, run, pass, buffer, memory } = context;
  while (buffer.isFull) {
    const status = statusDuringPass(fence.state(), pass.windowStartMs);
    const shown = status && { ...status, importedCount: memory.inventory?.listed.size ?? 0 };
    const batch = buffer.take();
    const outcome = await commitSurvivors(context, batch, () => ({
      events: [],
      state: {},
      ...(shown && { shown }),
    }));
    if (outcome === "lost") return "lost";
    run.wrote(batch, shown !== undefined, pass.mode);
  }
  const renewed = await fence.renew();
  if (renewed === "committed") run.count("writes");
  return renewed;
}
