import type { EventDocument } from "./documents.ts";
import type { DeletedEvent, EventVersion, WrittenEvent } from "./event-writes.ts";
import type { LiveChange } from "./live.ts";
import type { ShownEvent } from "./pending-shows.ts";
import { PendingWrite, type ShownAs } from "./pending-write.ts";
import { ShownEvents } from "./shown-events.ts";
import { WriteQueues, type WriteQueue } from "./write-queue.ts";

/** Runs a function later. The returned function cancels it. */
export type Later = (run: () => void, ms: number) => () => void;

/** What a write answers. */
export type WriteAnswer = WrittenEvent | DeletedEvent;

/** The sync may never bring a document: the change may be outside of what is stored or subscribed. */
const giveUpMs = 60_000;

/** Shows writes from their calls to their ends. */
export class PendingCalls {
  readonly view: ShownEvents;
  readonly queues = new WriteQueues();
  readonly #later: Later;
  /** Cancel the ends of the writes that Google has accepted. */
  readonly #timers = new Map<PendingWrite, () => void>();
  #isClosed = false;

  constructor(onChanges: (changes: readonly LiveChange<ShownEvent>[]) => void, later: Later = afterMs) {
    this.view = new ShownEvents(onChanges);
    this.#later = later;
  }

  stored(changes: readonly LiveChange<EventDocument>[]): void {
    this.view.take(changes);
    for (const [write, cancel] of this.#timers) if (write.isDone) cancel();
  }

  /**
   * Shows the write, and sends it after the earlier ones on the event.
   *
   * @param id of the series or the single event.
   * @param accepted takes Google's answer, before the next write on the event is sent.
   */
  async run<Answer extends WriteAnswer>(
    id: string,
    shownAs: ShownAs,
    send: (queue: WriteQueue) => Promise<Answer>,
    accepted: (answer: Answer, queue: WriteQueue) => void,
  ): Promise<Answer> {
    const queue = this.queues.of(id);
    const write = new PendingWrite(this.view.stored, shownAs, queue.etags);
    queue.writes.add(write);
    const finish = () => {
      this.#timers.delete(write);
      this.view.drop(write);
      this.queues.leave(queue, write);
    };
    try {
      this.view.add(write);
      return await queue.run(async () => {
        write.send();
        const answer = await send(queue);
        write.accepted("etag" in answer ? answer : undefined);
        for (const version of versionsOf(answer)) queue.made(version);
        accepted(answer, queue);
        if (write.isDone || this.#isClosed) finish();
        else this.#finishLater(write, finish);
        return answer;
      });
    } catch (error) {
      finish();
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.view.close();
    for (const cancel of [...this.#timers.values()]) cancel();
  }

  #finishLater(write: PendingWrite, finish: () => void): void {
    const cancel = this.#later(finish, giveUpMs);
    this.#timers.set(write, () => {
      cancel();
      finish();
    });
    this.view.refresh();
  }
}

/** The versions of events that a write has made. */
export function versionsOf(answer: WriteAnswer): EventVersion[] {
  return [...("etag" in answer ? [answer] : []), ...(answer.ended ? [answer.ended] : [])];
}

const afterMs: Later = (run, ms) => {
  const timer = setTimeout(run, ms);
  return () => {
    clearTimeout(timer);
  };
};
