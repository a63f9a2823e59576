import * as z from "zod";
import { timestamp } from "./timestamp.ts";

/*
 * The documents that clients read. Optional fields are absent, never null, so that one check is enough on every
 * platform. Parsing removes unknown fields, so that a page that is older than the functions keeps working.
 */

/** 22 characters of base64url: 128 bits of a SHA-256. */
const shortHash = z.string().regex(/^[A-Za-z0-9_-]{22}$/, "expected 22 characters of base64url");

/** `#rrggbb`, Google's format of colours. */
const hexColor = z.string().regex(/^#[0-9a-fA-F]{6}$/, "expected a colour such as #0b8043");

/** Any text. `Known` lists the values that this version supports; a document with another value is still valid. */
function openString<Known extends string>(): z.ZodType<Known | OtherText, Known | OtherText> {
  return z.custom<Known | OtherText>(value => typeof value === "string" && value !== "", {
    error: "expected a text",
  });
}
/** Any other text. With this type, editors still suggest the known values. */
type OtherText = string & Record<never, never>;

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
});
export type AccountDocument = z.infer<typeof accountDocument>;

/**
 * `importing`: the first full sync is running. `live`: push notifications arrive. `polling`: Google offers no push
 * for this calendar, so it is read on a schedule. `unavailable`: the user has lost access. `error`: the sync has been
 * failing for some time.
 */
export const knownSyncPhases = ["importing", "live", "polling", "unavailable", "error"] as const;
/** Later versions may add values. Clients should treat an unknown phase as `live`. */
export const syncPhase = openString<(typeof knownSyncPhases)[number]>();
export type SyncPhase = z.infer<typeof syncPhase>;

/** The state of one calendar's sync. */
export const calendarSync = z.object({
  phase: syncPhase,
  /** The number of occurrences written so far. Only while `importing`. */
  importedCount: z.int().nonnegative().optional(),
  /** A sentence that the user can read. */
  message: z.string().optional(),
  /** The number of Google's events and series that could not be read completely. Absent if there are none. */
  unreadable: z.int().positive().optional(),
});
export type CalendarSync = z.infer<typeof calendarSync>;

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

/** A guest of an event. `responseStatus` is any text, because Google may add values. */
export const attendee = z.object({
  email: z.string().optional(),
  displayName: z.string().optional(),
  /** `needsAction`, `declined`, `tentative` or `accepted`. */
  responseStatus: z.string().optional(),
  optional: z.boolean().optional(),
  organizer: z.boolean().optional(),
  /** True if this attendee is the owner of the account. */
  self: z.boolean().optional(),
  /** True if this attendee is a room or a device. */
  resource: z.boolean().optional(),
  comment: z.string().optional(),
  additionalGuests: z.int().optional(),
});
export type Attendee = z.infer<typeof attendee>;

/** The organiser of an event. */
export const organizer = z.object({
  email: z.string().optional(),
  displayName: z.string().optional(),
  self: z.boolean().optional(),
});
export type Organizer = z.infer<typeof organizer>;

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
  organizer: organizer.optional(),
  /** The address of the video meeting. */
  conferenceLink: z.string().optional(),
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
  colorId: z.string().optional(),
  htmlLink: z.string().optional(),
  etag: z.string(),
  /** Google's `updated`. */
  updatedAt: timestamp,
});
export type EventDocument = z.infer<typeof eventDocument>;
