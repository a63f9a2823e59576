import { conditionNotMet, deleted, duplicate, invalidBody, notFound } from "../api/errors.ts";
import type { VirtualClock } from "../clock.ts";
import type { SeededRandom } from "../random.ts";
import { composeEvent } from "./compose-event.ts";
import type { EditMode, Identity } from "./compose-event.ts";
import type { EventInput } from "./event-input.ts";
import { isCancelled, isSeries } from "./event.ts";
import type { EventPerson, EventRecord, EventResource, Span } from "./event.ts";
import { instantOf, momentOf, parseInstanceId, spanOf, timesOf } from "./event-times.ts";
import { findInstance, hasInstance, htmlLink } from "./instances.ts";
import { etagOf, nextVersionMs } from "./world.ts";
import { headerEtag, keysOf, rawJson, readRawEvent } from "./raw-event.ts";
import type { Calendar, User } from "./world.ts";
import type { Habits } from "../habits.ts";

/** Called after every write; the push channels use it. */
export type OnEventsChanged = (calendar: Calendar) => void;

/** A stored event, or an instance of a stored series. */
export interface Found {
  event: EventResource;
  /** Undefined for an instance that is not stored as an exception. */
  record: EventRecord | undefined;
}

/** Writes events into one calendar. AttendeeCopies writes the copies of guests. */
export class EventWriter {
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #onChanged: OnEventsChanged;
  readonly #habits: Readonly<Habits>;

  constructor(
    clock: VirtualClock,
    random: SeededRandom,
    habits: Readonly<Habits>,
    onChanged: OnEventsChanged,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#habits = habits;
    this.#onChanged = onChanged;
  }

  /** The event, exception or instance with an id. Undefined if there is none. */
  find(calendar: Calendar, id: string): Found | undefined {
    const record = calendar.events.get(id);
    if (record !== undefined) return { event: record.event, record };
    const instance = findInstance(calendar, id);
    return instance === undefined ? undefined : { event: instance, record: undefined };
  }

  /** The event, exception or instance with an id. Throws 404 if there is none. */
  get(calendar: Calendar, id: string): Found {
    const found = this.find(calendar, id);
    if (found === undefined) throw notFound();
    return found;
  }

  /** Creates an event. Throws 409 if the client's id is already used, even by a deleted event. */
  insert(calendar: Calendar, actor: User, input: EventInput): EventRecord {
    const id = input.id ?? undefined;
    if (id !== undefined && !/^[a-v0-9]{5,1024}$/.test(id)) throw invalidBody("Invalid resource id value.");
    if (id !== undefined && calendar.events.get(id) !== undefined) throw duplicate();
    const identity = this.newIdentity(
      calendar,
      actor,
      id ?? this.#random.eventId(),
      input.iCalUID ?? undefined,
    );
    return this.store(calendar, composeEvent(undefined, identity, input, "replace", calendar));
  }

  /**
   * PUT (replace) or PATCH (merge) of an event, an exception or an instance. An edited instance becomes an exception.
   */
  edit(
    calendar: Calendar,
    id: string,
    input: EventInput,
    mode: EditMode,
    ifMatch: string | undefined,
    check: (after: EventResource) => void,
  ): EventRecord {
    const { event } = this.get(calendar, id);
    checkIfMatch(event.etag, ifMatch);
    if (input.status === "cancelled") return this.cancel(calendar, event);
    const identity: Identity = {
      id: event.id,
      created: event.created ?? new Date(this.#clock.now()).toISOString(),
      htmlLink: event.htmlLink ?? htmlLink(event.id, calendar.id),
      iCalUID: event.iCalUID ?? `${event.id}@google.com`,
      creator: event.creator ?? { email: calendar.id },
      organizer: event.organizer ?? { email: calendar.id, self: true },
    };
    const after = composeEvent(event, identity, input, mode, calendar);
    check(after);
    return this.store(calendar, after);
  }

  /** DELETE. Throws 410 if the event is already deleted. */
  delete(calendar: Calendar, id: string, ifMatch: string | undefined): EventRecord {
    const { event } = this.get(calendar, id);
    checkIfMatch(event.etag, ifMatch);
    if (isCancelled(event)) throw deleted();
    return this.cancel(calendar, event);
  }

  /** Marks an event as deleted, or an instance as cancelled. The other fields are kept, for a restore. */
  cancel(calendar: Calendar, event: EventResource): EventRecord {
    return this.store(calendar, { ...event, status: "cancelled" });
  }

  /** Stores an event with a new etag and notifies the channels. */
  store(calendar: Calendar, event: EventResource): EventRecord {
    const earlier = calendar.events.get(event.id);
    const before = earlier?.event;
    const record = this.#put(calendar, event, before);
    const wasSeries =
      before !== undefined && !isCancelled(before) && (isSeries(before) || earlier?.raw?.series === true);
    const nowSeries = isSeries(event) && !isCancelled(event);
    if (wasSeries || nowSeries) this.#reconcileExceptions(calendar, event, wasSeries, nowSeries);
    this.#onChanged(calendar);
    return record;
  }

  /** Restores a deleted event or a cancelled instance with its earlier contents and status. */
  restore(calendar: Calendar, id: string): EventRecord {
    const { event, record } = this.get(calendar, id);
    if (record === undefined || !isCancelled(event)) throw invalidBody("The event is not deleted.");
    return this.store(calendar, { ...event, status: record.statusBeforeEnd ?? "confirmed" });
  }

  /** Stores raw events, which answers contain exactly as given. Notifies the channels once for all of them. */
  putRaw(calendar: Calendar, given: readonly unknown[]): EventRecord[] {
    const keys = keysOf(given);
    const records = given.map((value, index) =>
      storeRaw(calendar, value, keys[index] ?? "", this.#clock.now()),
    );
    if (records.length > 0) this.#onChanged(calendar);
    return records;
  }

  /** The identity of a new event in this calendar. */
  newIdentity(calendar: Calendar, actor: User, id: string, iCalUID: string | undefined): Identity {
    const own = calendar.id === actor.email;
    const organizer: EventPerson = {
      email: calendar.id,
      ...(own ? {} : { displayName: calendar.summary }),
      self: true,
    };
    return {
      id,
      // `created` has whole seconds [O].
      created: new Date(Math.floor(this.#clock.now() / 1000) * 1000).toISOString(),
      htmlLink: htmlLink(id, calendar.id),
      iCalUID: iCalUID ?? `${id}@google.com`,
      creator: { email: actor.email, ...(own ? { self: true } : {}) },
      organizer,
    };
  }

  #put(
    calendar: Calendar,
    event: EventResource,
    before: EventResource | undefined,
    how: { untold?: boolean; statusBeforeEnd?: string } = {},
  ): EventRecord {
    const versionMs = nextVersionMs(calendar, this.#clock.now());
    // A change of only the reminders changes the etag, but not `updated` [P].
    const onlyReminders = before?.updated !== undefined && sameButReminders(before, event);
    const updated = onlyReminders ? before.updated : new Date(versionMs).toISOString();
    const stored: EventResource = {
      ...event,
      etag: etagOf(versionMs),
      ...(updated === undefined ? {} : { updated }),
    };
    const version = {
      event: stored,
      span: spanOfEvent(stored, calendar),
      originalMs: originalMsOf(stored, calendar),
      changedAtMs: versionMs,
      ...(how.statusBeforeEnd === undefined ? {} : { statusBeforeEnd: how.statusBeforeEnd }),
    };
    return how.untold === true ? calendar.events.putUntold(version) : calendar.events.put(version);
  }

  /**
   * Keeps the exceptions consistent with their series. If the edited series no longer has an instance at an
   * exception's original start, the exception is cancelled. If the series is deleted or becomes a single event, all
   * its exceptions are cancelled. If the series is restored, they are sent again. Google does not document its own
   * behaviour (docs/emulator-differences.md); habits switch to the other possibilities.
   */
  #reconcileExceptions(
    calendar: Calendar,
    series: EventResource,
    wasSeries: boolean,
    nowSeries: boolean,
  ): void {
    const { masterMoveExceptions, deletionSendsExceptions } = this.#habits;
    for (const exception of calendar.events.exceptionsOf(series.id)) {
      const { event } = exception;
      const start = originalStartOf(event);
      const fits = start !== undefined && hasInstance(series, start);
      const kept = nowSeries && (fits || masterMoveExceptions === "keep");
      if (wasSeries) {
        if (kept || isCancelled(event)) continue;
        this.#put(calendar, { ...event, status: "cancelled" }, event, {
          statusBeforeEnd: event.status,
          untold: !nowSeries && !deletionSendsExceptions,
        });
      } else if (nowSeries) {
        this.#bringBack(calendar, exception, kept);
      }
    }
  }

  /** Updates an exception after its series was restored. */
  #bringBack(calendar: Calendar, { event, statusBeforeEnd }: EventRecord, kept: boolean): void {
    const { restoreSendsExceptions, restoreKeepsExceptions } = this.#habits;
    const asBefore = kept && (restoreKeepsExceptions || !restoreSendsExceptions);
    if (kept && !isCancelled(event)) return;
    const status = asBefore ? (statusBeforeEnd ?? event.status) : "cancelled";
    if (!restoreSendsExceptions && status === event.status) return;
    this.#put(calendar, { ...event, status }, event, { untold: !restoreSendsExceptions });
  }
}

function checkIfMatch(etag: string, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch === "*") return;
  const wanted = ifMatch.split(",").map(part => part.trim().replace(/^W\//, ""));
  if (!wanted.includes(etag)) throw conditionNotMet();
}

function sameButReminders(before: EventResource, after: EventResource): boolean {
  const plain = ({ reminders: _reminders, etag: _etag, updated: _updated, ...rest }: EventResource): string =>
    JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
  return (
    JSON.stringify(before.reminders) !== JSON.stringify(after.reminders) && plain(before) === plain(after)
  );
}

/** The original start of an exception: an instant, or for an all-day series the ms of the day's midnight in UTC. */
function originalStartOf(event: EventResource): number | undefined {
  const moment = momentOf(event.originalStartTime);
  if (moment !== undefined) return moment.kind === "day" ? moment.dayMs : moment.ms;
  return parseInstanceId(event.id)?.start;
}

/** The instants of an event's start and end. Both are 0 for an event without times. */
export function spanOfEvent(event: EventResource, calendar: Calendar): Span {
  const times = timesOf(event);
  return times === undefined ? { startMs: 0, endMs: 0 } : spanOf(times, calendar.timeZone);
}

/** The instant of an exception's original start. */
export function originalMsOf(event: EventResource, calendar: Calendar): number | undefined {
  const moment = momentOf(event.originalStartTime);
  return moment === undefined ? undefined : instantOf(moment, calendar.timeZone);
}

/** Stores one raw event without notifying the channels. */
export function storeRaw(calendar: Calendar, given: unknown, key: string, nowMs: number): EventRecord {
  const { event, raw } = readRawEvent(given, key, calendar.timeZone);
  const versionMs = nextVersionMs(calendar, nowMs);
  const updated = new Date(versionMs).toISOString();
  const stored: EventResource = { ...event, etag: headerEtag(given, etagOf(versionMs)), updated };
  return calendar.events.put({
    event: stored,
    span: spanOfEvent(stored, calendar),
    originalMs: originalMsOf(stored, calendar),
    changedAtMs: versionMs,
    raw: { ...raw, json: rawJson(given, etagOf(versionMs), updated) },
  });
}
