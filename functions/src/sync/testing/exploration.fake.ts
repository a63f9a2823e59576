import { acceptNotification } from "../notification.ts";
import type { SyncPorts } from "../../ports/sync.port.ts";
import type { SyncTask } from "../../ports/tasks.port.ts";
import { Deliveries } from "./deliveries.fake.ts";
import { failed, FakeGoogle } from "./fake-google.fake.ts";
import { InvariantWatch } from "./invariants.fake.ts";
import type { Choose } from "./schedule.fake.ts";
import { calendarKey, channelId, channelToken, SyncWorld } from "./sync-world.fake.ts";
import type { StoredTask } from "./task-queue.fake.ts";
import { type PendingCall, Workers } from "./workers.fake.ts";

export interface ExplorationOptions {
  /** The number of steps before the faults end. */
  readonly steps: number;
  /** The number of edits of the calendar. */
  readonly edits: number;
  /** A task is dropped after so many failed attempts; 0: never. */
  readonly losesTasksAfter: number;
  /**
   * True: crashes, unknown effects, Google's refusals and jumps of time. False: only the order of calls is explored.
   */
  readonly faults: boolean;
  /** True: the calendar is imported and one notification has arrived, so every order of the rest can be played. */
  readonly small: boolean;
}

interface Action {
  readonly weight: number;
  readonly label: string;
  readonly run: () => void;
}

/** A POST from Google that has not arrived. It announces all changes up to a revision of the calendar. */
interface Post {
  readonly revision: number;
  repeats: number;
}

/** The number of steps of the second phase. */
const lateSteps = 15;
const eventIds = ["event0", "event1", "event2", "event3"];
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/**
 * One schedule: the real code of the webhook and the tasks with a world in memory. `choose` decides the order of all
 * events. Throws an error with the whole trace as soon as an invariant is violated.
 */
export class Exploration {
  readonly world = new SyncWorld({}, { timeBudgetMs: 5_000, maxBatchWrites: 2 });
  readonly trace: string[] = [];
  /** Every change up to this revision was announced by a POST that was answered with a 2xx. */
  acknowledgedRevision = 0;
  readonly #choose: Choose;
  readonly #options: ExplorationOptions;
  readonly #workers = new Workers(this.world);
  readonly #watch: InvariantWatch;
  readonly #deliveries: Deliveries;
  #posts: Post[] = [];
  #editsLeft: number;
  #names = 0;

  constructor(choose: Choose, options: ExplorationOptions) {
    this.#choose = choose;
    this.#options = options;
    this.#editsLeft = options.edits;
    this.world.google.pageSize = 2;
    for (const id of eventIds.slice(0, 3)) this.world.google.put(id);
    this.#watch = new InvariantWatch(this.world);
    this.#deliveries = new Deliveries(this.world, this.#workers, options.losesTasksAfter, this.trace);
  }

  /**
   * Plays a newly connected calendar with edits and faults in any order; then without faults, until all tasks have run.
   */
  async play(): Promise<void> {
    try {
      await this.#prepare();
      await this.#phase(this.#options.steps);
      if (!this.#options.small) {
        // Nothing is in progress: the notification of this single edit is its only announcement.
        this.trace.push("quiet");
        this.#posts.push({ revision: this.world.google.put("event0"), repeats: 0 });
        await this.#phase(lateSteps);
      }
      await this.#repair();
      this.#expectToken(this.world.google.revision, "the last change");
      this.#watch.expectInStep();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new Error(`${problem}\n  ${this.trace.join("\n  ")}`, { cause: error });
    }
  }

  /**
   * Plays `steps` steps with faults, then continues without faults until all tasks have run. After that, every
   * acknowledged change must be stored.
   */
  async #phase(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      const actions = this.#actions();
      if (actions.length === 0) break;
      await this.#step(actions);
    }
    await this.#settle();
    if (this.#deliveries.lost === 0)
      this.#expectToken(this.acknowledgedRevision, "an acknowledged notification");
  }

  async #prepare(): Promise<void> {
    const { world } = this;
    if (!this.#options.small) {
      await world.request("connect");
      return;
    }
    world.documents.committer = "before";
    const newId = world.ports.newId;
    await world.import({ ...world.ports, newId: length => `before-${newId(length)}` });
    world.clock.advance(10_000);
    world.google.put("event0");
    await world.notify();
    this.acknowledgedRevision = world.google.revision;
  }

  async #step(actions: readonly Action[]): Promise<void> {
    const action = actions[this.#choose(actions.map(({ weight }) => weight))];
    if (action === undefined) throw new Error("a choice that is not on offer");
    this.trace.push(action.label);
    action.run();
    await turn();
    this.#watch.check();
  }

  #actions(): Action[] {
    const ordinary = [...this.#work(this.#options.faults ? 0.3 : 0), ...this.#edits()];
    return this.#options.faults ? [...ordinary, ...this.#faults()] : ordinary;
  }

  #edits(): Action[] {
    if (this.#editsLeft === 0) return [];
    return eventIds.slice(0, this.#options.small ? 1 : undefined).flatMap(id => {
      const change = (run: () => number) => () => {
        this.#editsLeft -= 1;
        this.#posts.push({ revision: run(), repeats: 0 });
      };
      const { google } = this.world;
      const mayGo = !this.#options.small && google.event(id) !== undefined;
      return [
        act(
          0.5,
          `edit of ${id}`,
          change(() => google.put(id)),
        ),
        ...(mayGo
          ? [
              act(
                0.25,
                `deletion of ${id}`,
                change(() => google.remove(id)),
              ),
            ]
          : []),
      ];
    });
  }

  /** The actions in progress. Tasks that are not due have the weight `early`; with 0 they are left out. */
  #work(early: number): Action[] {
    const nowMs = this.world.clock.now();
    const deliveries = this.#deliveries.heldBy(0).map(stored =>
      // Local queues ignore delays, so tasks may run before they are due.
      act(this.#deliveries.dueMs(stored) <= nowMs ? 4 : early, `delivery of ${stored.id}`, () => {
        this.#deliver(stored);
      }),
    );
    return [
      ...this.#workers.pending.map(call => act(10, `${call.worker.name} ${call.name}`, call.perform)),
      ...deliveries.filter(({ weight }) => weight > 0),
      ...this.#posts.map(post =>
        act(4, `POST of revision ${post.revision}`, () => {
          this.#post(post);
        }),
      ),
    ];
  }

  #faults(): Action[] {
    const { google, clock } = this.world;
    const advance = (ms: number) =>
      act(ms < 10_000 ? 0.8 : 0.25, `${ms} ms pass`, () => {
        clock.advance(ms);
      });
    const fail = (call: PendingCall, what: string, run: () => void) =>
      act(0.15, `${call.worker.name} ${call.name}: ${what}`, run);
    return [
      ...this.#workers.pending.flatMap(call => [
        fail(call, "unknown, not done", call.failBefore),
        fail(call, "unknown, done", call.failAfter),
        fail(call, "done, then death", () => {
          call.effectOnly();
          this.#deliveries.kill(call.worker);
        }),
        fail(call, "death", () => {
          this.#deliveries.kill(call.worker);
        }),
      ]),
      ...this.#deliveries.heldBy(1).flatMap(stored => [
        act(0.3, `${stored.id} delivered twice`, () => {
          this.#deliver(stored);
        }),
        act(0.3, `${stored.id} given up and delivered again`, () => {
          stored.attempt += 1;
          this.#deliver(stored);
        }),
      ]),
      ...this.#posts.flatMap(post => [
        act(0.5, `POST of ${post.revision} lost`, () => {
          this.#drop(post);
        }),
        act(0.3, `POST of ${post.revision} doubled`, () => this.#posts.push({ ...post })),
      ]),
      ...[1_000, 3_000, 6_000, 121_000, 600_000].map(advance),
      act(0.15, "sync tokens expire", () => {
        google.expireSyncTokens();
      }),
      act(0.15, "page tokens expire", () => {
        google.rejectPageTokens();
      }),
      act(0.15, "the user may see only busy times, or everything again", () => {
        google.accessRole = google.accessRole === "freeBusyReader" ? "reader" : "freeBusyReader";
      }),
      act(0.1, "a sync token will be missing", () => (google.missingSyncTokens = 1)),
      act(0.2, "Google will be unavailable", () => google.nextFailures.push(failed("unavailable"))),
      act(0.1, "backup", () => {
        this.#request("backup");
      }),
      act(0.1, "full sync asked for", () => {
        this.world.documents.change(calendarKey, { resyncEpoch: this.world.state.epoch });
        this.#request("user");
      }),
    ];
  }

  /** Ends the faults and lets everything in progress finish, in any order. */
  async #settle(): Promise<void> {
    const { google } = this.world;
    google.nextFailures.length = 0;
    google.missingSyncTokens = 0;
    await this.#deliveries.settle(
      () => this.#work(0),
      actions => this.#step(actions),
      3_000,
    );
  }

  /** Repairs all losses: by another notification in the next slot, or by a backup. */
  async #repair(): Promise<void> {
    this.world.clock.advance(3_600_000);
    if (this.#options.small || this.#choose([1, 1]) === 0) {
      this.#posts.push({ revision: this.world.google.put("event0"), repeats: 0 });
    } else {
      this.#request("backup");
    }
    const before = this.#deliveries.lost;
    await this.#settle();
    if (this.#deliveries.lost > before) throw new Error("a task was lost although nothing failed");
  }

  #request(cause: SyncTask["cause"]): void {
    void this.world.request(cause);
  }

  #post(post: Post): void {
    this.#drop(post);
    const notification = {
      channelId,
      calendarKey,
      token: channelToken,
      resourceId: "resource",
      state: "exists",
    } as const;
    const { minIntervalMs } = this.world.ports.settings;
    this.#workers.start(
      `webhook${++this.#names}`,
      this.#skewMs(),
      ({ store, tasks, clock }) =>
        acceptNotification({ store, tasks }, notification, clock.now(), minIntervalMs),
      ended => {
        if ("value" in ended && ended.value === "accepted")
          this.acknowledgedRevision = Math.max(this.acknowledgedRevision, post.revision);
        // The POST was answered with 503: Google repeats it a limited number of times.
        else if (post.repeats < 3) this.#posts.push({ ...post, repeats: post.repeats + 1 });
      },
    );
  }

  #drop(post: Post): void {
    this.#posts = this.#posts.filter(other => other !== post);
  }

  #skewMs(): number {
    return this.#options.faults ? ([0, -3_000, 3_000][this.#choose([8, 1, 1])] ?? 0) : 0;
  }

  #deliver(stored: StoredTask): void {
    const worker = {
      name: `task${++this.#names}`,
      skewMs: this.#skewMs(),
      deployed: (ports: SyncPorts) => ports,
    };
    this.#deliveries.deliver(stored, worker, error => {
      this.#watch.checkError(error);
    });
  }

  #expectToken(revision: number, what: string): void {
    const { syncToken } = this.world.state;
    const reached = syncToken === null ? -1 : FakeGoogle.revisionOf(syncToken);
    if (reached < revision) throw new Error(`${what} was never pulled: ${reached} of ${revision}`);
  }
}

function act(weight: number, label: string, run: () => unknown): Action {
  return { weight, label, run: () => void run() };
}
