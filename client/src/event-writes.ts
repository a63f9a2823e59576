import type { EventTime } from "./documents.ts";

/*
 * What apps send to change events at Google. The functions exist only in deployments with `WRITE_ACCESS=true`. They
 * write at Google and never into Firestore: the sync brings the change, as it brings every change.
 */

/**
 * Which part of a series is meant, as in Google's own dialog. `this`: one occurrence. `following`: this occurrence and
 * all later ones. `all`: the whole series. An event that is not part of a series has only `this`.
 */
export const seriesScopes = ["this", "following", "all"] as const;
export type SeriesScope = (typeof seriesScopes)[number];

/** Which guests get an e-mail from Google. `externalOnly`: those who do not use Google Calendar. */
export const sendUpdatesValues = ["none", "externalOnly", "all"] as const;
export type SendUpdates = (typeof sendUpdatesValues)[number];

/** The answers to an invitation. `tentative` is "maybe". */
export const invitationResponses = ["accepted", "tentative", "declined"] as const;
export type InvitationResponse = (typeof invitationResponses)[number];

/** A start or end: a date (all day), or a time with its offset. A series repeats in `timeZone`. */
export type NewEventTime = EventTime;

/** A guest, as the organizer invites. */
export interface NewAttendee {
  readonly email: string;
  readonly displayName?: string;
  readonly optional?: boolean;
}

/** Either the calendar's own reminders, or at most five of the event's own. */
export interface NewReminders {
  readonly useDefault: boolean;
  readonly overrides?: readonly { readonly method: "popup" | "email"; readonly minutes: number }[];
}

/** The fields that an app can set. Each has the limits and the meaning that it has in the event document. */
export interface EventFields {
  readonly summary: string;
  readonly description: string;
  readonly location: string;
  /** `end` is exclusive, like Google's. Both are dates, or both are times. */
  readonly start: NewEventTime;
  readonly end: NewEventTime;
  /** All guests. The guests' answers are kept. */
  readonly attendees: readonly NewAttendee[];
  /** RRULE, RDATE and EXDATE lines (RFC 5545) without DTSTART. */
  readonly recurrence: readonly string[];
  readonly reminders: NewReminders;
  /** "1" to "11", from the palette of events. */
  readonly colorId: string;
  readonly visibility: "default" | "public" | "private";
  readonly transparency: "opaque" | "transparent";
  readonly guestsCanModify: boolean;
  readonly guestsCanInviteOthers: boolean;
  readonly guestsCanSeeOtherGuests: boolean;
  /** True: Google makes a Meet conference. An event that has one keeps it. */
  readonly conference: true;
}

/** A new event: a start, an end, and whatever else is known. */
export type NewEvent = Pick<EventFields, "start" | "end"> & Partial<EventFields>;

/** Changed fields. Null removes the field's content. A field that is absent keeps its value. */
export type EventChanges = {
  readonly [Name in keyof EventFields]?: Name extends "start" | "end" | "visibility" | "transparency"
    ? EventFields[Name]
    : EventFields[Name] | null;
};

/** An event at Google after a change. The document has this `etag` as soon as the sync has brought it. */
export interface EventVersion {
  readonly eventId: string;
  readonly etag: string;
}

/** After a deletion. */
export interface DeletedEvent {
  /**
   * After `following`: the series that ends before the event now. Changes of its remaining occurrences can be based on
   * this `etag` before the sync has brought it.
   */
  readonly ended?: EventVersion;
}

/** The changed event. After `following`, `eventId` is that of the new series; after `all`, that of the series. */
export interface WrittenEvent extends EventVersion, DeletedEvent {}

export interface RespondToEventInput {
  readonly calendarKey: string;
  readonly eventId: string;
  readonly response: InvitationResponse;
  /** A note for the organizer. Absent: an earlier note stays. */
  readonly comment?: string;
  /** Guests answer for one occurrence or for the series: Google lets only the organizer split it. Default: `this`. */
  readonly scope?: "this" | "all";
  readonly sendUpdates?: SendUpdates;
}

export interface CreateEventInput {
  readonly calendarKey: string;
  readonly event: NewEvent;
  /** 8 to 100 characters of `A-Za-z0-9_-`, chosen once per event: a repeated call makes no second event. */
  readonly requestId: string;
  readonly sendUpdates?: SendUpdates;
}

export interface UpdateEventInput {
  readonly calendarKey: string;
  /** Of the event's document, also for `following` and `all`. */
  readonly eventId: string;
  /** `start` and `end` are those of this occurrence, also for `all`: the series moves as far as the occurrence. */
  readonly changes: EventChanges;
  /** Of the event's document. If the event has changed since, nothing is written, and the code is `aborted`. */
  readonly etag?: string;
  readonly scope?: SeriesScope;
  readonly sendUpdates?: SendUpdates;
}

export interface DeleteEventInput {
  readonly calendarKey: string;
  readonly eventId: string;
  readonly etag?: string;
  readonly scope?: SeriesScope;
  readonly sendUpdates?: SendUpdates;
}

export interface MoveEventInput {
  readonly calendarKey: string;
  /** An event, or a series: Google moves no single occurrences. An occurrence's id moves its whole series. */
  readonly eventId: string;
  /** A calendar of the same account. */
  readonly toCalendarKey: string;
  readonly etag?: string;
  readonly sendUpdates?: SendUpdates;
}

/**
 * `details.reason` of a failed write, for apps that do more than show the sentence. `needsConsent`: send the user to
 * `connectAccount`. `changedMeanwhile`: the code is `aborted`. `outcomeUnknown`: Google did not answer, and reading did
 * not show whether it has carried out the change; the sync will show it. `fixedRule`: the series repeats by a rule that
 * cannot be moved to another day or time; a new rule can. `unavailable`: nothing was written, and the same call may
 * succeed later. docs/clients.md explains all of them.
 */
export const writeFailureReasons = [
  "needsConsent",
  "changedMeanwhile",
  "readOnly",
  "notOrganizer",
  "notInvited",
  "gone",
  "quota",
  "refused",
  "outcomeUnknown",
  "unknownCalendar",
  "switchedOff",
  "fixedRule",
  "badTimes",
  "badChange",
  "unavailable",
] as const;
export type WriteFailureReason = (typeof writeFailureReasons)[number];
