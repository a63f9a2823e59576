import {
  sameDocument,
  type EventChanges,
  type EventDocument,
  type EventTime,
  type NewAttendee,
  type NewEvent,
  type SeriesDocument,
} from "@firestore-calendar-sync/client";
import { dateOfStart, draftTimes, eventTimes, timeProblem, type DraftTimes } from "./draft-times.ts";
import { knownGuests, parseGuests, withGuests } from "./guests.ts";
import { recurrenceLines, repeatOf, type RepeatName } from "./repeat.ts";
import { reminderChoiceOf, remindersOf, type ReminderChoice } from "./reminders.ts";

/** An event as its form has it. */
export interface EventDraft extends DraftTimes {
  readonly calendarKey: string;
  readonly summary: string;
  readonly location: string;
  /** Plain text. */
  readonly description: string;
  readonly guests: readonly NewAttendee[];
  /** What stands in the field for guests and is not in the list yet. */
  readonly guestText: string;
  readonly repeat: RepeatName;
  readonly reminders: ReminderChoice;
  /** "1" to "11"; empty: the calendar's colour. */
  readonly colorId: string;
  readonly visibility: "default" | "public" | "private";
  readonly transparency: "opaque" | "transparent";
}

/** The two zones of a form: of its fields, and of the event (which repeats in it). */
export interface DraftZones {
  readonly fields: string;
  readonly event: string;
}

export type DraftProblems = Partial<Record<"times" | "guests" | "calendar", string>>;

/** A new event with nothing but times. */
export function newDraft(
  times: { readonly start: EventTime; readonly end: EventTime },
  calendarKey: string,
  timeZone: string,
): EventDraft {
  return {
    ...draftTimes(times.start, times.end, timeZone),
    calendarKey,
    summary: "",
    location: "",
    description: "",
    guests: [],
    guestText: "",
    repeat: "none",
    reminders: "default",
    colorId: "",
    visibility: "default",
    transparency: "opaque",
  };
}

/**
 * @param series the event's series. Undefined for a single event.
 * @param plainText turns a description, which may contain HTML, into text
 */
export function draftOf(
  event: EventDocument,
  series: SeriesDocument | undefined,
  zones: DraftZones,
  plainText: (description: string) => string,
): EventDraft {
  return {
    ...newDraft(event, event.calendarKey, zones.fields),
    summary: event.summary ?? "",
    location: event.location ?? "",
    description: plainText(event.description ?? ""),
    guests: knownGuests(event) ?? [],
    repeat: repeatOfEvent(event, series, zones),
    reminders: reminderChoiceOf(event.reminders),
    colorId: event.colorId ?? "",
    visibility:
      event.visibility === "confidential" || event.visibility === "private"
        ? "private"
        : event.visibility === "public"
          ? "public"
          : "default",
    transparency: event.transparency === "transparent" ? "transparent" : "opaque",
  };
}

function repeatOfEvent(
  event: EventDocument,
  series: SeriesDocument | undefined,
  zones: DraftZones,
): RepeatName {
  if (event.recurringEventId === undefined) return "none";
  return series ? repeatOf(series, dateOfStart(event.originalStart ?? event.start, zones.event)) : "custom";
}

/** The draft with the guests who are still in their field. */
export function withTypedGuests(draft: EventDraft): EventDraft {
  const { guests, unreadable } = parseGuests(draft.guestText);
  return { ...draft, guests: withGuests(draft.guests, guests), guestText: unreadable.join(", ") };
}

/** What must be put right before the draft can be saved. */
export function problemsOf(draft: EventDraft): DraftProblems {
  const times = timeProblem(draft);
  const { unreadable } = parseGuests(draft.guestText);
  return {
    ...(times !== undefined && { times }),
    ...(unreadable.length > 0 && { guests: `This is no e-mail address: ${unreadable.join(", ")}` }),
  };
}

/** The event of a draft that has no problems. Fields that say nothing are absent. */
export function newEventOf(draft: EventDraft, zones: DraftZones): NewEvent {
  const times = eventTimes(draft, zones.fields, zones.event);
  const said = changesOf(newDraft(times, draft.calendarKey, zones.fields), draft, zones);
  const entries = Object.entries(said).filter(([, value]) => value !== null);
  return { ...(Object.fromEntries(entries) as Partial<NewEvent>), ...times };
}

/**
 * What has changed between two drafts of an event. `start` and `end` come together. The calendar is not contained: an
 * event is moved there.
 */
export function changesOf(before: EventDraft, draft: EventDraft, zones: DraftZones): EventChanges {
  const [{ repeat: _before, ...old }, { repeat, ...fields }] = [
    fieldsOf(before, zones),
    fieldsOf(draft, zones),
  ];
  const changed = Object.entries(fields).filter(
    ([name, value]) => !sameDocument(old[name as keyof typeof old], value),
  );
  const timesOf = (one: EventDraft) => eventTimes(one, zones.fields, zones.event);
  return {
    ...(Object.fromEntries(changed) as EventChanges),
    ...(!sameTimes(before, draft) && timesOf(draft)),
    ...(before.repeat !== draft.repeat && repeat && { recurrence: repeat.length === 0 ? null : repeat }),
  };
}

/** The latest draft with what the user has changed since `before`. */
export function rebase(before: EventDraft, draft: EventDraft, latest: EventDraft): EventDraft {
  const own = Object.entries(draft).filter(
    ([name, value]) => !sameDocument(before[name as keyof EventDraft], value),
  );
  // The times belong together: an end of one version would not fit the start of the other.
  const times: Partial<DraftTimes> = sameTimes(before, draft) ? {} : timesIn(draft);
  return { ...latest, ...(Object.fromEntries(own) as Partial<EventDraft>), ...times };
}

export function isSameDraft(a: EventDraft, b: EventDraft): boolean {
  return sameDocument(a, b);
}

function timesIn({ allDay, startDate, startTime, endDate, endTime }: DraftTimes): DraftTimes {
  return { allDay, startDate, endDate, startTime, endTime };
}

function sameTimes(a: DraftTimes, b: DraftTimes): boolean {
  const written = ({ allDay, startDate, startTime, endDate, endTime }: DraftTimes) =>
    allDay ? { startDate, endDate } : { startDate, startTime, endDate, endTime };
  return sameDocument(written(a), written(b));
}

/** All fields except for the times, in Google's form. Null: nothing. */
function fieldsOf(draft: EventDraft, zones: DraftZones) {
  const orNull = (text: string) => (text.trim() === "" ? null : text.trim());
  const { start } = timeProblem(draft) === undefined ? eventTimes(draft, zones.fields, zones.event) : {};
  return {
    summary: orNull(draft.summary),
    location: orNull(draft.location),
    description: orNull(draft.description),
    attendees: draft.guests.length === 0 ? null : draft.guests,
    reminders: remindersOf(draft.reminders) ?? null,
    colorId: orNull(draft.colorId),
    visibility: draft.visibility,
    transparency: draft.transparency,
    repeat: start && recurrenceLines(draft.repeat, dateOfStart(start, zones.event)),
  };
}
