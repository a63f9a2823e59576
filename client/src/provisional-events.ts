import type { EventDocument } from "./documents.ts";
import { occurrenceId } from "./event-times.ts";
import type { WrittenEvent } from "./event-writes.ts";

/** Whether Google has not made the event yet. Only then is the etag the id. */
export function isProvisional({ eventId, etag }: EventDocument): boolean {
  return eventId === etag;
}

/** What became of the events that were shown before Google had made them, for writes that still name these. */
export class ProvisionalEvents {
  readonly #made = new Map<string, EventDocument>();
  readonly #failures = new Map<string, unknown>();

  /** Notes the outcome of creating the event. */
  async waitFor(event: EventDocument, answer: Promise<WrittenEvent>): Promise<WrittenEvent> {
    try {
      const written = await answer;
      this.#failures.delete(event.eventId);
      return written;
    } catch (error) {
      this.#failures.set(event.eventId, error);
      throw error;
    }
  }

  /** The event with Google's id and version; of a series, the first occurrence. */
  made(event: EventDocument, { eventId, etag }: WrittenEvent): EventDocument {
    const made: EventDocument =
      event.recurringEventId === undefined
        ? { ...event, eventId, etag }
        : { ...event, eventId: occurrenceId(eventId, event), recurringEventId: eventId, etag };
    this.#made.set(event.eventId, made);
    return made;
  }

  madeOf(event: EventDocument): EventDocument | undefined {
    return this.#made.get(event.eventId);
  }

  /** @throws the error with which creating the event failed. */
  resolve(event: EventDocument): EventDocument {
    const made = this.madeOf(event);
    if (made) return made;
    if (this.#failures.has(event.eventId)) throw this.#failures.get(event.eventId);
    return event;
  }
}
