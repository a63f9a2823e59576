import type {
  CleanUpTask,
  EnqueueOptions,
  EnqueueOutcome,
  ListTask,
  SyncTask,
  TaskQueue,
  WatchTask,
} from "../../ports/tasks.port.ts";

/** A task that has been stored and not finished. */
export interface StoredTask {
  readonly id: string;
  readonly task: SyncTask;
  readonly notBeforeMs: number;
  /** How often it has been delivered and failed: Cloud Tasks' retry count. */
  attempt: number;
}

/** Cloud Tasks: a name stays taken after its task has run; the tests decide when and how often a task is delivered. */
export class FakeTaskQueue implements TaskQueue {
  readonly tasks = new Map<string, StoredTask>();
  readonly listTasks: ListTask[] = [];
  readonly watchTasks: WatchTask[] = [];
  readonly cleanUpTasks: CleanUpTask[] = [];
  readonly #names = new Set<string>();
  /** Every name that was ever asked for, in order. */
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

  /** The task has run, or is lost for good: its name stays. */
  forget(id: string): void {
    this.tasks.delete(id);
  }
}
