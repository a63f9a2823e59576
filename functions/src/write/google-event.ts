import * as z from "zod/mini";
import type { EventAtGoogle } from "../ports/event-writes.port.ts";
import type { GoogleTime } from "../model/google-time.ts";

const text = z.catch(z.optional(z.string()), undefined);
const flag = z.catch(z.optional(z.boolean()), undefined);

const time = z.union([
  z.object({ date: z.string() }),
  z.object({ dateTime: z.string(), timeZone: z.optional(z.string()) }),
]);

const person = z.looseObject({ email: text, self: flag });

const fields = z.object({
  status: text,
  iCalUID: text,
  recurringEventId: text,
  eventType: text,
  start: z.catch(z.optional(time), undefined),
  end: z.catch(z.optional(time), undefined),
  originalStartTime: z.catch(z.optional(time), undefined),
  recurrence: z.catch(z.optional(z.array(z.string())), undefined),
  organizer: z.catch(z.optional(person), undefined),
  guestsCanModify: flag,
  attendees: z.catch(z.optional(z.array(person)), undefined),
  hasConference: z.optional(z.boolean()),
});

/** The fields on which a write depends. Times that cannot be read are absent. */
export interface ReadEvent extends z.infer<typeof fields> {
  readonly id: string;
  readonly etag: string;
}

export function readEvent({ id, etag, resource }: EventAtGoogle): ReadEvent {
  return { ...fields.parse({ ...resource, hasConference: resource["conferenceData"] != null }), id, etag };
}

/** Deleted events and cancelled instances. */
export function isCancelled({ status }: Pick<ReadEvent, "status">): boolean {
  return status === "cancelled";
}

/** True if the event has been invited by someone else. Without an organizer nothing is known, and Google decides. */
export function isGuest({ organizer }: Pick<ReadEvent, "organizer">): boolean {
  return organizer !== undefined && organizer.self !== true;
}

export const isDate = (given: GoogleTime): given is { readonly date: string } => "date" in given;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
