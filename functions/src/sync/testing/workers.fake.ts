import type { SyncPorts } from "../../ports/sync.port.ts";
import type { SyncWorld } from "./sync-world.fake.ts";

/** A call of a worker to a port, without an answer yet. */
export interface PendingCall {
  readonly worker: Worker;
  readonly name: string;
  /** The call takes effect and is answered. */
  readonly perform: () => void;
  /** The call takes effect, but the worker receives an error of unknown effect. */
  readonly failAfter: () => void;
  readonly failBefore: () => void;
  /** The call takes effect without an answer, because the worker has crashed. */
  readonly effectOnly: () => void;
}

/** One run of product code, such as a delivery of a task or a POST at the webhook. */
export interface Worker {
  readonly name: string;
  pending: PendingCall[];
  state: "running" | "finished" | "failed" | "dead";
  /** The lead of its clock over the clock of the world, in ms. */
  readonly skewMs: number;
}

/** Makes a call of a worker wait for its turn. */
export type Gate = <T>(name: string, effect: () => Promise<T>) => Promise<T>;

/** Thrown by a call that may or may not have taken effect. */
export class UnknownEffect extends Error {}

type PlayedWorld = Pick<SyncWorld, "documents" | "queue" | "clock" | "ports">;

/**
 * Runs product code in which each call to a port waits until a test lets it continue. A test can play any order of the
 * calls of several workers, and each worker can crash or fail at any call.
 */
export class Workers {
  readonly all: Worker[] = [];
  readonly #world: PlayedWorld;

  constructor(world: PlayedWorld) {
    this.#world = world;
  }

  get pending(): PendingCall[] {
    return this.all.flatMap(worker => (worker.state === "running" ? worker.pending : []));
  }

  get running(): Worker[] {
    return this.all.filter(worker => worker.state === "running");
  }

  /** Starts a worker. `ended` receives its result, unless it crashed before. */
  start<T>(
    name: string,
    skewMs: number,
    code: (ports: SyncPorts, gate: Gate) => Promise<T>,
    ended: (result: { readonly value: T } | { readonly error: unknown }) => void,
  ): Worker {
    const worker: Worker = { name, pending: [], state: "running", skewMs };
    this.all.push(worker);
    const gate: Gate = (callName, effect) => this.#call(worker, callName, effect);
    void code(this.#portsOf(worker), gate).then(
      value => {
        if (worker.state === "dead") return;
        worker.state = "finished";
        ended({ value });
      },
      (error: unknown) => {
        if (worker.state === "dead") return;
        worker.state = "failed";
        ended({ error });
      },
    );
    return worker;
  }

  /** A crashed worker receives no further answer. */
  kill(worker: Worker): void {
    worker.state = "dead";
    worker.pending = [];
  }

  #call<T>(worker: Worker, name: string, effect: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const done = (): void => {
        worker.pending = worker.pending.filter(other => other !== call);
      };
      const call: PendingCall = {
        worker,
        name,
        perform: () => {
          done();
          effect().then(resolve, reject);
        },
        failAfter: () => {
          done();
          const fail = (): void => {
            reject(new UnknownEffect(name));
          };
          effect().then(fail, fail);
        },
        failBefore: () => {
          done();
          reject(new UnknownEffect(name));
        },
        effectOnly: () => {
          done();
          void effect().catch(() => undefined);
        },
      };
      worker.pending.push(call);
    });
  }

  #portsOf(worker: Worker): SyncPorts {
    const { documents, queue, clock, ports } = this.#world;
    const gate =
      <A extends unknown[], T>(name: string, effect: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> =>
        this.#call(worker, name, () => effect(...args));
    return {
      ...ports,
      newId: length => `${worker.name}-${ports.newId(length)}`,
      clock: {
        now: () => clock.now() + worker.skewMs,
        sleep: ms => {
          const wakeMs = clock.now() + ms;
          return this.#call(worker, "sleep", () => {
            clock.nowMs = Math.max(clock.nowMs, wakeMs);
            return Promise.resolve();
          });
        },
      },
      events: { list: gate("list", request => ports.events.list(request)) },
      tasks: {
        syncCalendar: gate("enqueue", (task, options) => queue.syncCalendar(task, options)),
        syncCalendarList: gate("enqueueList", (task, options) => queue.syncCalendarList(task, options)),
        maintainWatch: gate("enqueueWatch", (task, options) => queue.maintainWatch(task, options)),
        cleanUpAccount: gate("enqueueCleanUp", (task, options) => queue.cleanUpAccount(task, options)),
      },
      accounts: {
        requireReauth: gate("requireReauth", (id, reason) => ports.accounts.requireReauth(id, reason)),
        noteRefusal: gate("noteRefusal", (id, reason) => ports.accounts.noteRefusal(id, reason)),
        noteAccepted: gate("noteAccepted", id => ports.accounts.noteAccepted(id)),
      },
      store: {
        read: gate("read", key => documents.read(key)),
        commit: gate("commit", (key, user, batch, version) => {
          documents.committer = worker.name;
          return documents.commit(key, user, batch, version);
        }),
        fingerprints: gate("fingerprints", (...ids) => documents.fingerprints(...ids)),
        index: gate("index", (...calendar) => documents.index(...calendar)),
        series: gate("series", (...ids) => documents.series(...ids)),
        seriesPage: gate("seriesPage", (...page) => documents.seriesPage(...page)),
        endedBy: gate("endedBy", (...calendar) => documents.endedBy(...calendar)),
        occurrencesOf: gate("occurrencesOf", (...series) => documents.occurrencesOf(...series)),
        savePassMemory: gate("savePassMemory", (...parts) => documents.savePassMemory(...parts)),
        loadPassMemory: gate("loadPassMemory", (...parts) => documents.loadPassMemory(...parts)),
        notified: gate("readBoth", (...keys) => documents.notified(...keys)),
        activeCalendars: gate("activeCalendars", (...page) => documents.activeCalendars(...page)),
      },
    };
  }
}
