/**
 * A start or end. The types in this file contain only the fields that the emulator reads; other fields are stored and
 * returned unchanged.
 */
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

/** A guest of an event. */
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
 * An event resource as the API returns it to a reader of the calendar that contains this copy, in the calendar's time
 * zone. Objects are never mutated, because pages and snapshots share them: every edit creates a new object.
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

/**
 * The instants between which something takes place. All-day events last from midnight to midnight in the calendar's
 * zone.
 */
export interface Span {
  startMs: number;
  endMs: number;
}

/** Additional data of a raw event, which is returned exactly as it was given. */
export interface RawEvent {
  readonly given: unknown;
  /** The JSON of the answer: the given JSON, plus etag and `updated` if it has none. */
  readonly json: string;
  /** Whether the event has recurrence lines, even if they cannot be parsed. */
  readonly series: boolean;
  /**
   * Whether times and recurrence lines can be parsed. If not, every window includes the event, and it has no
   * instances.
   */
  readonly understood: boolean;
}

/** One stored event (single event, series or exception) of one calendar, with the derived values that listing needs. */
export interface EventRecord {
  readonly event: EventResource;
  /** The sequence number of this version in the calendar's change log. */
  readonly seq: number;
  /** When this version was written, in virtual ms. */
  readonly changedAtMs: number;
  readonly span: Span;
  /** The instant of an exception's original start. */
  readonly originalMs: number | undefined;
  /** Set for a raw event. */
  readonly raw?: RawEvent | undefined;
  /** The status of an exception before it was cancelled together with its series. */
  readonly statusBeforeEnd?: string | undefined;
  /** The cached JSON of the most frequent view. */
  json: string | undefined;
}

/** True for a deleted event or a cancelled instance. */
export function isCancelled(event: EventResource): boolean {
  return event.status === "cancelled";
}

/** True if the event has recurrence lines. */
export function isSeries(event: EventResource): event is EventResource & { recurrence: string[] } {
  return event.recurrence !== undefined && event.recurrence.length > 0;
}
