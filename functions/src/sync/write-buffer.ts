import type { EventWrite } from "../ports/sync-store.port.ts";

/** A Firestore request holds 10 MiB; documents grow in encoding, so stay well below. */
const maxBatchBytes = 4 * 1024 * 1024;
/** Writes of one commit, next to the two documents that every commit carries. */
const maxBatchWrites = 400;

const keyOf = (write: EventWrite): string => (write.kind === "set" ? write.event.eventId : write.eventId);
const bytesOf = (write: EventWrite): number =>
  write.kind === "set" ? Buffer.byteLength(JSON.stringify(write.event)) : 100;

/** Collects writes into batches that Firestore accepts. A later write of an event replaces an earlier one. */
export class WriteBuffer {
  readonly #writes = new Map<string, EventWrite>();
  #bytes = 0;

  add(writes: readonly EventWrite[]): void {
    for (const write of writes) {
      this.#writes.delete(keyOf(write));
      this.#writes.set(keyOf(write), write);
      this.#bytes += bytesOf(write);
    }
  }

  /** What a commit will have done to an event: its write, if one is waiting. */
  get(eventId: string): EventWrite | undefined {
    return this.#writes.get(eventId);
  }

  get isFull(): boolean {
    return this.#writes.size > maxBatchWrites || this.#bytes > maxBatchBytes;
  }

  /** The oldest writes, as many as fit into one commit; at least one if there is any. */
  take(): EventWrite[] {
    const batch: EventWrite[] = [];
    let bytes = 0;
    for (const [key, write] of this.#writes) {
      const size = bytesOf(write);
      if (batch.length > 0 && (batch.length >= maxBatchWrites || bytes + size > maxBatchBytes)) break;
      batch.push(write);
      bytes += size;
      this.#writes.delete(key);
    }
    this.#bytes = this.#writes.size === 0 ? 0 : Math.max(0, this.#bytes - bytes);
    return batch;
  }
}
