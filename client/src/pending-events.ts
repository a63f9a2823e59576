import type { EventWriteFunctions } from "./callables.ts";
import { isInScope, newEvent, seriesIdOf } from "./changed-event.ts";
import type { EventDocument } from "./documents.ts";
import type {
  CreateEventInput,
  DeleteEventInput,
  MoveEventInput,
  RespondToEventInput,
  SeriesScope,
  UpdateEventInput,
  WrittenEvent,
} from "./event-writes.ts";
import type { LiveChange } from "./live.ts";
import { eventDocumentId } from "./paths.ts";
import { PendingCalls, type Later, versionsOf, type WriteAnswer } from "./pending-calls.ts";
import {
  showChanges,
  showMove,
  showNew,
  showRemoval,
  showResponse,
  type ShownEvent,
} from "./pending-shows.ts";
import type { ShownAs } from "./pending-write.ts";
import { isProvisional, ProvisionalEvents } from "./provisional-events.ts";

/** An event with the id of its document. */
export interface StoredEvent {
  readonly id: string;
  readonly event: EventDocument;
}

export interface PendingEventsOptions {
  readonly functions: EventWriteFunctions;
  /** Receives what to show: what is stored, with the pending writes on top. */
  readonly onChanges: (changes: readonly LiveChange<ShownEvent>[]) => void;
  /** The IANA zone of a calendar, for all-day events. */
  readonly zoneOf: (calendarKey: string) => string | undefined;
  /** `crypto.randomUUID`, if absent. */
  readonly newRequestId?: (() => string) | undefined;
  /** The current time in milliseconds since 1970. `Date.now`, if absent. */
  readonly now?: (() => number) | undefined;
  /** `setTimeout`, if absent. */
  readonly later?: Later | undefined;
}

/**
 * Shows what the user does to events before the sync brings it. Each function calls the deployed function of its name
 * and answers as that does; a failure is passed on unchanged.
 */
export interface PendingEvents {
  /** Takes the changes of an agenda (`update.changes`), or of another subscription. */
  stored(changes: readonly LiveChange<EventDocument>[]): void;
  respond(
    stored: StoredEvent,
    input: Omit<RespondToEventInput, "calendarKey" | "eventId">,
  ): Promise<WrittenEvent>;
  /** Repeat a failed call with the same `requestId`: only one event is made. */
  create(input: Omit<CreateEventInput, "requestId"> & { readonly requestId?: string }): Promise<WrittenEvent>;
  update(
    stored: StoredEvent,
    input: Omit<UpdateEventInput, "calendarKey" | "eventId" | "etag">,
  ): Promise<WrittenEvent>;
  remove(
    stored: StoredEvent,
    input?: Omit<DeleteEventInput, "calendarKey" | "eventId" | "etag">,
  ): Promise<void>;
  move(
    stored: StoredEvent,
    input: Omit<MoveEventInput, "calendarKey" | "eventId" | "etag">,
  ): Promise<WrittenEvent>;
  /** The event itself, if its provisional document has gone because Google has made the event. */
  current(stored: StoredEvent): StoredEvent;
  /** `onChanges` is not called afterwards. Calls go on. */
  close(): void;
}

/**
 * Opens the layer between a subscription and what is shown. At rest, exactly what is stored is shown. While a write is
 * pending, its events are shown as they will be, with `pending: true`; a new event has a provisional document. That
 * ends for each document when the sync brings another version of it, or its end; for all of them when the call fails,
 * or one minute after the answer.
 *
 * Writes on one event or series are sent one after the other, each based on the version that the one before has made.
 */
export function pendingEvents(options: PendingEventsOptions): PendingEvents {
  const { functions, zoneOf, newRequestId = () => crypto.randomUUID() } = options;
  // eslint-disable-next-line no-restricted-syntax -- Apps need no clock of their own; a test gives one.
  const now = options.now ?? (() => Date.now());
  const calls = new PendingCalls(options.onChanges, options.later);
  const { shown, stored } = calls.view;
  const provisional = new ProvisionalEvents();

  /** The documents that a write on the event changes; also the hidden ones, whose deletion may fail. */
  function idsInScope(event: EventDocument, scope: SeriesScope = "this"): Set<string> {
    const made = provisional.madeOf(event);
    const events = made ? [event, made] : [event];
    const isMeant = (other: EventDocument) => events.some(each => isInScope(other, each, scope));
    const ids = [...new Map([...stored, ...shown])].filter(([, other]) => isMeant(other)).map(([id]) => id);
    return new Set(made ? [...ids, documentId(made)] : ids);
  }

  /** Sends a write that Google accepts only for the version that the user saw, or that an own write has made of it. */
  function change<Answer extends WriteAnswer>(
    { event: seen }: StoredEvent,
    shownAs: ShownAs,
    send: (base: Pick<EventDocument, "calendarKey" | "eventId" | "etag">) => Promise<Answer>,
  ): Promise<Answer> {
    const ownVersion = differsFromSeries(seen, stored.values());
    let event = seen;
    let etag = seen.etag;
    return calls.run(
      queueIdOf(seen),
      shownAs,
      queue => {
        event = provisional.resolve(seen);
        etag = queue.latest(event);
        return send({ calendarKey: event.calendarKey, eventId: event.eventId, etag });
      },
      (answer, queue) => {
        for (const version of versionsOf(answer)) queue.replaced(event, etag, version, ownVersion);
      },
    );
  }

  function current({ id, event }: StoredEvent): StoredEvent {
    const made = shown.has(id) ? undefined : provisional.madeOf(event);
    return made ? { id: documentId(made), event: made } : { id, event };
  }

  /** The series, or the single event, whose writes wait for each other. */
  const queueIdOf = (event: EventDocument) => seriesIdOf(provisional.madeOf(event) ?? event);

  return {
    stored: changes => {
      calls.stored(changes);
    },
    respond: async (given, input) => {
      const { event } = current(given);
      return await calls.run(
        queueIdOf(event),
        { show: showResponse(input), ids: idsInScope(event, input.scope) },
        () => {
          const { calendarKey, eventId } = provisional.resolve(event);
          return functions.respondToEvent({ ...input, calendarKey, eventId });
        },
        () => undefined,
      );
    },
    create: async given => {
      const input = { ...given, requestId: given.requestId ?? newRequestId() };
      const event = newEvent(input, zoneOf(input.calendarKey), now());
      const id = documentId(event);
      return await calls.run(
        event.eventId,
        { show: showNew(id, event), ids: [id], createsIn: event.calendarKey },
        () => provisional.waitFor(event, functions.createEvent(input)),
        (answer, queue) => {
          const made = provisional.made(event, answer);
          calls.queues.alsoFor(answer.eventId, queue);
          for (const write of queue.writes) write.alsoOn(id, documentId(made), queue.etags);
        },
      );
    },
    update: async (given, input) => {
      const { id, event } = current(given);
      const show = showChanges({ id, event }, input.changes, zoneOf(event.calendarKey));
      return await change({ id, event }, { show, ids: idsInScope(event, input.scope) }, base =>
        functions.updateEvent({ ...input, ...base }),
      );
    },
    remove: async (given, input = {}) => {
      const { id, event } = current(given);
      await change({ id, event }, { show: showRemoval, ids: idsInScope(event, input.scope) }, base =>
        functions.deleteEvent({ ...input, ...base }),
      );
    },
    move: async (given, input) => {
      const { id, event } = current(given);
      const { toCalendarKey } = input;
      const ids = isProvisional(event) ? [] : [...idsInScope(event, "all")];
      const pairs = new Map(ids.map(from => [from, inOther(from, event.calendarKey, toCalendarKey)]));
      const show = showMove(pairs, toCalendarKey, zoneOf(toCalendarKey));
      return await change({ id, event }, { show, ids: [...pairs.keys(), ...pairs.values()], pairs }, base =>
        functions.moveEvent({ ...input, ...base }),
      );
    },
    current,
    close: () => {
      calls.close();
    },
  };
}

function documentId({ calendarKey, eventId }: EventDocument): string {
  return eventDocumentId(calendarKey, eventId);
}

/** The id of an event's document in another calendar. */
function inOther(id: string, fromKey: string, toKey: string): string {
  return `${toKey}${id.slice(fromKey.length)}`;
}

/** Whether an occurrence has a version of its own: the others have the version of the series. */
function differsFromSeries(event: EventDocument, stored: Iterable<EventDocument>): boolean {
  const others = [...stored].filter(
    ({ recurringEventId, eventId }) =>
      recurringEventId !== undefined &&
      recurringEventId === event.recurringEventId &&
      eventId !== event.eventId,
  );
  return others.length > 0 && others.every(({ etag }) => etag !== event.etag);
}
