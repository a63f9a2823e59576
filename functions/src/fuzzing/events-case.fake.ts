import { familyOf } from "../recurrence/instance-id.ts";
import type { EventSource } from "../ports/sync.port.ts";
import type { CalendarEvent } from "../model/calendar-event.ts";
import { sameContent } from "../sync/testing/same-content.fake.ts";
import { seededRandom } from "../sync/testing/schedule.fake.ts";
import { seriesOutOfStep } from "../sync/testing/shown-series.fake.ts";
import { dayMs, SyncWorld } from "../sync/testing/sync-world.fake.ts";
import { startMs } from "../sync/testing/virtual-clock.fake.ts";
import type { SyncOutcome } from "../sync/sync-calendar.ts";
import { AnswerChanges, type AnswerKind, type Change } from "./answer-changes.fake.ts";
import { fuzzedEvents, listOf } from "./fuzzed-google.fake.ts";
import { isOtherEnvelope, isOtherTruth } from "./plausible.fake.ts";
import { pick } from "./odd-values.fake.ts";
import { RandomCalendar } from "./random-world.fake.ts";
import type { PlayedCase, Violation } from "./run-seeds.fake.ts";
import { whyNotId, whyNotStorable } from "./storable.fake.ts";

const eventAnswers: AnswerKind = {
  stopsAt: path => {
    if (path.length === 0) return path[0] === undefined ? 0.03 : 0;
    return path[0] === "items" ? ([0, 0.06, 0.06, 0.5][path.length] ?? 0.6) : 1;
  },
  decisive: ["id", "status", "recurrence", "recurringEventId", "originalStartTime", "start", "end"],
  fields: [
    "recurrence",
    "recurringEventId",
    "originalStartTime",
    "attendees",
    "attendeesOmitted",
    "locked",
    "eventType",
    "updated",
    "created",
    "creator",
    "iCalUID",
    "sequence",
    "guestsCanModify",
    "attachments",
    "reminders",
    "extendedProperties",
    "source",
    "eventLabelId",
    "conferenceData",
    "workingLocationProperties",
    "outOfOfficeProperties",
    "focusTimeProperties",
    "birthdayProperties",
  ],
  isOtherEnvelope,
  isOtherItem: isOtherTruth,
  refused: 0.08,
};

const stepMs = 2 * 3_600_000;
const maxDeliveries = 30;

/**
 * One case: a random calendar that is edited and synced step by step in two worlds. The twin receives Google's answers
 * unchanged, the subject receives them changed. docs/fuzzing.md lists the invariants.
 */
export async function playEventsCase(seed: number, given?: readonly Change[]): Promise<PlayedCase> {
  const play = new EventsCase(seed, given);
  await play.run();
  return { violation: play.violation, changes: play.changes.done };
}

class EventsCase {
  violation: Violation | undefined;
  readonly changes: AnswerChanges;
  readonly #random: () => number;
  readonly #subject: SyncWorld;
  readonly #twin: SyncWorld;
  readonly #calendar: RandomCalendar;
  readonly #subjectEvents: EventSource;
  readonly #twinEvents: EventSource;
  /** Ids of events whose last version arrived changed. */
  readonly #touched = new Set<string>();
  /** A copy of `#touched` from before this step. */
  #touchedBefore = new Set<string>();
  /** Ids of events that arrived unchanged in the last list. */
  readonly #cameAsSaid = new Set<string>();
  /** Ids that the twin deleted in this step: the event may have been deleted and created again. */
  #deletedByTwin = new Set<string>();
  #seriesOfTwin = new Set<string>();
  #step = 0;

  constructor(seed: number, given: readonly Change[] | undefined) {
    const random = seededRandom(seed);
    this.#random = random;
    this.changes = new AnswerChanges(eventAnswers, seed, given);
    const settings = {
      pastWindowMs: 15 * dayMs,
      horizonMs: 20 * dayMs,
      maxBatchWrites: pick(random, [3, 480, 480]),
      timeBudgetMs: pick(random, [7_000, 420_000, 420_000]),
    };
    this.#subject = new SyncWorld({}, settings);
    this.#twin = new SyncWorld({}, settings);
    const { google } = this.#subject;
    google.pageSize = pick(random, [2, 5, 100, 100]);
    const list = listOf(google, pick(random, [410, 410, 400]));
    const slow = settings.timeBudgetMs < 10_000;
    const timed = (world: SyncWorld) => async (params: Parameters<typeof list>[0]) => {
      if (slow) world.clock.advance(3_000);
      return await list(params);
    };
    this.#subjectEvents = fuzzedEvents(
      timed(this.#subject),
      this.changes,
      (id, asSaid) => {
        if (asSaid) this.#cameAsSaid.add(id);
        else {
          this.#cameAsSaid.delete(id);
          this.#touched.add(id);
        }
      },
      // The items of an abandoned list need not be stored.
      () => {
        this.#cameAsSaid.clear();
      },
    );
    this.#twinEvents = fuzzedEvents(timed(this.#twin), undefined, () => undefined);
    this.#calendar = new RandomCalendar(google, random);
    this.#twin.documents.onCommit = ({ batch }) => {
      for (const write of batch.events) if (write.kind === "delete") this.#deletedByTwin.add(write.eventId);
      for (const write of batch.series ?? [])
        if (write.kind === "delete") this.#deletedByTwin.add(write.seriesId);
    };
    this.#watchCommits();
  }

  async run(): Promise<void> {
    const steps = 2 + Math.floor(this.#random() * 4);
    for (let edits = 0; edits < 6; edits++) this.#calendar.edit();
    await this.#play(this.#random() < 0.5, "import");
    for (let step = 0; step < steps && this.violation === undefined; step++) {
      const edits = Math.floor(this.#random() * 4);
      for (let edit = 0; edit < edits; edit++) this.#calendar.edit();
      const full = this.#random() < 0.4;
      if (full) this.#subject.google.expireSyncTokens();
      await this.#play(this.#random() < 0.8, full ? "full" : "pull");
    }
    if (this.violation !== undefined) return;
    await this.#heal();
  }

  /** Both worlds sync the changes. The twin syncs first, because its deletions are the permitted deletions. */
  async #play(mutate: boolean, mode: "import" | "pull" | "full"): Promise<void> {
    this.#step += 1;
    this.#deletedByTwin = new Set();
    await this.#sync(this.#twin, this.#twinEvents, mode);
    const stored = await this.#twin.documents.seriesPage(this.#twin.key, { openOnly: false, limit: 10_000 });
    // An ended series has no stored occurrences, only a list of its exceptions if it had any.
    const living = stored.filter(({ endedAtMs }) => endedAtMs === undefined);
    this.#seriesOfTwin = new Set(living.map(({ seriesId }) => seriesId));
    this.changes.on = mutate;
    this.#touchedBefore = new Set(this.#touched);
    await this.#sync(this.#subject, this.#subjectEvents, mode);
    for (const id of this.#cameAsSaid) this.#touched.delete(id);
    this.#checkStanding(mode);
    this.#checkUntouched(mode);
    for (const wrong of await seriesOutOfStep(this.#subject)) this.#violate("I5", `${mode}: a series`, wrong);
  }

  async #sync(world: SyncWorld, events: EventSource, mode: string): Promise<void> {
    // At five minutes past the hour no event begins or ends, so a delay of one world by retries has no effect.
    world.clock.nowMs = startMs + this.#step * stepMs + 300_000;
    if (mode === "import") await world.request("connect");
    else if (mode === "heal") await world.request("user");
    else await world.notify();
    const ports = { ...world.ports, events };
    for (let deliveries = 0; deliveries < maxDeliveries; deliveries++) {
      const [next] = [...world.queue.tasks.values()].sort((a, b) => a.notBeforeMs - b.notBeforeMs);
      if (next === undefined) return;
      const dueMs = Math.max(next.notBeforeMs, (world.state.failure?.retryAt ?? 0) + 1);
      world.clock.nowMs = Math.max(world.clock.nowMs + 1_000, dueMs);
      let outcome: SyncOutcome;
      try {
        outcome = await world.deliver(next.id, ports);
      } catch (error) {
        this.#violate("I1", `${mode}: thrown`, String(error).slice(0, 300));
        return;
      }
      if (outcome !== "handedOver") this.changes.on = false;
    }
    this.#violate(
      "I3",
      `${mode}: does not heal`,
      `retried ${maxDeliveries} times: ${world.state.failure?.reason}`,
    );
  }

  #watchCommits(): void {
    const { documents } = this.#subject;
    documents.onCommit = ({ batch }) => {
      for (const write of batch.events) {
        const problem =
          write.kind === "set"
            ? (whyNotId(write.event.eventId) ?? whyNotStorable(write.event))
            : whyNotId(write.eventId);
        if (problem !== undefined) this.#violate("I1", "a commit that Firestore refuses", problem);
        if (write.kind === "delete") this.#checkDelete(write.eventId);
      }
      for (const write of batch.series ?? []) {
        const id = write.kind === "set" ? write.series.seriesId : write.seriesId;
        const written = write.kind === "set" ? [write.series, write.shown ?? {}] : [];
        const problem = whyNotId(id) ?? written.map(whyNotStorable).find(found => found !== undefined);
        if (problem !== undefined) this.#violate("I1", "a series that Firestore refuses", problem);
        if (write.kind === "delete" && this.#seriesOfTwin.has(id) && !this.#deletedByTwin.has(id))
          this.#violate("I2", "a stored series is deleted", id);
      }
      const problem = whyNotStorable(batch.state);
      if (problem !== undefined) this.#violate("I1", "a state that Firestore refuses", problem);
    };
  }

  #checkDelete(eventId: string): void {
    const kept = this.#twin.events.get(eventId);
    if (kept === undefined || this.#deletedByTwin.has(eventId) || !this.#subject.events.has(eventId)) return;
    // The item arrived without an id, so the sync could not detect that this instance had become an exception.
    if (this.#touchedBefore.has(eventId) && this.#isBlind()) return;
    const what = kept.recurringEventId === undefined ? "an event" : "an occurrence";
    this.#violate("I2", `${what} is deleted`, eventId);
  }

  #checkStanding(mode: string): void {
    const { state, reauthRequired, queue } = this.#subject;
    if (reauthRequired.length > 0)
      this.#violate("I2", `${mode}: the account is ended`, reauthRequired[0]?.reason ?? "");
    if (!state.active)
      this.#violate("I2", `${mode}: the calendar is switched off`, state.inactiveReason ?? "");
    if (state.shown?.phase === "unavailable") this.#violate("I2", `${mode}: shown as unavailable`, "");
    if (queue.watchTasks.some(({ action }) => action === "stop"))
      this.#violate("I2", `${mode}: a channel is stopped`, "");
  }

  #checkUntouched(mode: string): void {
    const [right, found] = [this.#inBoth(this.#twin), this.#inBoth(this.#subject)];
    const families = new Set([...this.#touched].map(familyOf));
    // If one series of a family is unreadable, the owner of each occurrence of the family is uncertain.
    const isTouched = (id: string, { recurringEventId }: CalendarEvent) =>
      this.#touched.has(id) || (recurringEventId !== undefined && families.has(familyOf(recurringEventId)));
    for (const [id, event] of right) {
      if (!isTouched(id, event) && !sameContent(visible(event), visible(found.get(id))))
        this.#violate("I3", `${mode}: an event is ${found.has(id) ? "wrong" : "missing"}`, id);
    }
    for (const [id, event] of found) {
      // After an item without a readable id, the absence of an event from the list does not prove its deletion.
      if (!isTouched(id, event) && !right.has(id) && !this.#isBlind())
        this.#violate("I3", `${mode}: an event is left over`, id);
    }
  }

  /** True if an answer since the last clean full list had no items, or an item without a readable id. */
  #isBlind(): boolean {
    return this.changes.done.some(
      change =>
        "path" in change && change.path[0] === "items" && (change.path.length < 3 || change.path[2] === "id"),
    );
  }

  /**
   * The events within the windows of both worlds. If only one world needed a full sync, its horizon is later, so
   * occurrences beyond the other world's horizon are left out.
   */
  #inBoth(world: SyncWorld): ReadonlyMap<string, CalendarEvent> {
    const states = [this.#twin.state, this.#subject.state];
    const fromMs = Math.max(...states.map(({ windowStart: windowStartMs }) => windowStartMs ?? -Infinity));
    const toMs = Math.min(...states.map(({ horizon: horizonMs }) => horizonMs ?? Infinity));
    const inside = ({ startAtMs, endAtMs, recurringEventId }: CalendarEvent) =>
      endAtMs > fromMs && (recurringEventId === undefined || startAtMs < toMs);
    return new Map([...world.events].filter(([, event]) => inside(event)));
  }

  /** A clean full sync of both worlds. */
  async #heal(): Promise<void> {
    this.#step += 1;
    this.#deletedByTwin = new Set();
    this.#subject.google.expireSyncTokens();
    for (const [world, events] of [
      [this.#twin, this.#twinEvents],
      [this.#subject, this.#subjectEvents],
    ] as const) {
      world.documents.change(world.key, { resyncEpoch: world.state.epoch });
      await this.#sync(world, events, "heal");
    }
    const [right, found] = [this.#inBoth(this.#twin), this.#inBoth(this.#subject)];
    for (const id of new Set([...right.keys(), ...found.keys()])) {
      if (!sameContent(visible(right.get(id)), visible(found.get(id))))
        this.#violate(
          "I4",
          found.has(id)
            ? right.has(id)
              ? "an event is wrong"
              : "an event is left over"
            : "an event is missing",
          id,
        );
    }
    const shown = this.#subject.documents.calendars.get(`${this.#subject.state.uid}/${this.#subject.key}`);
    if (this.#subject.state.shown?.phase !== "live")
      this.#violate("I4", "the phase is not live", String(shown?.phase));
    for (const document of [this.#subject.state, shown]) {
      const { unreadable } = (document ?? {}) as { readonly unreadable?: unknown };
      if (Array.isArray(unreadable) ? unreadable.length > 0 : Boolean(unreadable))
        this.#violate("I4", "a count of unreadable events is left", JSON.stringify(unreadable));
    }
  }

  /** Keeps only the first violation, because later violations may follow from it. */
  #violate(invariant: Violation["invariant"], what: string, detail: string): void {
    this.violation ??= { invariant, what, detail, step: this.#step };
  }
}

/**
 * Without the etag and `updatedAtMs` of an occurrence: an edit that changes nothing visible is not written to
 * occurrences, so these fields depend on the order of syncs.
 */
function visible(event: CalendarEvent | undefined): unknown {
  if (event?.recurringEventId === undefined) return event;
  const { etag: _etag, updatedAtMs: _updatedAtMs, ...rest } = event;
  return rest;
}
