import type { EventDocument } from "./documents.ts";
import type { EventVersion } from "./event-writes.ts";
import type { PendingWrite } from "./pending-write.ts";

/** A version that an own write has made out of another one. */
interface Step {
  readonly from: string;
  readonly to: string;
  /** The event of which it is the version. Absent: all occurrences that had the version before. */
  readonly eventId?: string;
}

/**
 * Sends the writes on one event or series one after the other. Each is based on the version that the write before it
 * has made, because Google would refuse the version that the user saw. A version that somebody else has made is never
 * taken over, so that Google refuses to overwrite it.
 */
export class WriteQueue {
  /** The writes that are not over. */
  readonly writes = new Set<PendingWrite>();
  /** The versions that the writes have made. */
  readonly etags = new Set<string>();
  readonly #steps: Step[] = [];
  #last: Promise<unknown> = Promise.resolve();

  /** Calls `send` after the calls before it, also if one of these failed. */
  run<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    const sent = this.#last.then(send);
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  /** The version to base a write on, for a user who has seen `etag`. */
  latest({ eventId, etag }: EventDocument): string {
    let latest = etag;
    for (const step of this.#steps) {
      if (step.from === latest && (step.eventId ?? eventId) === eventId) latest = step.to;
    }
    return latest;
  }

  /** A write has made the version. The sync may bring it while later writes are pending. */
  made({ etag }: EventVersion): void {
    this.etags.add(etag);
    for (const write of this.writes) write.follows(etag);
  }

  /**
   * A write that Google has accepted only for the version `from` of the event.
   *
   * @param version what it has made
   * @param ownVersion whether the event seems to be an occurrence that differs from its series: a write on the series
   * leaves its version as it is.
   */
  replaced(event: EventDocument, from: string, version: EventVersion, ownVersion: boolean): void {
    const { eventId, recurringEventId } = event;
    // The sync may have brought the version of the series for this occurrence first.
    const isOfSeries = this.#steps.some(step => step.to === from && step.eventId === undefined);
    if (version.eventId === eventId) this.#steps.push({ from, to: version.etag, eventId });
    else if (version.eventId === recurringEventId && (isOfSeries || !ownVersion))
      this.#steps.push({ from, to: version.etag });
  }
}

/** The queues by the ids of series and single events. A queue lasts as long as it has writes. */
export class WriteQueues {
  readonly #queues = new Map<string, WriteQueue>();

  of(id: string): WriteQueue {
    const queue = this.#queues.get(id) ?? new WriteQueue();
    this.#queues.set(id, queue);
    return queue;
  }

  /** The event of the queue has this id, too. */
  alsoFor(id: string, queue: WriteQueue): void {
    this.#queues.set(id, queue);
  }

  leave(queue: WriteQueue, write: PendingWrite): void {
    queue.writes.delete(write);
    if (queue.writes.size > 0) return;
    for (const [id, other] of this.#queues) if (other === queue) this.#queues.delete(id);
  }
}
