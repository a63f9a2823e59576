import type { EventWriteFunctions } from "./callables.ts";
import type { EventDocument } from "./documents.ts";
import type {
  CreateEventInput,
  DeleteEventInput,
  MoveEventInput,
  RespondToEventInput,
  UpdateEventInput,
  WrittenEvent,
} from "./event-writes.ts";
import type { LiveChange } from "./live.ts";

export type ShownEvent = EventDocument & { readonly pending?: boolean };

export interface StoredEvent {
  readonly id: string;
  readonly event: EventDocument;
}

export interface PendingEventsOptions {
  functions: EventWriteFunctions;
  onChanges: (changes: readonly LiveChange<ShownEvent>[]) => void;
  zoneOf: (calendarKey: string) => string | undefined;
  newRequestId?: () => string;
}

export interface PendingEvents {
  stored(changes: readonly LiveChange<EventDocument>[]): void;
  respond(
    stored: StoredEvent,
    input: Omit<RespondToEventInput, "calendarKey" | "eventId">,
  ): Promise<WrittenEvent>;
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
  close(): void;
}

/** Stands in for the optimistic layer, which replaces this file: it passes everything on. */
export function pendingEvents({ functions, onChanges, newRequestId }: PendingEventsOptions): PendingEvents {
  const named = ({ event: { calendarKey, eventId } }: StoredEvent) => ({ calendarKey, eventId });
  return {
    stored: onChanges,
    respond: async (stored, input) => await functions.respondToEvent({ ...input, ...named(stored) }),
    create: async input => await functions.createEvent({ requestId: newRequestId?.() ?? "", ...input }),
    update: async (stored, input) =>
      await functions.updateEvent({ ...input, ...named(stored), etag: stored.event.etag }),
    remove: async (stored, input) => {
      await functions.deleteEvent({ ...input, ...named(stored), etag: stored.event.etag });
    },
    move: async (stored, input) =>
      await functions.moveEvent({ ...input, ...named(stored), etag: stored.event.etag }),
    close: () => undefined,
  };
}
