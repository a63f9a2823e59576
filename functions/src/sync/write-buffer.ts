import type { EventWrite, SeriesWrite } from "../ports/sync-store.port.ts";

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
}

interface Waiting {
  readonly events: Map<string, Sized>;
  readonly series: SeriesWrite | undefined;
  /** Of all that is in it. */
  bytes: number;
}

const keyOf = (write: EventWrite): string => (write.kind === "set" ? write.event.eventId : write.eventId);
const bytesOf = (write: EventWrite | SeriesWrite): number =>
  write.kind === "delete" ? 100 : Buffer.byteLength(JSON.stringify(write));

const sizeOf = (unit: Waiting): number => unit.events.size + (unit.series === undefined ? 0 : 1);

/** Collects writes into batches that Firestore accepts. A later write of an event replaces an earlier one. */
export class WriteBuffer {
  /** In the order in which they will be committed. */
  readonly #units = new Set<Waiting>();
  readonly #unitOf = new Map<string, Waiting>();
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
    return this.#unitOf.get(eventId)?.events.get(eventId)?.write;
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
      for (const { write } of unit.events.values()) events.push(write);
      if (unit.series !== undefined) series.push(unit.series);
      bytes += unit.bytes;
      this.#drop(unit);
    }
    return { events, series };
  }

  #push(writes: readonly EventWrite[], series: SeriesWrite | undefined): void {
    const unit: Waiting = { events: new Map(), series, bytes: series === undefined ? 0 : bytesOf(series) };
    for (const write of writes) {
      const key = keyOf(write);
      this.#forget(key);
      const sized = { write, bytes: bytesOf(write) };
      unit.events.set(key, sized);
      unit.bytes += sized.bytes;
      this.#unitOf.set(key, unit);
    }
    this.#writes += sizeOf(unit);
    this.#bytes += unit.bytes;
    if (sizeOf(unit) > 0) this.#units.add(unit);
  }

  /** An earlier write of the same event, if one is waiting. */
  #forget(key: string): void {
    const unit = this.#unitOf.get(key);
    const sized = unit?.events.get(key);
    if (unit === undefined || sized === undefined) return;
    unit.events.delete(key);
    unit.bytes -= sized.bytes;
    // A unit that is being filled is not counted yet.
    if (!this.#units.has(unit)) return;
    this.#writes -= 1;
    this.#bytes -= sized.bytes;
    if (sizeOf(unit) === 0) this.#units.delete(unit);
  }

  #drop(unit: Waiting): void {
    this.#units.delete(unit);
    this.#writes -= sizeOf(unit);
    this.#bytes -= unit.bytes;
    for (const key of unit.events.keys()) this.#unitOf.delete(key);
  }
}

/** Parts that fit into a commit beside their series; one empty part if there is nothing. */
function split(writes: readonly EventWrite[], maxWrites: number): (readonly EventWrite[])[] {
  const parts: EventWrite[][] = [[]];
  let bytes = 0;
  for (const write of writes) {
    const size = bytesOf(write);
    const part = parts.at(-1);
    if (
      part === undefined ||
      part.length >= maxWrites - 1 ||
      (bytes + size > maxBatchBytes / 2 && part.length > 0)
    ) {
      parts.push([write]);
      bytes = size;
    } else {
      part.push(write);
      bytes += size;
    }
  }
  return parts;
}
