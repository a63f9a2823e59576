import type {
  CleanUpTask,
  EnqueueOptions,
  EnqueueOutcome,
  ListTask,
  SyncTask,
  TaskQueue,
  WatchTask,
} from "../../ports/tasks.port.ts";

/** A stored task that has not finished. */
export interface StoredTask {
  readonly id: string;
  readonly task: SyncTask;
  readonly notBeforeMs: number;
  /** The number of its failed deliveries: Cloud Tasks' retry count. */
  attempt: number;
}

/**
 * A fake of Cloud Tasks: a name stays taken after its task has run. Tests decide when and how often a task is
 * delivered.
 */
export class FakeTaskQueue implements TaskQueue {
  readonly tasks = new Map<string, StoredTask>();
  readonly listTasks: ListTask[] = [];
  readonly watchTasks: WatchTask[] = [];
  readonly cleanUpTasks: CleanUpTask[] = [];
  readonly #names = new Set<string>();
  /** All requested names, in order. */
  readonly asked: string[] = [];

  syncCalendar(task: SyncTask, { id, notBeforeMs = 0 }: EnqueueOptions): Promise<EnqueueOutcome> {
    const outcome = this.#take(id);
    if (outcome === "created")
      this.tasks.set(id, { id, task: structuredClone(task), notBeforeMs, attempt: 0 });
    return Promise.resolve(outcome);
  }

  syncCalendarList(task: ListTask, { id }: EnqueueOptions): Promise<EnqueueOutcome> {
    const outcome = this.#take(id);
    if (outcome === "created") this.listTasks.push(task);
    return Promise.resolve(outcome);
  }

  maintainWatch(task: WatchTask, { id }: EnqueueOptions): Promise<EnqueueOutcome> {
    const outcome = this.#take(id);
    if (outcome === "created") this.watchTasks.push(task);
    return Promise.resolve(outcome);
  }

  cleanUpAccount(task: CleanUpTask, { id }: EnqueueOptions): Promise<EnqueueOutcome> {
    const outcome = this.#take(id);
    if (outcome === "created") this.cleanUpTasks.push(task);
    return Promise.resolve(outcome);
  }

  #take(id: string): EnqueueOutcome {
    if (!/^[A-Za-z0-9_-]{1,500}$/.test(id)) throw new Error(`not a name of a task: ${id}`);
    this.asked.push(id);
    if (this.#names.has(id)) return "exists";
    this.#names.add(id);
    return "created";
  }

  /** Removes a task that has run or was dropped; its name stays taken. */
  forget(id: string): void {
    this.tasks.delete(id);
  }
}
