import { createEventWrites } from "../../google/event-writes.adapter.ts";
import { createEventSource } from "../../google/events.adapter.ts";
import type { SyncPorts } from "../../ports/sync.port.ts";
import { acceptNotification } from "../../sync/notification.ts";
import { Deliveries } from "../../sync/testing/deliveries.fake.ts";
import type { Choose } from "../../sync/testing/schedule.fake.ts";
import { channelToken, dayMs, SyncWorld } from "../../sync/testing/sync-world.fake.ts";
import { type PendingCall, Workers } from "../../sync/testing/workers.fake.ts";
import { doubtfulPlaces, expectChangeable, expectListenersSee } from "./calendars-at-rest.fake.ts";
import { callerOver, type LocalGoogle } from "./local-google.fake.ts";
import {
  addEvents,
  changedOccurrence,
  channelOf,
  connectCalendars,
  idOf,
  user,
} from "./two-calendars.fake.ts";
import { act, type Action, type Broken, WriteClients } from "./write-clients.fake.ts";
import { expectEveryOccurrence, expectInStep, expectOutcome, expectSeen } from "./write-invariants.fake.ts";
import { slotOf, WriteLedger } from "./write-ledger.fake.ts";

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
/**
 * One schedule: two clients and somebody at Google change two calendars, while the real code of the callables and of
 * the sync runs. `choose` decides the order of all events. Throws with the whole trace at a violation.
 */
export class WriteExploration {
  readonly trace: string[] = [];
  readonly ledger: WriteLedger;
  readonly #choose: Choose;
  readonly #world = new SyncWorld({}, { horizonMs: 40 * dayMs });
  readonly #google: LocalGoogle;
  readonly #ports: SyncPorts;
  readonly #workers: Workers;
  readonly #deliveries: Deliveries;
  readonly #clients: WriteClients;
  #late: { readonly label: string; readonly run: () => void }[] = [];
  #posts: string[] = [];
  #editsLeft = 5;
  #names = 0;
  #problem: unknown;

  constructor(choose: Choose, seed: number, broken: Broken = {}) {
    this.#choose = choose;
    const { clock, documents, ports, queue } = this.#world;
    this.#google = connectCalendars(this.#world, seed);
    this.ledger = new WriteLedger(this.#google, user, [...idOf.values()]);
    this.ledger.onWrite = expectSeen;
    const pulls = callerOver(request => this.#google.send(user, request));
    this.#ports = { ...ports, events: createEventSource(pulls) };
    const workers = new Workers({ documents, queue, clock, ports: this.#ports });
    this.#workers = workers;
    this.#deliveries = new Deliveries(this.#world, workers, 0, this.trace);
    const { ledger, trace } = this;
    const fail = (problem: unknown) => {
      this.#problem ??= problem;
    };
    this.#clients = new WriteClients({ choose, documents, workers, ledger, trace, fail, broken });
  }

  async play(steps: number): Promise<void> {
    try {
      await this.#prepare();
      for (let step = 0; step < steps; step++) await this.#step(this.#actions(true));
      // An accepted call needs no notification.
      this.#posts = [];
      await this.#settle();
      await expectListenersSee(this.ledger, this.#world);
      await this.#request("backup");
      await this.#settle();
      for (const [key, id] of idOf)
        expectInStep(this.#world.documents.eventsOf(key), await this.ledger.occurrences([id]));
      for (const invocation of this.ledger.invocations) expectOutcome(invocation, this.ledger);
      expectEveryOccurrence(this.ledger, await this.ledger.occurrences(), doubtfulPlaces(this.ledger));
      const google = createEventWrites(callerOver(request => this.#google.send(user, request)));
      await expectChangeable(google, this.#ports, this.#world, this.#choose);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new Error(`${problem}\n  ${this.trace.join("\n  ")}`, { cause: error });
    } finally {
      this.#google.close();
    }
  }

  async #prepare(): Promise<void> {
    await addEvents(this.#google);
    await this.ledger.carryOut("google", changedOccurrence);
    for (const occurrence of await this.ledger.occurrences()) this.ledger.slots.add(slotOf(occurrence));
    await this.#request("connect");
    await this.#world.drain(100, this.#ports);
    this.#world.clock.advance(10_000);
    this.#clients.look();
  }

  async #step(actions: readonly Action[]): Promise<void> {
    const action = actions[this.#choose(actions.map(({ weight }) => weight))];
    if (action === undefined) return;
    this.trace.push(action.label);
    await action.run();
    await turn();
    if (this.#problem !== undefined) throw asError(this.#problem);
  }

  #actions(hasFaults: boolean): Action[] {
    if (!hasFaults) return this.#work();
    const edit = act(1.5, "edit at Google", async () => {
      await this.#edit();
    });
    return [
      ...this.#work(),
      ...this.#clients.users(),
      ...(this.#editsLeft > 0 ? [edit] : []),
      ...this.#faults(),
    ];
  }

  /** Everything that has begun. */
  #work(): Action[] {
    const nowMs = this.#world.clock.now();
    const due = this.#deliveries.heldBy(0).filter(stored => this.#deliveries.dueMs(stored) <= nowMs);
    return [
      ...this.#workers.pending.map(call => act(10, `${call.worker.name} ${call.name}`, call.perform)),
      ...due.map(stored =>
        act(4, `delivery of ${stored.id}`, () => {
          const worker = { name: `task${++this.#names}`, skewMs: 0, deployed: (ports: SyncPorts) => ports };
          this.#deliveries.deliver(stored, worker, error => (this.#problem ??= error));
        }),
      ),
      ...this.#posts.map(key =>
        act(4, `POST about ${key}`, () => {
          this.#post(key);
        }),
      ),
      ...this.#late.map(late =>
        act(1.5, `late: ${late.label}`, () => {
          this.#late = this.#late.filter(other => other !== late);
          late.run();
        }),
      ),
      ...this.#clients.repeats(),
    ];
  }

  #faults(): Action[] {
    const { clock } = this.#world;
    const ofWrites = this.#clients.pending();
    const ofGoogle = ofWrites.filter(({ name }) => name.startsWith("Google"));
    const fault = (weight: number, call: PendingCall, what: string, run: () => void) =>
      act(weight, `${call.worker.name} ${call.name}: ${what}`, () => {
        this.ledger.count(what);
        run();
      });
    return [
      ...ofGoogle.flatMap(call => [
        fault(0.4, call, "lost before", call.failBefore),
        fault(0.8, call, "answer lost", call.failAfter),
        fault(0.5, call, "comes late", () => {
          call.failBefore();
          this.#late.push({ label: `${call.worker.name} ${call.name}`, run: call.effectOnly });
        }),
        fault(0.3, call, "quota", () => {
          this.#clients.refuse(call);
        }),
      ]),
      ...ofWrites.map(call =>
        fault(0.1, call, "death", () => {
          this.#clients.kill(call.worker);
        }),
      ),
      ...this.#posts.map(key =>
        act(2, `POST about ${key} lost`, () => {
          this.#drop(key);
        }),
      ),
      ...[1_000, 6_000].map(ms =>
        act(0.5, `${ms} ms pass`, () => {
          clock.advance(ms);
        }),
      ),
    ];
  }

  /** Somebody changes something in the calendar itself. Google announces it, or not. */
  async #edit(): Promise<void> {
    this.#editsLeft -= 1;
    const [key = "", calendarId = ""] = [...idOf][this.#choose([3, 1])] ?? [];
    const found = await this.ledger.occurrences([calendarId]);
    const occurrence = found[this.#choose(found.map(() => 1))];
    if (occurrence === undefined) return;
    const seriesId = occurrence["recurringEventId"];
    const eventId = typeof seriesId === "string" && this.#choose([1, 1]) === 0 ? seriesId : occurrence.id;
    const path = [calendarId, "events", eventId];
    const isDeletion = this.#choose([4, 1]) === 1;
    const body = { summary: `google${this.#editsLeft}` };
    this.trace.push(`  ${isDeletion ? "deletes" : "changes"} ${eventId}`);
    await this.ledger.carryOut(
      "google",
      isDeletion ? { method: "DELETE", path } : { method: "PATCH", path, body },
    );
    if (!this.#posts.includes(key)) this.#posts.push(key);
  }

  #post(key: string): void {
    this.#drop(key);
    const channel = { channelId: channelOf.get(key) ?? "", token: channelToken };
    const notification = { ...channel, calendarKey: key, resourceId: "resource", state: "exists" };
    this.#workers.start(
      `webhook${++this.#names}`,
      0,
      ({ store, tasks, clock }) => acceptNotification({ store, tasks }, notification, clock.now(), 2_000),
      ended => {
        if ("error" in ended) this.#problem ??= ended.error;
      },
    );
  }

  #drop(key: string): void {
    this.#posts = this.#posts.filter(other => other !== key);
  }

  async #request(cause: "connect" | "backup"): Promise<void> {
    for (const key of idOf.keys()) {
      const { epoch } = this.#world.documents.stateOf(key);
      const id = `${key}-${epoch}-${cause}-${++this.#names}`;
      await this.#world.queue.syncCalendar({ calendarKey: key, epoch, cause }, { id });
    }
  }

  /** Lets everything finish that has begun, in any order. */
  async #settle(): Promise<void> {
    await this.#deliveries.settle(
      () => this.#actions(false),
      async actions => {
        await this.#step(actions);
      },
      3_000,
    );
  }
}

const asError = (problem: unknown): Error => (problem instanceof Error ? problem : new Error("unknown"));
