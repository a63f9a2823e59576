import { handleSyncTask } from "../sync-calendar.ts";
import type { SyncWorld } from "./sync-world.fake.ts";
import type { StoredTask } from "./task-queue.fake.ts";
import type { Worker, Workers } from "./workers.fake.ts";

/** What Cloud Tasks knows of each delivery: who works on it, when it is due again, and when it is given up. */
export class Deliveries {
  /** Tasks lost for good. */
  lost = 0;
  readonly #world: SyncWorld;
  readonly #workers: Workers;
  readonly #losesTasksAfter: number;
  readonly #trace: string[];
  readonly #running = new Map<string, number>();
  readonly #dueMs = new Map<string, number>();
  readonly #tasksOf = new Map<Worker, StoredTask>();

  /** A task that has failed `losesTasksAfter` times is lost for good; 0: never. What happens is told to `trace`. */
  constructor(world: SyncWorld, workers: Workers, losesTasksAfter: number, trace: string[]) {
    this.#world = world;
    this.#workers = workers;
    this.#losesTasksAfter = losesTasksAfter;
    this.#trace = trace;
  }

  /** Tasks that so many workers work on. */
  heldBy(workers: number): StoredTask[] {
    const tasks = [...this.#world.queue.tasks.values()];
    return tasks.filter(({ id }) => (this.#running.get(id) ?? 0) === workers);
  }

  /** When a task may be delivered, of its own accord or after its last failure. */
  dueMs({ id, notBeforeMs }: StoredTask): number {
    return Math.max(notBeforeMs, this.#dueMs.get(id) ?? 0);
  }

  /** Gives a task to a worker of this name; `failed` hears what it throws. */
  deliver(stored: StoredTask, name: string, skewMs: number, failed: (error: unknown) => void): void {
    const { id, task, attempt } = stored;
    this.#running.set(id, (this.#running.get(id) ?? 0) + 1);
    const worker = this.#workers.start(
      name,
      skewMs,
      ports => handleSyncTask(ports, task, { taskId: id, attempt }),
      ended => {
        this.#trace.push(`${name} ends: ${"value" in ended ? ended.value : String(ended.error)}`);
        if ("error" in ended) failed(ended.error);
        this.#ended(stored, "value" in ended && ended.value !== "retry");
      },
    );
    this.#tasksOf.set(worker, stored);
  }

  kill(worker: Worker): void {
    this.#workers.kill(worker);
    const stored = this.#tasksOf.get(worker);
    if (stored !== undefined) this.#ended(stored, false);
  }

  #ended(stored: StoredTask, isDone: boolean): void {
    const { id } = stored;
    const { queue, clock } = this.#world;
    this.#running.set(id, (this.#running.get(id) ?? 0) - 1);
    if (isDone) {
      queue.forget(id);
      return;
    }
    stored.attempt += 1;
    this.#dueMs.set(id, clock.now() + 2_000 * 2 ** Math.min(stored.attempt, 8));
    if (this.#losesTasksAfter > 0 && stored.attempt >= this.#losesTasksAfter && queue.tasks.has(id)) {
      this.#trace.push(`${id} is lost for good`);
      this.lost += 1;
      queue.forget(id);
    }
  }
}
