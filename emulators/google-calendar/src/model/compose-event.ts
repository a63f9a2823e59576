import { ApiError, invalidBody, required } from "../api/errors.ts";
import { parseLines, expandSeries } from "../recurrence/series.ts";
import { RuleError } from "../recurrence/rule.ts";
import { composeAttendees } from "./compose-attendees.ts";
import { composeConference } from "./conference.ts";
import type { EventResource } from "./event.ts";
import type { EventInput } from "./event-input.ts";
import { momentOf, readTimes, seriesTimes, showMoment } from "./event-times.ts";
import type { Times } from "./event-times.ts";
import type { Calendar } from "./world.ts";

/** Fields that are copied from the body unchanged. The other fields are handled one by one. */
const PLAIN_FIELDS = [
  "summary",
  "description",
  "location",
  "colorId",
  "endTimeUnspecified",
  "transparency",
  "visibility",
  "anyoneCanAddSelf",
  "guestsCanInviteOthers",
  "guestsCanModify",
  "guestsCanSeeOtherGuests",
  "privateCopy",
  "attachments",
  "eventLabelId",
] as const;
/** Fields whose contents a patch merges instead of replacing. */
const NESTED_FIELDS = [
  "extendedProperties",
  "conferenceData",
  "source",
  "workingLocationProperties",
  "outOfOfficeProperties",
  "focusTimeProperties",
  "birthdayProperties",
] as const;
/** Default values, which Google omits from its answers. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  summary: "",
  description: "",
  location: "",
  endTimeUnspecified: false,
  transparency: "opaque",
  visibility: "default",
  anyoneCanAddSelf: false,
  guestsCanInviteOthers: true,
  guestsCanModify: false,
  guestsCanSeeOtherGuests: true,
  privateCopy: false,
};

type Fields = Record<string, unknown>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON merge patch: null removes a field, objects are merged, any other value replaces. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Fields = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    // The assignment would replace the object's prototype.
    if (key === "__proto__") continue;
    if (value === null || value === undefined) Reflect.deleteProperty(merged, key);
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** The fields of a new event that do not come from the body. */
export interface Identity {
  id: string;
  created: string;
  htmlLink: string;
  iCalUID: string;
  creator: NonNullable<EventResource["creator"]>;
  organizer: NonNullable<EventResource["organizer"]>;
}

/** The HTTP method's meaning: PUT replaces the stored event, PATCH merges into it. */
export type EditMode = "replace" | "merge";

/**
 * Applies a body to an event and returns the edited event, without etag and `updated`: the writer sets those fields.
 * Throws an ApiError for every body that Google refuses.
 */
export function composeEvent(
  base: EventResource | undefined,
  identity: Identity,
  input: EventInput,
  mode: EditMode,
  calendar: Calendar,
): EventResource {
  const merging = mode === "merge" && base !== undefined;
  const fields: Fields = merging ? { ...base } : {};
  applyPlain(fields, input);
  applyNested(fields, input);
  const times = composeTimes(merging ? base : undefined, input, calendar);
  const recurrence = composeRecurrence(base, input, merging, times, calendar);
  const attendees =
    input.attendees === undefined && merging
      ? base.attendees
      : composeAttendees(input, base, identity.organizer.email, calendar.id);
  const conference = composeConference(base, identity.id, input, fields);
  const reminders = composeReminders(input, merging ? base.reminders : undefined);
  const changedTimes =
    base !== undefined && (!sameTimes(base, times) || !sameLines(base.recurrence, recurrence));
  for (const name of [
    "recurrence",
    "attendees",
    "start",
    "end",
    "reminders",
    "conferenceData",
    "hangoutLink",
  ])
    Reflect.deleteProperty(fields, name);
  return {
    ...fields,
    kind: "calendar#event",
    etag: "",
    id: identity.id,
    status: input.status ?? (merging ? base.status : "confirmed"),
    htmlLink: identity.htmlLink,
    created: identity.created,
    creator: identity.creator,
    organizer: identity.organizer,
    start: showMoment(times.start, calendar.timeZone),
    end: showMoment(times.end, calendar.timeZone),
    ...(recurrence === undefined ? {} : { recurrence }),
    ...(base?.recurringEventId === undefined ? {} : { recurringEventId: base.recurringEventId }),
    ...(base?.originalStartTime === undefined ? {} : { originalStartTime: base.originalStartTime }),
    iCalUID: identity.iCalUID,
    sequence: composeSequence(base, input, mode, changedTimes),
    ...(attendees === undefined || attendees.length === 0 ? {} : { attendees }),
    ...conference,
    reminders,
    eventType: composeType(base, input),
  };
}

function applyPlain(fields: Fields, input: EventInput): void {
  for (const name of PLAIN_FIELDS) {
    const value = input[name];
    if (value === undefined) continue;
    if (value === null || DEFAULTS[name] === value) Reflect.deleteProperty(fields, name);
    else fields[name] = value;
  }
}

function applyNested(fields: Fields, input: EventInput): void {
  for (const name of NESTED_FIELDS) {
    const value = input[name];
    if (value === undefined) continue;
    if (value === null) Reflect.deleteProperty(fields, name);
    else fields[name] = mergePatch(fields[name], value);
  }
}

function composeTimes(base: EventResource | undefined, input: EventInput, calendar: Calendar): Times {
  const pick = (name: "start" | "end") => {
    const sent = input[name];
    const kept = base?.[name];
    if (sent === undefined || sent === null) return kept;
    if (kept === undefined) return sent;
    // A patch with only a new dateTime keeps the time zone. A patch that changes a time into a day, or a day into a
    // time, removes the fields of the other kind.
    const merged = { ...kept, ...sent };
    if (sent.date != null && sent.dateTime == null) delete merged.dateTime;
    if (sent.dateTime != null && sent.date == null) delete merged.date;
    if (merged.date != null && kept.date === undefined) delete merged.timeZone;
    return merged;
  };
  return readTimes(pick("start"), pick("end"), calendar.timeZone);
}

function sameTimes(base: EventResource, times: Times): boolean {
  return (
    JSON.stringify(momentOf(base.start)) === JSON.stringify(times.start) &&
    JSON.stringify(momentOf(base.end)) === JSON.stringify(times.end)
  );
}

function sameLines(before: readonly string[] | undefined, after: readonly string[] | undefined): boolean {
  return (before ?? []).join("\n") === (after ?? []).join("\n");
}

function composeRecurrence(
  base: EventResource | undefined,
  input: EventInput,
  merging: boolean,
  times: Times,
  calendar: Calendar,
): string[] | undefined {
  const lines =
    input.recurrence === undefined && merging ? base?.recurrence : (input.recurrence ?? undefined);
  if (lines === undefined || lines.length === 0) return undefined;
  if (base?.recurringEventId !== undefined) {
    if (input.recurrence == null) return undefined;
    throw invalidBody("An instance of a recurring event cannot have a recurrence.");
  }
  if (times.start.kind === "instant") {
    // Recurring events must name a time zone, because the rule is expanded in it [P].
    const given = input.start?.timeZone ?? base?.start?.timeZone;
    if (given == null) throw required("Missing time zone definition for start time.");
  }
  try {
    parseLines(lines);
    // A series without any instance is refused.
    if (expandSeries(seriesTimes(times, lines), -Infinity, Infinity, 1).length === 0) {
      throw new RuleError(`no instance in ${calendar.id}`);
    }
  } catch (error) {
    if (error instanceof RuleError) throw invalidBody("Invalid recurrence rule.");
    throw error;
  }
  return [...lines];
}

function composeReminders(
  input: EventInput,
  kept: EventResource["reminders"],
): NonNullable<EventResource["reminders"]> {
  if (input.reminders === undefined) return kept ?? { useDefault: true };
  if (input.reminders === null) return { useDefault: true };
  const overrides = input.reminders.overrides ?? [];
  if (input.reminders.useDefault === true && overrides.length > 0) {
    throw new ApiError(
      400,
      "cannotUseDefaultRemindersAndSpecifyOverride",
      "Cannot specify both default reminders and overrides at the same time.",
      { domain: "calendar" },
    );
  }
  if (input.reminders.useDefault === true) return { useDefault: true };
  return overrides.length === 0 ? { useDefault: false } : { useDefault: false, overrides };
}

function composeSequence(
  base: EventResource | undefined,
  input: EventInput,
  mode: EditMode,
  changedTimes: boolean,
): number {
  const current = base?.sequence ?? 0;
  if (base === undefined) return input.sequence ?? 0;
  if (mode === "replace" && input.sequence != null && input.sequence < current) {
    throw invalidBody(
      "Invalid sequence value. The specified sequence number is below the current sequence number of the resource.",
    );
  }
  return Math.max(current, input.sequence ?? 0) + (changedTimes ? 1 : 0);
}

function composeType(base: EventResource | undefined, input: EventInput): string {
  const before = base?.eventType ?? "default";
  const wanted = input.eventType ?? undefined;
  if (base !== undefined && wanted !== undefined && wanted !== before) {
    throw invalidBody("Event type cannot be changed.");
  }
  if (base === undefined && wanted === "fromGmail")
    throw invalidBody("Events of type fromGmail cannot be created.");
  return base === undefined ? (wanted ?? "default") : before;
}
