import { createHash } from "node:crypto";
import { createEventWrites } from "../../google/event-writes.adapter.ts";
import { createEventSource } from "../../google/events.adapter.ts";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import type { SyncPorts } from "../../ports/sync.port.ts";
import { acceptNotification } from "../../sync/notification.ts";
import { Deliveries } from "../../sync/testing/deliveries.fake.ts";
import type { Choose } from "../../sync/testing/schedule.fake.ts";
import {
  calendarKey,
  channelId,
  channelToken,
  dayMs,
  newState,
  uid,
  SyncWorld,
} from "../../sync/testing/sync-world.fake.ts";
import { type Gate, type PendingCall, type Worker, Workers } from "../../sync/testing/workers.fake.ts";
import { updateEvent } from "../update-event.ts";
import type { WritePorts } from "../write-context.ts";
import { type Asked, at, chooseWrite, run } from "./asked-writes.fake.ts";
import { callerOver, type GoogleAnswer, type GoogleRequest, LocalGoogle } from "./local-google.fake.ts";
import {
  expectDeleted,
  expectEveryOccurrence,
  expectInStep,
  expectOutcome,
  expectSeen,
  isStored,
} from "./write-invariants.fake.ts";
import { type Invocation, isSplit, type Resource, slotOf, WriteLedger } from "./write-ledger.fake.ts";

const user = "work@example.com";
const boss = "boss@example.com";
const team = "team@group.calendar.google.com";
const teamKey = "calendar-key-bbbbbbbbb";
const teamChannel = `${teamKey}-channel-bbbbbbbbbbbbbb`;
const idOf = new Map([
  [calendarKey, user],
  [teamKey, team],
]);

interface Action {
  readonly weight: number;
  readonly label: string;
  readonly run: () => unknown;
}
const act = (weight: number, label: string, run: () => unknown): Action => ({ weight, label, run });

interface Client {
  readonly name: string;
  /** What it has on the screen, which may be old. */
  view: ReadonlyMap<string, ReadonlyMap<string, CalendarEvent>>;
  running: number;
  callsLeft: number;
  /** A call whose outcome the client does not know. */
  repeat: { readonly asked: Asked; readonly left: number } | undefined;
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
const noQuota: GoogleAnswer = {
  status: 403,
  data: { error: { errors: [{ domain: "usageLimits", reason: "rateLimitExceeded" }], code: 403 } },
};

/** What a test breaks on purpose. */
export interface Broken {
  readonly google?: (google: WritePorts["google"]) => WritePorts["google"];
  readonly ports?: (ports: WritePorts) => WritePorts;
}

/**
 * One schedule: two clients and somebody at Google change two calendars, while the real code of the callables and of
 * the sync runs. `choose` decides the order of all events. Throws with the whole trace at a violation.
 */
export class WriteExploration {
  readonly trace: string[] = [];
  readonly ledger: WriteLedger;
  readonly #choose: Choose;
  readonly #broken: Broken;
  readonly #world = new SyncWorld({}, { horizonMs: 40 * dayMs });
  readonly #google: LocalGoogle;
  readonly #ports: SyncPorts;
  readonly #workers: Workers;
  readonly #deliveries: Deliveries;
  readonly #clients: Client[];
  readonly #byWorker = new Map<Worker, Invocation>();
  #late: { readonly label: string; readonly run: () => void }[] = [];
  #posts: string[] = [];
  #editsLeft = 5;
  #refusesNext = false;
  #names = 0;
  #problem: unknown;

  constructor(choose: Choose, seed: number, broken: Broken = {}) {
    this.#choose = choose;
    this.#broken = broken;
    const { clock, documents, ports, queue } = this.#world;
    const calendar = (id: string) => ({ id, summary: id, timeZone: "Europe/Berlin", primary: id !== team });
    this.#google = new LocalGoogle(() => clock.now(), seed, {
      users: [
        { email: user, calendars: [calendar(user), calendar(team)] },
        { email: boss, calendars: [calendar(boss)] },
      ],
    });
    documents.addCalendar(teamKey, newState({ calendarId: team }));
    const tokenHash = createHash("sha256").update(channelToken).digest("base64url");
    documents.watches.set(teamChannel, { tokenHash, resourceId: "resource", status: "open" });
    this.ledger = new WriteLedger(this.#google, user, [user, team]);
    this.ledger.onWrite = expectSeen;
    const pulls = callerOver(request => this.#google.send(user, request));
    this.#ports = { ...ports, events: createEventSource(pulls) };
    this.#workers = new Workers({ documents, queue, clock, ports: this.#ports });
    this.#deliveries = new Deliveries(this.#world, this.#workers, 0, this.trace);
    this.#clients = ["left", "right"].map(name => ({
      name,
      view: new Map(),
      running: 0,
      callsLeft: 5,
      repeat: undefined,
    }));
  }

  async play(steps: number): Promise<void> {
    try {
      await this.#prepare();
      for (let step = 0; step < steps; step++) await this.#step(this.#actions(true));
      await this.#settle();
      await this.#expectListenersSee();
      await this.#request("backup");
      await this.#settle();
      for (const [key, id] of idOf)
        expectInStep(this.#world.documents.eventsOf(key), await this.ledger.occurrences([id]));
      for (const invocation of this.ledger.invocations) expectOutcome(invocation, this.ledger.invocations);
      expectEveryOccurrence(this.ledger, await this.ledger.occurrences(), this.#doubtful());
      await this.#expectChangeable();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new Error(`${problem}\n  ${this.trace.join("\n  ")}`, { cause: error });
    } finally {
      this.#google.close();
    }
  }

  async #prepare(): Promise<void> {
    const add = async (calendarId: string, body: object, by = user) => {
      const request = { method: "POST", path: [calendarId, "events"], body } as const;
      const { status, data } = await this.#google.send(by, request);
      if (status !== 200) throw new Error(`not added: ${JSON.stringify(data)}`);
    };
    const on = (day: number, hour = 8) => ({ start: at(day, hour), end: at(day, hour + 1) });
    const rule = (count: number) => ({ recurrence: [`RRULE:FREQ=DAILY;COUNT=${count}`] });
    const guests = { attendees: [{ email: boss }, { email: user }] };
    await add(user, { id: "single", ...on(2), summary: "single", location: "single" });
    await add(user, {
      id: "allda1",
      start: { date: "2026-01-08" },
      end: { date: "2026-01-09" },
      location: "whole",
    });
    await add(user, { id: "series", ...on(1), ...rule(5), summary: "series", location: "series" });
    await add(team, { id: "teams", ...on(1, 9), ...rule(3), summary: "teams", location: "teams" });
    await add(
      boss,
      { id: "invited", ...on(3, 14), ...guests, summary: "invited", location: "invited" },
      boss,
    );
    await add(boss, { id: "meeting", ...on(2, 16), ...rule(3), ...guests, location: "meeting" }, boss);
    const path = [user, "events", "series_20260109T070000Z"];
    const body = { ...on(4, 10), summary: "exception" };
    await this.ledger.carryOut("google", { method: "PATCH", path, body });
    for (const occurrence of await this.ledger.occurrences()) this.ledger.slots.add(slotOf(occurrence));
    await this.#request("connect");
    await this.#world.drain(100, this.#ports);
    this.#world.clock.advance(10_000);
    for (const client of this.#clients) this.#look(client);
  }

  async #step(actions: readonly Action[]): Promise<void> {
    const action = actions[this.#choose(actions.map(({ weight }) => weight))];
    if (action === undefined) return;
    this.trace.push(action.label);
    await action.run();
    await turn();
    if (this.#problem !== undefined) throw this.#problem;
  }

  #actions(hasFaults: boolean): Action[] {
    return [...this.#work(), ...(hasFaults ? [...this.#users(), ...this.#faults()] : [])];
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
      ...this.#posts.map(key => act(4, `POST about ${key}`, () => this.#post(key))),
      ...this.#late.map(late =>
        act(1.5, `late: ${late.label}`, () => {
          this.#late = this.#late.filter(other => other !== late);
          late.run();
        }),
      ),
      ...this.#clients.flatMap(client => {
        const { repeat, running } = client;
        if (repeat === undefined || running > 0) return [];
        return [
          act(3, `${client.name} repeats ${repeat.asked.mark}`, () => {
            this.ledger.count("repeated calls");
            this.#call(client, repeat.asked, repeat.left - 1);
          }),
        ];
      }),
    ];
  }

  #users(): Action[] {
    const clients = this.#clients.flatMap(client => {
      const { name, running, callsLeft, repeat } = client;
      const again = this.ledger.invocations.findLast(
        one => one.state === "running" && one.name.startsWith(name),
      );
      return [
        act(1.5, `${name} looks`, () => this.#look(client)),
        ...(running === 0 && callsLeft > 0 && repeat === undefined
          ? [act(3, `${name} calls`, () => this.#callNew(client))]
          : []),
        ...(running === 1 && again !== undefined
          ? [
              act(0.4, `${name} calls ${again.asked.mark} twice`, () => {
                this.ledger.count("calls at the same time");
                this.#call(client, again.asked, 0);
              }),
            ]
          : []),
      ];
    });
    const edit = act(1.5, "edit at Google", async () => await this.#edit());
    return this.#editsLeft > 0 ? [...clients, edit] : clients;
  }

  #faults(): Action[] {
    const { clock } = this.#world;
    const ofWrites = this.#workers.pending.filter(({ worker }) => this.#byWorker.has(worker));
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
          this.#refusesNext = true;
          call.perform();
        }),
      ]),
      ...ofWrites.map(call => fault(0.1, call, "death", () => this.#kill(call.worker))),
      ...this.#posts.map(key => act(2, `POST about ${key} lost`, () => this.#drop(key))),
      ...[1_000, 6_000].map(ms => act(0.5, `${ms} ms pass`, () => clock.advance(ms))),
    ];
  }

  #look(client: Client): void {
    client.view = new Map([...idOf.keys()].map(key => [key, new Map(this.#world.documents.eventsOf(key))]));
  }

  #callNew(client: Client): void {
    const keys = [...idOf.keys()];
    const [key = "", other = ""] = this.#choose([3, 1]) === 0 ? keys : keys.reverse();
    const mark = `${client.name}${client.callsLeft}`;
    client.callsLeft -= 1;
    this.#call(client, chooseWrite(this.#choose, key, other, client.view.get(key) ?? new Map(), mark), 2);
  }

  #call(client: Client, asked: Asked, repeatsLeft: number): void {
    const name = `${client.name}-${++this.#names}`;
    const { work, input } = asked;
    this.trace.push(`  ${name}: ${work} ${JSON.stringify(input)}`);
    this.ledger.count("calls");
    const invocation: Invocation = {
      name,
      asked,
      read: new Map(),
      stored: new Set(),
      writes: [],
      state: "running",
    };
    this.ledger.invocations.push(invocation);
    client.running += 1;
    client.repeat = undefined;
    const again = () => {
      client.running -= 1;
      client.repeat =
        repeatsLeft > 0 && this.#choose([1, 3]) === 1 ? { asked, left: repeatsLeft } : undefined;
    };
    const worker = this.#workers.start(
      name,
      0,
      (ports, gate) => run(this.#portsOf(invocation, ports, gate), asked),
      ended => {
        invocation.state = "ended";
        if ("error" in ended) {
          this.#problem ??= ended.error;
          return;
        }
        const { value } = ended;
        invocation.outcome = value;
        const said = value.kind === "written" ? "accepted" : value.because;
        this.trace.push(`  ${name}: ${said}`);
        this.ledger.count(value.kind === "written" ? `accepted ${work}` : said);
        if (value.kind === "failed" && /^(outcomeUnknown|unavailable|quota)$/.test(value.because)) again();
        else client.running -= 1;
        const calendarId = idOf.get(input.calendarKey) ?? "";
        expectDeleted(invocation, this.ledger, calendarId).catch(
          (error: unknown) => (this.#problem ??= error),
        );
      },
    );
    this.#byWorker.set(worker, invocation);
    this.#onDeath.set(worker, again);
  }

  readonly #onDeath = new Map<Worker, () => void>();

  #kill(worker: Worker): void {
    this.#workers.kill(worker);
    const invocation = this.#byWorker.get(worker);
    if (invocation !== undefined) invocation.state = "dead";
    this.#onDeath.get(worker)?.();
  }

  #portsOf(invocation: Invocation, ports: SyncPorts, gate: Gate): WritePorts {
    const send = async (request: GoogleRequest): Promise<GoogleAnswer> => {
      const label = `Google ${request.method} ${request.path.slice(2).join("/")}`;
      const answer = await gate(label, async () => {
        if (!this.#refusesNext) return await this.#carryOut(invocation, request);
        this.#refusesNext = false;
        return noQuota;
      });
      noteRead(invocation, answer);
      return answer;
    };
    const google = createEventWrites(callerOver(send));
    const { store, tasks, newId, log } = ports;
    const own: WritePorts = {
      google: this.#broken.google?.(google) ?? google,
      store: {
        read: key => store.read(key),
        fingerprints: (...ids) => store.fingerprints(...ids),
        series: async (key, ids) => {
          const found = await store.series(key, ids);
          for (const { master } of found) if (master !== null) invocation.stored.add(master.event.etag);
          return found;
        },
      },
      tasks,
      newId,
      log,
    };
    return this.#broken.ports?.(own) ?? own;
  }

  async #carryOut(invocation: Invocation, request: GoogleRequest): Promise<GoogleAnswer> {
    try {
      return await this.ledger.carryOut(invocation, request);
    } catch (error) {
      this.#problem ??= error;
      throw error;
    }
  }

  /** Somebody changes something in the calendar itself. Google announces it, or not. */
  async #edit(): Promise<void> {
    this.#editsLeft -= 1;
    const calendarId = this.#choose([3, 1]) === 0 ? user : team;
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
    const key = calendarId === user ? calendarKey : teamKey;
    if (!this.#posts.includes(key)) this.#posts.push(key);
  }

  #post(key: string): void {
    this.#drop(key);
    const channel = key === teamKey ? teamChannel : channelId;
    const notification = { calendarKey: key, token: channelToken, resourceId: "resource", state: "exists" };
    this.#workers.start(
      `webhook${++this.#names}`,
      0,
      ({ store, tasks, clock }) =>
        acceptNotification({ store, tasks }, { ...notification, channelId: channel }, clock.now(), 2_000),
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
      async actions => await this.#step(actions),
      3_000,
    );
  }

  /**
   * Without a notification and without the backup: what an accepted call has written is in Firestore, unless Google has
   * changed it since.
   */
  async #expectListenersSee(): Promise<void> {
    const { documents } = this.#world;
    for (const [key, id] of idOf) {
      const now = new Map((await this.ledger.occurrences([id])).map(one => [one.id, one]));
      const stored = documents.eventsOf(key);
      for (const { author, isLate, calendarId, eventId, after, kind } of this.ledger.writes) {
        if (author === "google" || author.outcome?.kind !== "written" || isLate || calendarId !== id)
          continue;
        const isThere = [...now.values()].filter(one => one.etag === after?.etag);
        const missing = isThere.find(one => !isStored(stored.get(one.id), one));
        if (missing !== undefined)
          throw new Error(`listeners: ${author.name} has written ${missing.id}, not pulled`);
        if (kind === "remove" && !now.has(eventId) && stored.has(eventId))
          throw new Error(`listeners: ${author.name} has deleted ${eventId}, not pulled`);
      }
    }
  }

  /** Nothing has changed since the client has looked, so no call is refused because of its etag. */
  async #expectChangeable(): Promise<void> {
    const google = createEventWrites(callerOver(request => this.#google.send(user, request)));
    const { store, tasks, newId, log } = this.#ports;
    for (const key of idOf.keys()) {
      const events = [...this.#world.documents.eventsOf(key).values()];
      const event = events[this.#choose(events.map(() => 1))];
      const scope = (["this", "following", "all"] as const)[this.#choose([1, 1, 1])];
      if (event === undefined || scope === undefined) continue;
      const { eventId, etag } = event;
      const input = { calendarKey: key, eventId, etag, scope, changes: { description: "at rest" } };
      const outcome = await updateEvent({ google, store, tasks, newId, log }, uid, input);
      if (outcome.kind === "failed" && outcome.because === "changedMeanwhile")
        throw new Error(
          `I2: ${eventId} ${etag} cannot be changed (${scope}) although nothing else has changed it`,
        );
    }
  }

  /** The places of the events whose split has not ended, or has ended with an unknown outcome. */
  #doubtful(): Set<string> {
    const unsure = (one: Invocation) =>
      one.state === "dead" || (one.outcome?.kind === "failed" && one.outcome.because === "outcomeUnknown");
    const { invocations } = this.ledger;
    return new Set(invocations.filter(one => isSplit(one) && unsure(one)).map(({ asked }) => asked.place));
  }
}

function noteRead({ read }: Invocation, { status, data }: GoogleAnswer): void {
  if (status >= 300 || data === undefined) return;
  const { items = [data] } = data as { readonly items?: readonly unknown[] };
  for (const { id, etag } of items as readonly Resource[])
    read.set(id, (read.get(id) ?? new Set()).add(etag));
}
