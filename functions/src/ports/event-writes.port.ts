import type { SendUpdates } from "@firestore-calendar-sync/client";
import type { GoogleFailure } from "../model/google-failure.ts";

/** A Google calendar, on behalf of an account. */
export interface CalendarPlace {
  readonly accountId: string;
  /** Google's id of the calendar. */
  readonly calendarId: string;
}

/** An event, an instance of a series, or a series. */
export interface EventPlace extends CalendarPlace {
  readonly eventId: string;
}

/** An event as Google describes it now. Contains what people wrote: never log it. */
export interface EventAtGoogle {
  readonly id: string;
  readonly etag: string;
  /** The whole Event resource. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** Fields of the Event resource. In a patch, null removes a field. */
export type EventBody = Readonly<Record<string, unknown>>;

export interface WriteOptions {
  readonly sendUpdates: SendUpdates;
  /** `If-Match`: Google writes only if the event still has this etag, otherwise the failure has the status 412. */
  readonly etag?: string;
}

export type EventAnswer = { readonly kind: "event"; readonly event: EventAtGoogle } | GoogleFailure;

/**
 * Writes events at Google. No method repeats a call whose answer was lost: the failure is then `unavailable`, and
 * Google may have carried out the call or not.
 */
export interface GoogleEvents {
  /** Also returns deleted events, whose `status` is `cancelled`. */
  get(place: EventPlace): Promise<EventAnswer>;
  /** The id in the body is used once: a second event of this id is refused with 409, also if the first was deleted. */
  insert(
    place: CalendarPlace,
    body: EventBody & { readonly id: string },
    options: WriteOptions,
  ): Promise<EventAnswer>;
  patch(place: EventPlace, body: EventBody, options: WriteOptions): Promise<EventAnswer>;
  /** Deletes an event or a series; cancels an instance. */
  remove(place: EventPlace, options: WriteOptions): Promise<{ readonly kind: "removed" } | GoogleFailure>;
  /** Google documents no `If-Match` for this method. */
  move(
    place: EventPlace,
    destinationId: string,
    options: Pick<WriteOptions, "sendUpdates">,
  ): Promise<EventAnswer>;
  /** Every event with this iCalUID, also deleted ones: a series and its exceptions. */
  withICalUid(
    place: CalendarPlace,
    iCalUID: string,
  ): Promise<{ readonly kind: "events"; readonly events: readonly EventAtGoogle[] } | GoogleFailure>;
}
