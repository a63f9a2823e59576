import { at, event } from "./documents.fixture.ts";
import type { EventDocument } from "./documents.ts";
import type { DeletedEvent, EventChanges, SeriesScope, WrittenEvent } from "./event-writes.ts";
import { idOf, type Call } from "./pending-page.fixture.ts";

/** Everything that a call may contain. */
interface Input {
  readonly calendarKey: string;
  readonly eventId: string;
  readonly etag?: string;
  readonly scope?: SeriesScope;
  readonly changes?: EventChanges;
  readonly response?: string;
  readonly toCalendarKey?: string;
  readonly requestId?: string;
  readonly event?: { readonly summary?: string };
}

type Outcome = { readonly answer: WrittenEvent | DeletedEvent } | { readonly refusal: Error };

/** The events at Google, with their versions: who has made each out of which. */
export class VersionedGoogle {
  readonly documents = new Map<string, EventDocument>();
  readonly #versions = new Map<string, { readonly from: string; readonly own: boolean }>();
  #count = 0;

  add(document: EventDocument): void {
    this.documents.set(idOf(document), document);
  }

  /** Somebody else changes an event. */
  disturb(id: string): void {
    const document = this.documents.get(id);
    if (!document) return;
    const etag = this.#version(document.etag, false);
    this.add({ ...document, etag, summary: `theirs ${etag}` });
  }

  /** Whether a change by somebody else lies between two versions. */
  isForeignBetween(seen: string, current: string): boolean {
    for (let etag = current; etag !== seen;) {
      const version = this.#versions.get(etag);
      if (!version?.own) return true;
      etag = version.from;
    }
    return false;
  }

  carryOut({ name, input: given }: Call): Outcome {
    const input = given as Input;
    if (name === "createEvent") return { answer: this.#create(input) };
    const document = this.documents.get(`${input.calendarKey}_${input.eventId}`);
    if (!document) return { refusal: new Error("gone") };
    if (input.etag !== undefined && input.etag !== document.etag) return { refusal: new Error("aborted") };
    const affected = [...this.documents.values()].filter(other =>
      isAffected(other, document, name === "moveEvent" ? "all" : (input.scope ?? "this")),
    );
    const ended = this.#ended(document, input.scope);
    if (name === "deleteEvent") {
      for (const each of affected) this.documents.delete(idOf(each));
      return { answer: ended };
    }
    const etag = this.#version(document.etag, true);
    const { summary, location } = input.changes ?? {};
    for (const each of affected) {
      this.documents.delete(idOf(each));
      this.add({
        ...each,
        etag,
        ...(input.toCalendarKey !== undefined && { calendarKey: input.toCalendarKey }),
        ...(input.response !== undefined && { selfResponse: input.response }),
        ...(typeof summary === "string" && { summary }),
        ...(typeof location === "string" && { location }),
      });
    }
    const isWhole = input.scope === "all" || name === "moveEvent";
    return {
      answer: {
        eventId: (isWhole ? document.recurringEventId : undefined) ?? document.eventId,
        etag,
        ...ended,
      },
    };
  }

  /** The series ends before the event: the occurrences that are left get another version. */
  #ended(document: EventDocument, scope: SeriesScope | undefined): DeletedEvent {
    const { recurringEventId: eventId } = document;
    if (scope !== "following" || eventId === undefined) return {};
    const etag = this.#version(document.etag, true);
    for (const each of [...this.documents.values()])
      if (
        each.etag === document.etag &&
        isAffected(each, document, "all") &&
        !isAffected(each, document, "following")
      )
        this.add({ ...each, etag });
    return { ended: { eventId, etag } };
  }

  #create({ requestId = "", calendarKey, event: { summary } = {} }: Input): WrittenEvent {
    const eventId = `made-${requestId}`;
    const known = this.documents.get(`${calendarKey}_${eventId}`);
    if (known) return known;
    const etag = this.#version(`pending-${requestId}`, true);
    this.add({ ...singleEvent(calendarKey, eventId, etag), ...(summary !== undefined && { summary }) });
    return { eventId, etag };
  }

  #version(from: string, own: boolean): string {
    this.#count += 1;
    const etag = `v${this.#count}`;
    this.#versions.set(etag, { from, own });
    return etag;
  }
}

export function singleEvent(calendarKey: string, eventId: string, etag: string): EventDocument {
  const { recurringEventId: _series, originalStart: _start, ...single } = event;
  return { ...single, calendarKey, eventId, etag, summary: eventId };
}

/** The nth day's occurrence. */
export function occurrence(calendarKey: string, seriesId: string, n: number): EventDocument {
  const startAt = Date.UTC(2026, 10, 2 + n, 9);
  const start = { dateTime: new Date(startAt).toISOString() };
  return {
    ...event,
    ...{ calendarKey, eventId: `${seriesId}_${n}`, recurringEventId: seriesId, etag: `${seriesId} 0` },
    ...{ start, originalStart: start, startAt: at(startAt) },
    summary: seriesId,
  };
}

function isAffected(other: EventDocument, event: EventDocument, scope: SeriesScope): boolean {
  if (other.calendarKey !== event.calendarKey) return false;
  if (other.eventId === event.eventId) return true;
  if (scope === "this" || other.recurringEventId === undefined) return false;
  if (other.recurringEventId !== event.recurringEventId) return false;
  return scope === "all" || other.eventId >= event.eventId;
}
