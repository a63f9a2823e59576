import type { SyncPorts } from "../../ports/sync.port.ts";
import { handleSyncTask } from "../sync-calendar.ts";
import type { SyncWorld } from "./sync-world.fake.ts";
import type { StoredTask } from "./task-queue.fake.ts";
import type { Worker, Workers } from "./workers.fake.ts";

/** Cloud Tasks' record of each delivery: how many workers run it, when it is due again, and whether it is lost. */
export class Deliveries {
  /** The number of tasks that were dropped after their last attempt. */
  lost = 0;
  readonly #world: SyncWorld;
  readonly #workers: Workers;
  readonly #losesTasksAfter: number;
  readonly #trace: string[];
  readonly #running = new Map<string, number>();
  readonly #dueMs = new Map<string, number>();
  readonly #tasksOf = new Map<Worker, StoredTask>();

  /**
   * @param losesTasksAfter a task is dropped after so many failed attempts; 0: never
   * @param trace receives a line for each event
   */
  constructor(world: SyncWorld, workers: Workers, losesTasksAfter: number, trace: string[]) {
    this.#world = world;
    this.#workers = workers;
    this.#losesTasksAfter = losesTasksAfter;
    this.#trace = trace;
  }

  /** The tasks that run on exactly `workers` workers. */
  heldBy(workers: number): StoredTask[] {
    const tasks = [...this.#world.queue.tasks.values()];
    return tasks.filter(({ id }) => (this.#running.get(id) ?? 0) === workers);
  }

  /** When a task is due, in epoch ms: its own delay, or its back-off after the last failure. */
  dueMs({ id, notBeforeMs }: StoredTask): number {
    return Math.max(notBeforeMs, this.#dueMs.get(id) ?? 0);
  }

  /**
   * Delivers a task to a new worker with this name. `failed` receives the error if the worker throws.
   *
   * @param deployed the ports of the version of the code that the worker runs, from the worker's ports
   */
  deliver(
    stored: StoredTask,
    { name, skewMs, deployed }: { name: string; skewMs: number; deployed: (ports: SyncPorts) => SyncPorts },
    failed: (error: unknown) => void,
  ): void {
    const { id, task, attempt } = stored;
    this.#running.set(id, (this.#running.get(id) ?? 0) + 1);
    const worker = this.#workers.start(
      name,
      skewMs,
      ports => handleSyncTask(deployed(ports), task, { taskId: id, attempt }),
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

  /**
   * Takes the steps that are `ready`, and moves the clock to the next due task when there are none, until no task is
   * left. Throws after `most` steps.
   */
  async settle<Step>(
    ready: () => readonly Step[],
    take: (ready: readonly Step[]) => Promise<void>,
    most: number,
  ): Promise<void> {
    const { clock, queue } = this.#world;
    for (let steps = 0; steps < most; steps++) {
      const now = ready();
      if (now.length > 0) {
        await take(now);
        continue;
      }
      const due = [...queue.tasks.values()].map(stored => this.dueMs(stored));
      if (due.length === 0) return;
      clock.nowMs = Math.max(clock.nowMs, Math.min(...due));
    }
    throw new Error("the tasks never come to an end");
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
