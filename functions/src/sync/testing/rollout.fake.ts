import type { CalendarEvent } from "../../model/calendar-event.ts";
import { backupSync } from "../scheduled-sync.ts";
import { Deliveries } from "./deliveries.fake.ts";
import { failed } from "./fake-google.fake.ts";
import { InvariantWatch } from "./invariants.fake.ts";
import type { CommitSeen } from "./memory-documents.fake.ts";
import { sameContent } from "./same-content.fake.ts";
import type { Choose } from "./schedule.fake.ts";
import { calendarKey, SyncWorld } from "./sync-world.fake.ts";
import { codeOf, versionOf } from "./versions.fake.ts";
import { Workers } from "./workers.fake.ts";

export const oldVersion = 1;
export const newVersion = 2;

export interface RolloutOptions {
  /** How long both versions run, in ms. */
  readonly lastsMs: number;
  /** True: crashes, unknown effects, refusals and dead sync tokens. */
  readonly faults: boolean;
  /** True: one of the events is a series. */
  readonly series: boolean;
}

/** What a rollout did; a test checks that the seeds together did everything that could go wrong. */
export interface RolloutCounts {
  edits: number;
  /** Event writes of old and of new code. */
  oldWrites: number;
  newWrites: number;
  /** Events that a pass wrote in the new mapping without a change at Google. */
  mappedAnew: number;
  /** Deliveries that old code handed back because of the new version. */
  handedBack: number;
}

interface Action {
  readonly weight: number;
  readonly run: () => unknown;
}

const eventIds = ["event0", "event1", "event2", "event3", "event4"];
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/**
 * A rollout of a new mapping: instances of two versions take the tasks of one calendar at random, while edits, backup
 * rounds of both versions and the upgrade go on. The calls of all instances to their ports interleave in any order.
 *
 * It throws as soon as an event is written twice by one version without a change at Google, an event goes back to the
 * old mapping without a change at Google, old code writes an upgraded calendar, or the stored version goes down.
 */
export class Rollout {
  readonly world = new SyncWorld({}, { timeBudgetMs: 30_000, maxBatchWrites: 2 });
  readonly counts: RolloutCounts = { edits: 0, oldWrites: 0, newWrites: 0, mappedAnew: 0, handedBack: 0 };
  readonly #choose: Choose;
  readonly #options: RolloutOptions;
  readonly #workers = new Workers(this.world);
  readonly #deliveries: Deliveries;
  readonly #trace: string[] = [];
  /** By event id: the versions that have written it since its last change at Google. */
  readonly #writtenBy = new Map<string, { readonly etag: string; readonly versions: number[] }>();
  #watch: InvariantWatch | undefined;
  #violation: string | undefined;
  #names = 0;
  #oldRuns = true;

  constructor(choose: Choose, options: RolloutOptions) {
    this.#choose = choose;
    this.#options = options;
    this.world.google.pageSize = 2;
    for (const id of eventIds) this.world.google.put(id);
    if (options.series) this.world.google.put("daily", { recurrence: ["RRULE:FREQ=DAILY;COUNT=5"] });
    this.#deliveries = new Deliveries(this.world, this.#workers, 0, this.#trace);
  }

  /** Plays the rollout, then lets the new code alone finish. */
  async play(): Promise<RolloutCounts> {
    try {
      const { clock } = this.world;
      await this.#import();
      const endMs = clock.now() + this.#options.lastsMs;
      while (clock.now() < endMs) await this.#step([...this.#work(), ...this.#load()]);
      this.#oldRuns = false;
      this.world.google.nextFailures.length = 0;
      await this.#settle();
      // The upgrade was queued at a random moment, or not yet.
      clock.advance(60_000);
      await this.#round(newVersion);
      await this.#settle();
      await this.#expectUpgraded();
      return this.counts;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new Error(`${problem}\n  ${this.#trace.slice(-60).join("\n  ")}`, { cause: error });
    }
  }

  /** Before the rollout the old code alone has imported the calendar. */
  async #import(): Promise<void> {
    const { world } = this;
    world.documents.committer = "before";
    // A series has no document under its own id, which the watch of single events does not expect.
    this.#watch = this.#options.series ? undefined : new InvariantWatch(world);
    const watched = world.documents.onCommit;
    world.documents.onCommit = commit => {
      watched(commit);
      this.#onCommit(commit);
    };
    const ports = { ...world.ports, newId: (length: number) => `before-${world.ports.newId(length)}` };
    await world.import(codeOf(oldVersion, ports));
  }

  async #step(actions: readonly Action[]): Promise<void> {
    const action = actions[this.#choose(actions.map(({ weight }) => weight))];
    if (action === undefined) throw new Error("a choice that is not on offer");
    void action.run();
    await turn();
    this.#watch?.check();
    if (this.#violation !== undefined) throw new Error(this.#violation);
  }

  /** The calls of all workers, and the deliveries that are due, to an instance of either version. */
  #work(): Action[] {
    const nowMs = this.world.clock.now();
    const due = this.#deliveries.heldBy(0).filter(stored => this.#deliveries.dueMs(stored) <= nowMs);
    const versions = this.#oldRuns ? [oldVersion, newVersion] : [newVersion];
    return [
      ...this.#workers.pending.map(({ perform }) => ({ weight: 10, run: perform })),
      ...due.flatMap(stored =>
        versions.map(version => ({
          weight: 3,
          run: () => {
            const isUpgraded = this.world.state.queryVersion > version;
            const worker = {
              name: `${version === oldVersion ? "old" : "new"}${++this.#names}`,
              skewMs: 0,
              deployed: (ports: SyncWorld["ports"]) => codeOf(version, ports),
            };
            this.#trace.push(`${worker.name} receives ${stored.id}`);
            if (isUpgraded) this.counts.handedBack += 1;
            this.#deliveries.deliver(stored, worker, error => this.#watch?.checkError(error));
          },
        })),
      ),
    ];
  }

  /** Edits and their notifications, the rounds of both versions, time, and faults. */
  #load(): Action[] {
    const { world } = this;
    const { google, clock, documents } = world;
    const edit = (id: string, run: () => number): Action => ({
      weight: 0.15,
      run: async () => {
        this.counts.edits += 1;
        this.#trace.push(`${id} becomes revision ${run()}`);
        await world.notify();
      },
    });
    const ids = this.#options.series ? [...eventIds, "daily"] : eventIds;
    const ordinary = [
      ...ids.map(id => edit(id, () => google.put(id, { summary: `${id}, edit ${this.counts.edits}` }))),
      ...eventIds
        .filter(id => google.event(id) !== undefined)
        .map(id => ({ ...edit(id, () => google.remove(id)), weight: 0.03 })),
      ...[500, 2_500, 10_000].map(ms => ({
        weight: 1,
        run: () => {
          clock.advance(ms);
        },
      })),
      { weight: 0.05, run: () => this.#round(oldVersion) },
      { weight: 0.05, run: () => this.#round(newVersion) },
    ];
    if (!this.#options.faults) return ordinary;
    return [
      ...ordinary,
      ...this.#workers.pending.flatMap(call => [
        { weight: 0.1, run: call.failBefore },
        { weight: 0.1, run: call.failAfter },
        {
          weight: 0.05,
          run: () => {
            this.#trace.push(`${call.worker.name} dies in ${call.name}`);
            this.#deliveries.kill(call.worker);
          },
        },
      ]),
      {
        weight: 0.05,
        run: () => {
          google.expireSyncTokens();
        },
      },
      {
        weight: 0.05,
        run: () => {
          google.rejectPageTokens();
        },
      },
      { weight: 0.05, run: () => google.nextFailures.push(failed("unavailable")) },
      {
        weight: 0.05,
        run: async () => {
          documents.change(calendarKey, { resyncEpoch: world.state.epoch });
          await world.request("user");
        },
      },
    ];
  }

  /** A backup round by an instance of this version. */
  async #round(version: number): Promise<void> {
    const { documents, queue, clock } = this.world;
    this.#trace.push(`a round of version ${version}`);
    const pace = { queryVersion: version, upgradesPerHour: 500 };
    await backupSync({ store: documents, tasks: queue, clock, pace }, clock.now(), 0, "none");
  }

  /** Lets all tasks run. */
  async #settle(): Promise<void> {
    await this.#deliveries.settle(
      () => this.#work(),
      actions => this.#step(actions),
      5_000,
    );
  }

  #onCommit({ before, batch, committer }: CommitSeen): void {
    const isOld = committer.startsWith("old");
    const { queryVersion: now = before.queryVersion } = batch.state;
    if (now < before.queryVersion)
      this.#violate(`${committer} set the version from ${before.queryVersion} to ${now}`);
    for (const write of batch.events) {
      if (isOld && before.queryVersion > oldVersion) this.#violate(`${committer} wrote an upgraded calendar`);
      if (write.kind === "set") this.#onWrite(write.event, committer);
      else this.#writtenBy.delete(write.eventId);
    }
  }

  #onWrite(event: CalendarEvent, committer: string): void {
    const { eventId, etag } = event;
    const version = versionOf(event);
    const known = this.#writtenBy.get(eventId);
    const versions = known?.etag === etag ? known.versions : [];
    if (versions.includes(version))
      this.#violate(`${committer} wrote ${eventId} ${etag} again in ${version}`);
    if (versions.some(other => other > version)) this.#violate(`${committer} took ${eventId} ${etag} back`);
    if (versions.length > 0) this.counts.mappedAnew += 1;
    this.counts[version === oldVersion ? "oldWrites" : "newWrites"] += 1;
    this.#writtenBy.set(eventId, { etag, versions: [...versions, version] });
  }

  #violate(what: string): void {
    this.#violation ??= what;
  }

  /** Every change is stored, in the new mapping: the documents equal those of a calendar that is imported now. */
  async #expectUpgraded(): Promise<void> {
    const { events, state, google } = this.world;
    if (state.queryVersion !== newVersion) throw new Error(`the version is ${state.queryVersion}`);
    const fresh = new SyncWorld();
    await fresh.import(codeOf(newVersion, { ...fresh.ports, events: google }));
    if (!sameContent(Object.fromEntries(events), Object.fromEntries(fresh.events)))
      throw new Error(
        `stored: ${[...events.values()].map(({ eventId, etag, summary }) => `${eventId} ${etag} ${summary}`).join()}`,
      );
  }
}
