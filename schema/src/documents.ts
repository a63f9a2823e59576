import * as z from "zod";
import { timestamp } from "./timestamp.ts";

/*
 * The documents that clients read. Optional fields are absent, never null, so that a client can tell "not there"
 * with one check on every platform. Unknown fields are dropped on reading: a page that is older than the functions
 * keeps working.
 */

/** 22 characters of base64url: 128 bits of a SHA-256. */
const shortHash = z.string().regex(/^[A-Za-z0-9_-]{22}$/, "expected 22 characters of base64url");

/** `#rrggbb`, as Google gives colours. */
const hexColor = z.string().regex(/^#[0-9a-fA-F]{6}$/, "expected a colour such as #0b8043");

/** Any text, of which some values are known: a document is never dropped for a word that a client does not know. */
function openString<Known extends string>(): z.ZodType<Known | OtherText, Known | OtherText> {
  return z.custom<Known | OtherText>(value => typeof value === "string" && value !== "", {
    error: "expected a text",
  });
}
/** Any other text; editors still offer the known ones. */
type OtherText = string & Record<never, never>;

/** `active`: synced. `reauth_required`: the user must consent again. `disconnecting`: being deleted. */
export const knownAccountStatuses = ["active", "reauth_required", "disconnecting"] as const;
/** Open for what later versions may add: show an unknown status as nothing in particular. */
export const accountStatus = openString<(typeof knownAccountStatuses)[number]>();
export type AccountStatus = z.infer<typeof accountStatus>;

/** `users/{uid}/accounts/{accountId}`: one connected Google account. */
export const accountDocument = z.object({
  email: z.string(),
  name: z.string().optional(),
  status: accountStatus,
  statusSince: timestamp,
  /** A sentence for people. */
  statusReason: z.string().optional(),
  connectedAt: timestamp,
});
export type AccountDocument = z.infer<typeof accountDocument>;

/**
 * `importing`: the first full sync runs. `live`: push notifications arrive. `polling`: Google offers no push for
 * this calendar, the schedule reads it. `unavailable`: the user lost access. `error`: failing for longer than a while.
 */
export const knownSyncPhases = ["importing", "live", "polling", "unavailable", "error"] as const;
/** Open for what later versions may add: treat an unknown phase as `live`. */
export const syncPhase = openString<(typeof knownSyncPhases)[number]>();
export type SyncPhase = z.infer<typeof syncPhase>;

/** How the sync of one calendar is doing. */
export const calendarSync = z.object({
  phase: syncPhase,
  /** Occurrences written so far; only while `importing`. */
  importedCount: z.int().nonnegative().optional(),
  /** A sentence for people. */
  message: z.string().optional(),
  /** Events and series that Google sent and that could not be read, at least in part; absent when there are none. */
  unreadable: z.int().positive().optional(),
});
export type CalendarSync = z.infer<typeof calendarSync>;

/** Google's roles that we know, weakest first. There may be others: a role is any text. */
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

/** Google's own word for what a user may do in a calendar. */
export function googleRole(calendar: Pick<CalendarDocument, "accessRole" | "googleAccessRole">): AccessRole {
  return calendar.googleAccessRole ?? calendar.accessRole;
}

/** Whether a role lets its user change events. False for one that we do not know. */
export function canWrite(role: AccessRole): boolean {
  return ["writerWithoutPrivateAccess", "writer", "owner"].includes(role);
}

/** Whether a role shows more than busy times. False for one that we do not know. */
export function seesDetails(role: AccessRole): boolean {
  return role === "reader" || canWrite(role);
}

/** Whether a role shows what is in private events. False for one that we do not know. */
export function seesPrivateDetails(role: AccessRole): boolean {
  return role === "writer" || role === "owner";
}

/** Whether a role lets its user share the calendar with others. False for one that we do not know. */
export function canShare(role: AccessRole): boolean {
  return role === "owner";
}

/** `users/{uid}/calendars/{calendarKey}`: one calendar of a connected account. */
export const calendarDocument = z.object({
  /** Google's id, which often is an e-mail address. */
  calendarId: z.string(),
  accountId: shortHash,
  summary: z.string(),
  description: z.string().optional(),
  backgroundColor: hexColor.optional(),
  foregroundColor: hexColor.optional(),
  colorId: z.string().optional(),
  /** IANA name. */
  timeZone: z.string(),
  /** `freeBusyReader`, `reader`, `writer` or `owner`, whatever roles Google may have besides. */
  accessRole,
  /** Google's own word, where it is another one (`googleRole`). */
  googleAccessRole: z.string().optional(),
  primary: z.boolean(),
  /** Whether Google's own page shows it. */
  selected: z.boolean().optional(),
  /** Whether we sync it. */
  enabled: z.boolean(),
  sync: calendarSync,
  /** End of the last sync that reached Google's current state. */
  lastSyncedAt: timestamp.optional().catch(undefined),
  /** End of the last sync that changed an event. */
  lastChangedAt: timestamp.optional().catch(undefined),
});
export type CalendarDocument = z.infer<typeof calendarDocument>;

/** A calendar date without a time, `2026-11-23`. */
const dateOnly = z.iso.date();

/** RFC 3339 with an offset, `2026-11-23T09:00:00+01:00`. */
const dateTimeWithOffset = z.iso.datetime({ offset: true });

/** A start or an end as Google gives it: a date (all day) or a moment with, perhaps, the zone it was entered in. */
export const eventTime = z.union([
  z.object({ dateTime: dateTimeWithOffset, timeZone: z.string().optional() }),
  z.object({ date: dateOnly }),
]);
export type EventTime = z.infer<typeof eventTime>;

/** Google's attendee statuses; open for values that Google may add. */
export const attendee = z.object({
  email: z.string().optional(),
  displayName: z.string().optional(),
  /** `needsAction`, `declined`, `tentative` or `accepted`. */
  responseStatus: z.string().optional(),
  optional: z.boolean().optional(),
  organizer: z.boolean().optional(),
  /** This attendee is the owner of the account. */
  self: z.boolean().optional(),
  /** A room or a device. */
  resource: z.boolean().optional(),
  comment: z.string().optional(),
  additionalGuests: z.int().optional(),
});
export type Attendee = z.infer<typeof attendee>;

/** Who organises an event. */
export const organizer = z.object({
  email: z.string().optional(),
  displayName: z.string().optional(),
  self: z.boolean().optional(),
});
export type Organizer = z.infer<typeof organizer>;

/** `users/{uid}/events/{calendarKey}_{eventId}`: one occurrence, as a person sees it in a calendar. */
export const eventDocument = z.object({
  calendarKey: shortHash,
  /** Google's id; an instance of a series has the id that Google would give it. */
  eventId: z.string(),
  /** For queries. An all-day event begins at midnight in the calendar's own time zone. */
  startAt: timestamp,
  /** Exclusive, like Google's `end`. */
  endAt: timestamp,
  start: eventTime,
  end: eventTime,
  allDay: z.boolean(),
  /** `confirmed` or `tentative`; open for what Google may add. */
  status: openString<"confirmed" | "tentative">(),
  summary: z.string().optional(),
  /** May hold HTML: show it as text, or clean it first. */
  description: z.string().optional(),
  location: z.string().optional(),
  attendees: z.array(attendee).optional(),
  organizer: organizer.optional(),
  /** Address of the video meeting. */
  conferenceLink: z.string().optional(),
  /** The series this is an occurrence of. */
  recurringEventId: z.string().optional(),
  /** Where the series had put this occurrence. */
  originalStart: eventTime.optional(),
  /** `default`, `outOfOffice`, `focusTime`, `workingLocation`, `fromGmail`, `birthday`; Google may add others. */
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
