import type { EventWrite, SeriesWrite, SyncPorts } from "../ports/sync.port.ts";
import { commitSurvivors } from "./commit-survivors.ts";
import type { CalendarStatus } from "../model/sync-state.ts";
import type { FencedWriter } from "./fenced-writer.ts";
import type { PassMemory } from "./checkpoint.ts";
import type { Pass } from "./plan-pass.ts";
import type { SyncMetrics } from "./sync-metrics.ts";

/** A Firestore request holds 10 MiB; documents grow in encoding, so stay well below. */
const maxBatchBytes = 4 * 1024 * 1024;

/** Writes that belong into one commit, as far as one commit can hold them. */
export interface WriteUnit {
  readonly events: readonly EventWrite[];
  readonly series?: SeriesWrite;
}

/** A write, and what it adds to a request. Measured once: events are large. */
interface Sized {
  readonly write: EventWrite;
  readonly bytes: number;
  readonly unit: Waiting;
}

/** A unit without anything left in it, because later writes have replaced its own, weighs nothing and does no harm. */
interface Waiting {
  readonly events: Set<Sized>;
  readonly series: SeriesWrite | undefined;
  /** Of all that is in it. */
  bytes: number;
}

const keyOf = (write: EventWrite): string => (write.kind === "set" ? write.event.eventId : write.eventId);
const bytesOf = (write: EventWrite | SeriesWrite): number => Buffer.byteLength(JSON.stringify(write));

const sizeOf = (unit: Waiting): number => unit.events.size + (unit.series === undefined ? 0 : 1);

/** Collects writes into batches that Firestore accepts. A later write of an event replaces an earlier one. */
export class WriteBuffer {
  /** In the order in which they will be committed. */
  readonly #units = new Set<Waiting>();
  readonly #byEvent = new Map<string, Sized>();
  readonly #maxWrites: number;
  #writes = 0;
  #bytes = 0;

  /** @param maxWrites writes of one commit, next to the two documents that every commit carries; at least 2 */
  constructor(maxWrites: number) {
    this.#maxWrites = maxWrites;
  }

  /** Writes that may be committed in any company. */
  add(writes: readonly EventWrite[]): void {
    for (const write of writes) this.#push([write], undefined);
  }

  /**
   * Writes that are committed together. What is too much for one commit is split, and the series is marked dirty
   * until the last part: a crash in between must not leave occurrences that nobody knows of.
   */
  addTogether({ events, series }: WriteUnit): void {
    const parts = split(events, this.#maxWrites);
    const dirty: SeriesWrite | undefined =
      series?.kind === "set" ? { kind: "set", series: { ...series.series, dirty: true } } : undefined;
    parts.forEach((part, index) => {
      const isLast = index === parts.length - 1;
      this.#push(part, isLast ? series : index === 0 ? dirty : undefined);
    });
  }

  /** What a commit will have done to an event: its write, if one is waiting. */
  get(eventId: string): EventWrite | undefined {
    return this.#byEvent.get(eventId)?.write;
  }

  /** More is waiting than one commit can hold. */
  get isFull(): boolean {
    return this.#writes > this.#maxWrites || this.#bytes > maxBatchBytes;
  }

  /** The oldest writes, as many as fit into one commit. */
  take(): { readonly events: EventWrite[]; readonly series: SeriesWrite[] } {
    const events: EventWrite[] = [];
    const series: SeriesWrite[] = [];
    let bytes = 0;
    for (const unit of this.#units) {
      const taken = events.length + series.length;
      if (taken > 0 && (taken + sizeOf(unit) > this.#maxWrites || bytes + unit.bytes > maxBatchBytes)) break;
      for (const { write } of unit.events) events.push(write);
      if (unit.series !== undefined) series.push(unit.series);
      bytes += unit.bytes;
      this.#drop(unit);
    }
    return { events, series };
  }

  #push(writes: readonly EventWrite[], series: SeriesWrite | undefined): void {
    const unit: Waiting = { events: new Set(), series, bytes: 0 };
    this.#units.add(unit);
    if (series !== undefined) this.#count(unit, 1, bytesOf(series));
    for (const write of writes) {
      const key = keyOf(write);
      const earlier = this.#byEvent.get(key);
      if (earlier !== undefined) {
        earlier.unit.events.delete(earlier);
        this.#count(earlier.unit, -1, -earlier.bytes);
      }
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
    for (const { write } of unit.events) this.#byEvent.delete(keyOf(write));
    this.#count(unit, -sizeOf(unit), -unit.bytes);
  }
}

/** Parts that fit into a commit beside their series; one empty part if there is nothing. */
function split(writes: readonly EventWrite[], maxWrites: number): (readonly EventWrite[])[] {
  let part: EventWrite[] = [];
  let bytes = 0;
  const parts = [part];
  for (const write of writes) {
    const size = bytesOf(write);
    if (part.length === maxWrites - 1 || bytes + size > maxBatchBytes / 2) {
      part = [];
      bytes = 0;
      parts.push(part);
    }
    part.push(write);
    bytes += size;
  }
  return parts;
}

/** What the steps of one pass share. */
export interface PassContext {
  readonly ports: SyncPorts;
  readonly fence: FencedWriter;
  readonly run: SyncMetrics;
  readonly pass: Pass;
  readonly memory: PassMemory;
  readonly buffer: WriteBuffer;
  readonly uid: string;
  /** The commits that are under way; no other commit may begin before they are settled. */
  flushed: Promise<LeaseKept>;
}

/** `lost`: the lease is somebody else's, stop. */
export type LeaseKept = Awaited<ReturnType<FencedWriter["renew"]>>;

/**
 * Commits until what waits fits into one commit, and keeps the lease. A full sync goes on meanwhile: the next page is
 * planned while Firestore stores this one, and only the flush before is waited for. A pull waits: it compares with
 * what is stored, and must find what it has written itself.
 */
export async function flush(context: PassContext): Promise<LeaseKept> {
  if ((await context.flushed) === "lost") return "lost";
  context.flushed = drain(context);
  // Whoever settles next gets a rejection; until then it must not count as unhandled.
  context.flushed.catch(() => undefined);
  return context.memory.inventory === undefined ? await context.flushed : "fresh";
}

/** During an import the user sees the count rise with each commit. */
async function drain(context: PassContext): Promise<LeaseKept> {
  const { fence, run, buffer, memory } = context;
  while (buffer.isFull) {
    const importedCount = memory.inventory?.listed.size ?? 0;
    const { phase = "importing" } = fence.state().shown ?? {};
    const shown: (CalendarStatus & { importedCount: number }) | undefined =
      phase === "importing" ? { phase, importedCount } : undefined;
    const batch = buffer.take();
    const outcome = await commitSurvivors(context, batch, () => ({
      events: [],
      state: {},
      ...(shown && { shown }),
    }));
    if (outcome === "lost") return "lost";
    run.wrote(batch, shown !== undefined);
  }
  const renewed = await fence.renew();
  if (renewed === "committed") run.count("writes");
  return renewed;
}
