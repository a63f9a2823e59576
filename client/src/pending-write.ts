import type { EventDocument } from "./documents.ts";
import type { WrittenEvent } from "./event-writes.ts";
import type { LiveChange } from "./live.ts";
import type { Show } from "./pending-shows.ts";

type Documents = ReadonlyMap<string, EventDocument>;

/** How a write is shown. */
export interface ShownAs {
  readonly show: Show;
  /** The ids of the documents that the write changes. */
  readonly ids: Iterable<string>;
  /** The key of the calendar, if the write creates an event. */
  readonly createsIn?: string;
  /** See `showMove`. */
  readonly pairs?: ReadonlyMap<string, string>;
}

/** A document that the sync has not brought in the version that the write makes. */
interface Target {
  /** Versions from before the write. */
  readonly seen: Set<string>;
  /** Whether the document was stored. If it was, its end is an answer. If not, it is still to come. */
  wasStored: boolean;
  /** Moves here from another calendar. What is here already belongs to an earlier move away, and goes. */
  readonly arrives: boolean;
}

/** A write whose result is shown: until the call fails, or the sync has brought every document, or time is up. */
export class PendingWrite {
  readonly show: Show;
  readonly #stored: Documents;
  readonly #targets = new Map<string, Target>();
  /** Events and series of the calendar in which an event is being created, that came during the call. */
  readonly #arrived = new Set<string>();
  readonly #createsIn: string | undefined;
  readonly #pairs: ReadonlyMap<string, string>;
  #sent = false;
  #isAccepted = false;
  #answer: WrittenEvent | undefined;

  /** @param seen versions that earlier writes on the event have made. */
  constructor(stored: Documents, shownAs: ShownAs, seen: Iterable<string>) {
    this.#stored = stored;
    this.show = shownAs.show;
    this.#createsIn = shownAs.createsIn;
    this.#pairs = shownAs.pairs ?? new Map();
    for (const id of shownAs.ids) this.#add(id, seen);
  }

  get targets(): ReadonlyMap<string, unknown> {
    return this.#targets;
  }

  /** The call is sent now: versions that come later may be its own. */
  send(): void {
    this.#sent = true;
  }

  /** A write that was sent before this one has made the version. */
  follows(etag: string): void {
    if (this.#sent) return;
    for (const { seen } of this.#targets.values()) seen.add(etag);
  }

  /** A write that was sent before this one has made the event of a provisional document. */
  alsoOn(provisional: string, id: string, seen: Iterable<string>): void {
    if (!this.#sent && this.#targets.has(provisional)) this.#add(id, seen);
  }

  /** The sync has brought a change. It is in the stored documents already. */
  brought(change: LiveChange<EventDocument>): void {
    if (change.kind !== "removed" && change.document.calendarKey === this.#createsIn) {
      this.#arrived.add(change.document.eventId);
      if (change.document.recurringEventId !== undefined) this.#arrived.add(change.document.recurringEventId);
      this.#endIfCreated();
    }
    if (!this.#isOver(change.id)) return;
    this.#targets.delete(change.id);
    const copy = this.#pairs.get(change.id);
    // Changed instead of moved away.
    if (copy !== undefined && change.kind !== "removed") this.#targets.delete(copy);
  }

  /** Google has accepted the write. */
  accepted(answer: WrittenEvent | undefined): void {
    this.#isAccepted = true;
    this.#answer = answer;
    // Also a change that changed nothing: no other version will come.
    for (const id of [...this.#targets.keys()]) if (this.#isAnswer(id)) this.#targets.delete(id);
    if (this.#createsIn === undefined) return;
    for (const { calendarKey, eventId, recurringEventId } of this.#stored.values()) {
      if (calendarKey !== this.#createsIn) continue;
      this.#arrived.add(eventId);
      if (recurringEventId !== undefined) this.#arrived.add(recurringEventId);
    }
    this.#endIfCreated();
  }

  /** Google has accepted the write, and the sync has brought all of it. */
  get isDone(): boolean {
    return this.#isAccepted && this.#targets.size === 0;
  }

  #add(id: string, seen: Iterable<string>): void {
    const event = this.#stored.get(id);
    this.#targets.set(id, {
      seen: new Set(event ? [...seen, event.etag] : seen),
      wasStored: event !== undefined,
      arrives: [...this.#pairs.values()].includes(id),
    });
  }

  #isOver(id: string): boolean {
    const target = this.#targets.get(id);
    if (!target) return false;
    const event = this.#stored.get(id);
    if (!event) return target.wasStored && !target.arrives;
    target.wasStored = true;
    if (!this.#sent) target.seen.add(event.etag);
    return !target.seen.has(event.etag);
  }

  #isAnswer(id: string): boolean {
    return this.#answer !== undefined && this.#stored.get(id)?.etag === this.#answer.etag;
  }

  #endIfCreated(): void {
    if (this.#answer && this.#arrived.has(this.#answer.eventId)) this.#targets.clear();
  }
}
