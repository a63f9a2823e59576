/** The parts of Google's event resource that the emulator itself reads; everything else is carried along. */
export interface EventDateTime {
  date?: string;
  dateTime?: string;
  timeZone?: string;
}

/** A person of an event (creator, organizer). */
export interface EventPerson {
  email: string;
  displayName?: string;
  self?: boolean;
}

/** One guest, as Google shows it. */
export interface EventAttendee {
  email: string;
  displayName?: string;
  organizer?: boolean;
  self?: boolean;
  resource?: boolean;
  optional?: boolean;
  responseStatus?: string;
  comment?: string;
  additionalGuests?: number;
}

/**
 * An event resource as the API answers it to a reader of the calendar that holds this copy, in the calendar's time
 * zone. Objects are never changed in place: every edit makes a new one (pages and snapshots share them).
 */
export interface EventResource {
  kind: "calendar#event";
  etag: string;
  id: string;
  status: string;
  htmlLink?: string;
  created?: string;
  updated?: string;
  summary?: string;
  description?: string;
  location?: string;
  colorId?: string;
  creator?: EventPerson;
  organizer?: EventPerson;
  start?: EventDateTime;
  end?: EventDateTime;
  endTimeUnspecified?: boolean;
  recurrence?: string[];
  recurringEventId?: string;
  originalStartTime?: EventDateTime;
  transparency?: string;
  visibility?: string;
  iCalUID?: string;
  sequence?: number;
  attendees?: EventAttendee[];
  attendeesOmitted?: boolean;
  extendedProperties?: { private?: Record<string, string>; shared?: Record<string, string> };
  hangoutLink?: string;
  conferenceData?: Record<string, unknown>;
  anyoneCanAddSelf?: boolean;
  guestsCanInviteOthers?: boolean;
  guestsCanModify?: boolean;
  guestsCanSeeOtherGuests?: boolean;
  privateCopy?: boolean;
  locked?: boolean;
  reminders?: { useDefault?: boolean; overrides?: { method: string; minutes: number }[] };
  source?: { url?: string; title?: string };
  attachments?: Record<string, unknown>[];
  eventType?: string;
  eventLabelId?: string;
  workingLocationProperties?: Record<string, unknown>;
  outOfOfficeProperties?: Record<string, unknown>;
  focusTimeProperties?: Record<string, unknown>;
  birthdayProperties?: Record<string, unknown>;
}

/** When something takes place, as instants; all-day events count from midnight to midnight in the calendar's zone. */
export interface Span {
  startMs: number;
  endMs: number;
}

/** What an event that is shown exactly as it was given keeps besides what the emulator could read of it. */
export interface RawEvent {
  readonly given: unknown;
  /** The answer's JSON: the given one, with etag and `updated` unless it brings them. */
  readonly json: string;
  /** Whether it has recurrence lines, readable or not. */
  readonly series: boolean;
  /** Whether times and lines can be read; if not, no window leaves it out and no instances are made. */
  readonly understood: boolean;
}

/** One stored event (single event, series or exception) of one calendar, with what listing needs at hand. */
export interface EventRecord {
  readonly event: EventResource;
  /** The calendar's change number of this version. */
  readonly seq: number;
  /** When this version was written, in virtual ms. */
  readonly changedAtMs: number;
  readonly span: Span;
  /** For an exception: the instant it replaces. */
  readonly originalMs: number | undefined;
  /** Set for an event that is shown as it was given. */
  readonly raw?: RawEvent | undefined;
  /** The status of an exception before it was cancelled together with its series. */
  readonly statusBeforeEnd?: string | undefined;
  /** The answer's JSON, made once for the common case. */
  json: string | undefined;
}

/** True for a deleted event or a cancelled instance. */
export function isCancelled(event: EventResource): boolean {
  return event.status === "cancelled";
}

/** True for a living series. */
export function isSeries(event: EventResource): event is EventResource & { recurrence: string[] } {
  return event.recurrence !== undefined && event.recurrence.length > 0;
}
