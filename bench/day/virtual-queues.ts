import type {
  EnqueueOptions,
  EnqueueOutcome,
  ListTask,
  SyncTask,
  TaskQueue,
  WatchTask,
} from "../../functions/src/ports/tasks.port.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Handles one delivery. False: the task must be delivered again. */
export interface Handlers {
  readonly syncCalendar: (task: SyncTask, delivered: Delivered) => Promise<boolean>;
  readonly syncCalendarList: (task: ListTask) => Promise<boolean>;
  readonly maintainWatch: (task: WatchTask) => Promise<boolean>;
}
export interface Delivered {
  readonly taskId: string;
  readonly attempt: number;
}

/** The names of a calendar's tasks contain its epoch or the round, so older names are never asked for again. */
const namesKept = 8;

/**
 * Cloud Tasks in virtual time: names are unique, a queue delivers no more tasks a second than its rate, and a refused
 * task comes back after pauses of 2, 4, … 512 s, like those of the deployed queues.
 */
export class VirtualQueues implements TaskQueue {
  readonly #time: VirtualTime;
  readonly #rates: Readonly<Record<keyof Handlers, number>>;
  readonly #nextFreeMs: Record<keyof Handlers, number> = {
    syncCalendar: 0,
    syncCalendarList: 0,
    maintainWatch: 0,
  };
  readonly #names = new Map<string, string[]>();
  handlers: Handlers | undefined;
  created = 0;
  deliveries = 0;

  constructor(time: VirtualTime, rates: Readonly<Record<keyof Handlers, number>>) {
    this.#time = time;
    this.#rates = rates;
  }

  syncCalendar(task: SyncTask, options: EnqueueOptions): Promise<EnqueueOutcome> {
    return this.#create(
      "syncCalendar",
      options,
      async delivered => await this.#handlers().syncCalendar(task, delivered),
    );
  }

  syncCalendarList(task: ListTask, options: EnqueueOptions): Promise<EnqueueOutcome> {
    return this.#create("syncCalendarList", options, () => this.#handlers().syncCalendarList(task));
  }

  maintainWatch(task: WatchTask, options: EnqueueOptions): Promise<EnqueueOutcome> {
    return this.#create("maintainWatch", options, () => this.#handlers().maintainWatch(task));
  }

  cleanUpAccount(): Promise<EnqueueOutcome> {
    throw new Error("nobody leaves on this day");
  }

  #handlers(): Handlers {
    if (this.handlers === undefined) throw new Error("the queues have no handlers");
    return this.handlers;
  }

  #create(
    queue: keyof Handlers,
    { id, notBeforeMs = 0 }: EnqueueOptions,
    handle: (delivered: Delivered) => Promise<boolean>,
  ): Promise<EnqueueOutcome> {
    const owner = id.slice(0, 22);
    const names = this.#names.get(owner) ?? [];
    if (names.includes(id)) return Promise.resolve("exists");
    names.push(id);
    if (names.length > namesKept) names.shift();
    this.#names.set(owner, names);
    this.created += 1;
    this.#time.at(notBeforeMs, () => this.#dispatch(queue, { taskId: id, attempt: 0 }, handle));
    return Promise.resolve("created");
  }

  /** Delivers the task, or plans the delivery for the moment at which the queue's rate allows it. */
  async #dispatch(
    queue: keyof Handlers,
    delivered: Delivered,
    handle: (delivered: Delivered) => Promise<boolean>,
  ): Promise<void> {
    const { nowMs } = this.#time;
    const freeMs = Math.max(nowMs, this.#nextFreeMs[queue]);
    this.#nextFreeMs[queue] = freeMs + 1000 / this.#rates[queue];
    if (freeMs <= nowMs) await this.#deliver(queue, delivered, handle);
    else this.#time.at(freeMs, () => this.#deliver(queue, delivered, handle));
  }

  async #deliver(
    queue: keyof Handlers,
    { taskId, attempt }: Delivered,
    handle: (delivered: Delivered) => Promise<boolean>,
  ): Promise<void> {
    this.deliveries += 1;
    if (await handle({ taskId, attempt })) return;
    const pauseMs = 1000 * 2 ** Math.min(attempt + 1, 9);
    this.#time.at(this.#time.nowMs + pauseMs, () =>
      this.#dispatch(queue, { taskId, attempt: attempt + 1 }, handle),
    );
  }
}
