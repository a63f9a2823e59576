import * as z from "zod";
import {
  attachment,
  attendee,
  birthday,
  conference,
  extendedProperties,
  focusTime,
  outOfOffice,
  person,
  reminders,
  workingLocation,
} from "./event-properties.ts";
import { openString } from "./open-string.ts";
import { timestamp } from "./timestamp.ts";

/*
 * The documents that clients read. Optional fields are absent, never null, so that one check is enough on every
 * platform. Parsing removes unknown fields, so that a page that is older than the functions keeps working.
 */

/** 22 characters of base64url: 128 bits of a SHA-256. */
const shortHash = z.string().regex(/^[A-Za-z0-9_-]{22}$/, "expected 22 characters of base64url");

/** `#rrggbb`, Google's format of colours. */
const hexColor = z.string().regex(/^#[0-9a-fA-F]{6}$/, "expected a colour such as #0b8043");

/** `active`: synced. `reauth_required`: the user must consent again. `disconnecting`: being deleted. */
export const knownAccountStatuses = ["active", "reauth_required", "disconnecting"] as const;
/** Later versions may add values. Clients should show an unknown status without special treatment. */
export const accountStatus = openString<(typeof knownAccountStatuses)[number]>();
export type AccountStatus = z.infer<typeof accountStatus>;

/** `users/{uid}/calendarAccounts/{accountId}`: one connected Google account. */
export const accountDocument = z.object({
  email: z.string(),
  name: z.string().optional(),
  status: accountStatus,
  statusSince: timestamp,
  /** A sentence that the user can read. */
  statusReason: z.string().optional(),
  connectedAt: timestamp,
  /** True if the functions may change events for the user. Only in deployments with `WRITE_ACCESS=true`. */
  canWrite: z.boolean().optional(),
});
export type AccountDocument = z.infer<typeof accountDocument>;

/**
 * `importing`: the first full sync is running. `live`: push notifications arrive. `polling`: Google offers no push
 * for this calendar, so it is read on a schedule. `busyOnly`: only free and busy times are shared with the user; the
 * events have no details, or `message` says that Google does not list them. `unavailable`: the user has lost access.
 * `error`: the sync has been failing for some time.
 */
export const knownSyncPhases = ["importing", "live", "polling", "busyOnly", "unavailable", "error"] as const;
/** Later versions may add values. Clients should treat an unknown phase as `live`. */
export const syncPhase = openString<(typeof knownSyncPhases)[number]>();
export type SyncPhase = z.infer<typeof syncPhase>;

/** The state of one calendar's sync. */
export const calendarSync = z.object({
  phase: syncPhase,
  /** The number of occurrences read so far. Only while `importing`, and while a larger window is read. */
  importedCount: z.int().nonnegative().optional(),
  /** A sentence that the user can read. */
  message: z.string().optional(),
  /** The number of Google's events and series that could not be read completely. Absent if there are none. */
  unreadable: z.int().positive().optional(),
});
export type CalendarSync = z.infer<typeof calendarSync>;

/** Which events of a calendar are stored, in days before and after today. */
export const calendarWindow = z.object({
  /** Events that ended in the last so many days, to the accuracy of a day. */
  pastDays: z.int().nonnegative().optional(),
  /** Occurrences of series in the next so many days. Other events have no such limit. */
  futureDays: z.int().positive().optional(),
});
export type CalendarWindow = z.infer<typeof calendarWindow>;

/** Google's roles that this version supports, from weakest to strongest. Google may have others: a role is any text. */
export const knownAccessRoles = [
  "freeBusyReader",
  "reader",
  "writerWithoutPrivateAccess",
  "writer",
  "owner",
] as const;

/** Google's `accessRole` of a calendar list entry. */
export const accessRole = z.string();
export type AccessRole = z.infer<typeof accessRole>;

/** The user's role in a calendar, as Google names it. */
export function googleRole(calendar: Pick<CalendarDocument, "accessRole" | "googleAccessRole">): AccessRole {
  return calendar.googleAccessRole ?? calendar.accessRole;
}

/** Whether a role may change events. False for an unknown role. */
export function canWrite(role: AccessRole): boolean {
  return ["writerWithoutPrivateAccess", "writer", "owner"].includes(role);
}

/** Whether a role sees more than busy times. False for an unknown role. */
export function seesDetails(role: AccessRole): boolean {
  return role === "reader" || canWrite(role);
}

/** Whether a role sees the details of private events. False for an unknown role. */
export function seesPrivateDetails(role: AccessRole): boolean {
  return role === "writer" || role === "owner";
}

/** Whether a role may share the calendar. False for an unknown role. */
export function canShare(role: AccessRole): boolean {
  return role === "owner";
}

/** `users/{uid}/calendars/{calendarKey}`: one calendar of a connected account. */
export const calendarDocument = z.object({
  /** Google's id, often an email address. */
  calendarId: z.string(),
  accountId: shortHash,
  summary: z.string(),
  description: z.string().optional(),
  backgroundColor: hexColor.optional(),
  foregroundColor: hexColor.optional(),
  colorId: z.string().optional(),
  /** IANA name. */
  timeZone: z.string(),
  /** `freeBusyReader`, `reader`, `writer` or `owner`. Google's other roles are mapped to these. */
  accessRole,
  /** Google's own role, if it differs from `accessRole` (see `googleRole`). */
  googleAccessRole: z.string().optional(),
  primary: z.boolean(),
  /** Whether Google's own page shows the calendar. */
  selected: z.boolean().optional(),
  /** Whether the calendar is synced. */
  enabled: z.boolean(),
  sync: calendarSync,
  /** What the user has chosen with `setCalendarWindow`. What is absent follows the deployment. */
  window: calendarWindow.optional().catch(undefined),
  /** End of the last sync that reached Google's current state. */
  lastSyncedAt: timestamp.optional().catch(undefined),
  /** End of the last sync that changed an event. */
  lastChangedAt: timestamp.optional().catch(undefined),
});
export type CalendarDocument = z.infer<typeof calendarDocument>;

/** A date without a time, for example `2026-11-23`. */
const dateOnly = z.iso.date();

/** RFC 3339 with an offset, for example `2026-11-23T09:00:00+01:00`. */
const dateTimeWithOffset = z.iso.datetime({ offset: true });

/** A start or end in Google's form: a date (all day), or a time with an optional time zone in which it was entered. */
export const eventTime = z.union([
  z.object({ dateTime: dateTimeWithOffset, timeZone: z.string().optional() }),
  z.object({ date: dateOnly }),
]);
export type EventTime = z.infer<typeof eventTime>;

/** `users/{uid}/calendarEvents/{calendarKey}_{eventId}`: one occurrence, as a calendar shows it. */
export const eventDocument = z.object({
  calendarKey: shortHash,
  /** Google's id. An instance of a series has the id that Google uses for it. */
  eventId: z.string(),
  /** For queries. An all-day event begins at midnight in the calendar's own time zone. */
  startAt: timestamp,
  /** Exclusive, like Google's `end`. */
  endAt: timestamp,
  start: eventTime,
  end: eventTime,
  allDay: z.boolean(),
  /** `confirmed` or `tentative`. Google may add values. */
  status: openString<"confirmed" | "tentative">(),
  summary: z.string().optional(),
  /** May contain HTML: show it as text, or sanitise it first. */
  description: z.string().optional(),
  location: z.string().optional(),
  attendees: z.array(attendee).optional(),
  /** True if some guests are missing from `attendees`: Google left them out, or the document would be too large. */
  attendeesOmitted: z.boolean().optional(),
  /** The user's own answer, `responseStatus` of the attendee that is `self`; also if other guests are unreadable. */
  selfResponse: z.string().optional(),
  organizer: person.optional(),
  creator: person.optional(),
  /** The address of the video meeting. */
  conferenceLink: z.string().optional(),
  /** Every way to join the meeting. */
  conference: conference.optional(),
  /** The id of the series, if the event is an occurrence of one. */
  recurringEventId: z.string().optional(),
  /** The time at which the series would have placed this occurrence. */
  originalStart: eventTime.optional(),
  /** `default`, `outOfOffice`, `focusTime`, `workingLocation`, `fromGmail` or `birthday`. Google may add values. */
  eventType: z.string(),
  /** `default`, `public`, `private` or `confidential`. */
  visibility: z.string().optional(),
  /** `opaque` (busy) or `transparent` (free). */
  transparency: z.string().optional(),
  /** The same for one meeting in several calendars, and for all occurrences of a series (RFC 5545, UID). */
  iCalUID: z.string().optional(),
  /** The colour of this event, if it has one of its own. Otherwise it has the calendar's `backgroundColor`. */
  color: hexColor.optional(),
  colorId: z.string().optional(),
  /** The id of one of the calendar's labels at Google, which replaces `colorId`. */
  eventLabelId: z.string().optional(),
  workingLocation: workingLocation.optional(),
  outOfOffice: outOfOffice.optional(),
  focusTime: focusTime.optional(),
  birthday: birthday.optional(),
  attachments: z.array(attachment).optional(),
  reminders: reminders.optional(),
  extendedProperties: extendedProperties.optional(),
  /** Where the event was created from, for example a mail or a page. */
  source: z.object({ title: z.string().optional(), url: z.string() }).optional(),
  guestsCanInviteOthers: z.boolean().optional(),
  guestsCanModify: z.boolean().optional(),
  guestsCanSeeOtherGuests: z.boolean().optional(),
  anyoneCanAddSelf: z.boolean().optional(),
  /** True if the main fields cannot be changed. */
  locked: z.boolean().optional(),
  /** The revision of the invitation (RFC 5545, SEQUENCE). */
  sequence: z.int().optional(),
  htmlLink: z.string().optional(),
  etag: z.string(),
  /** Google's `created`. */
  createdAt: timestamp.optional(),
  /** Google's `updated`. */
  updatedAt: timestamp,
});
export type EventDocument = z.infer<typeof eventDocument>;

/** A day of the week in a rule. `nth`: only the nth such day of the month or year; -1 is the last. */
export const ruleDay = z.object({
  day: z.enum(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]),
  nth: z.int().optional(),
});

/**
 * What an RRULE line means, in its own terms (RFC 5545, "Recurrence Rule"), for words. WKST is left out, so occurrences
 * cannot be computed from it; each occurrence has a document.
 */
export const recurrenceRule = z.object({
  freq: z.enum(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
  interval: z.int().positive(),
  count: z.int().positive().optional(),
  /** The last day, or the last moment, on which the series may have an occurrence. */
  until: eventTime.optional(),
  byDay: z.array(ruleDay).optional(),
  byMonthDay: z.array(z.int()).optional(),
  byMonth: z.array(z.int()).optional(),
  bySetPos: z.array(z.int()).optional(),
});
export type RecurrenceRule = z.infer<typeof recurrenceRule>;

/** `users/{uid}/calendarSeries/{calendarKey}_{seriesId}`: the rule of a series whose occurrences are events. */
export const seriesDocument = z.object({
  calendarKey: shortHash,
  /** Google's id of the series: `recurringEventId` of its occurrences. */
  seriesId: z.string(),
  summary: z.string().optional(),
  /** The start and end of the first occurrence. */
  start: eventTime,
  end: eventTime,
  allDay: z.boolean(),
  /** IANA name: the zone in which the series repeats. */
  timeZone: z.string(),
  /** RRULE, EXRULE, RDATE and EXDATE lines, as Google has them. */
  recurrence: z.array(z.string()),
  /** Absent if the lines are not exactly one RRULE (with or without EXDATEs) that can be expressed so. */
  rule: recurrenceRule.optional(),
});
export type SeriesDocument = z.infer<typeof seriesDocument>;
