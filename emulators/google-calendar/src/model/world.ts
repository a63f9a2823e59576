import { createHash } from "node:crypto";
import { nextColorId } from "./calendar-color.ts";
import { EventStore } from "./event-store.ts";

/** Google's access roles, from weakest to strongest. */
export const ACCESS_ROLES = [
  "none",
  "freeBusyReader",
  "reader",
  "writerWithoutPrivateAccess",
  "writer",
  "owner",
] as const;
/** A role that the emulator compares with. */
export type KnownRole = (typeof ACCESS_ROLES)[number];
/** A user's role on a calendar. Google may add roles: an unknown role has the rights of `reader`. */
export type AccessRole = string;

function rankOf(role: AccessRole): number {
  const rank = ACCESS_ROLES.findIndex(known => known === role);
  return rank < 0 ? ACCESS_ROLES.indexOf("reader") : rank;
}

/** Whether `role` includes all rights of `needed`. */
export function roleIncludes(role: AccessRole, needed: AccessRole): boolean {
  return rankOf(role) >= rankOf(needed);
}

/** One rule of a calendar's access control list. A removed rule is kept with the role `none`. */
export interface AclRule {
  id: string;
  scope: { type: string; value?: string };
  role: AccessRole;
  etag: string;
  seq: number;
}

/** A default reminder or a reminder of an event. */
export interface Reminder {
  method: string;
  minutes: number;
}

/** A calendar with its events and its access rules. */
export interface Calendar {
  readonly id: string;
  summary: string;
  description?: string;
  location?: string;
  timeZone: string;
  /** False for calendars on which Google refuses push channels (holidays, birthdays). */
  watchable: boolean;
  /** The email of the data owner of a secondary calendar. */
  dataOwner?: string;
  etag: string;
  conferenceProperties: { allowedConferenceSolutionTypes: string[] };
  autoAcceptInvitations?: boolean;
  labelProperties?: Record<string, unknown>;
  readonly events: EventStore;
  readonly acl: Map<string, AclRule>;
  aclSeq: number;
  /** Increases when all sync tokens of this calendar end. */
  generation: number;
  /** The highest version time so far, in ms. Every change gets a higher one, so every version has its own etag. */
  lastVersionMs: number;
  /** When the calendar or one of its events last changed. */
  updatedMs: number;
}

/** A calendar list entry that answers contain exactly as given. */
export interface RawEntry {
  readonly given: unknown;
  /** The given JSON, plus an etag if it has none. */
  readonly json: string;
}

/** A calendar in one user's calendar list. A removed entry is kept with `deleted`. */
export interface ListEntry {
  readonly calendarId: string;
  primary: boolean;
  summaryOverride?: string;
  colorId: string;
  backgroundColor?: string;
  foregroundColor?: string;
  hidden: boolean;
  selected: boolean;
  defaultReminders: Reminder[];
  notifications: { type: string; method: string }[];
  deleted: boolean;
  raw?: RawEntry | undefined;
  etag: string;
  seq: number;
}

/** A Google account. */
export interface User {
  readonly email: string;
  name: string;
  /** A stable 21-digit id, derived from the email. */
  readonly sub: string;
  readonly list: Map<string, ListEntry>;
  listSeq: number;
  /** Increases when all sync tokens of the calendar list and the settings end. */
  generation: number;
  readonly settings: Map<string, { value: string; seq: number }>;
  settingsSeq: number;
}

/** A 21-digit id that depends only on the email, like Google's `sub`. */
function subjectOf(email: string): string {
  const digest = createHash("sha256").update(`sub:${email}`).digest();
  return `1${(digest.readBigUInt64BE(0) % 10n ** 20n).toString().padStart(20, "0")}`;
}

/** The opaque id of a watched resource. All channels on a resource have the same id [O]. */
export function resourceIdOf(resource: string): string {
  return createHash("sha256").update(`resource:${resource}`).digest("base64url").slice(0, 27);
}

/** All users and calendars. Independent of HTTP. */
export class World {
  readonly users = new Map<string, User>();
  readonly calendars = new Map<string, Calendar>();
  /** Increases when all sync tokens end. */
  generation = 0;

  user(email: string): User | undefined {
    return this.users.get(email.toLowerCase());
  }

  addUser(email: string, name: string): User {
    const user: User = {
      email: email.toLowerCase(),
      name,
      sub: subjectOf(email.toLowerCase()),
      list: new Map(),
      listSeq: 0,
      generation: 0,
      settings: new Map(),
      settingsSeq: 0,
    };
    this.users.set(user.email, user);
    return user;
  }

  /** The calendar with an id. `primary` means the user's primary calendar. */
  calendarFor(user: User, id: string): Calendar | undefined {
    if (id !== "primary") return this.calendars.get(id) ?? this.calendars.get(id.toLowerCase());
    return this.primaryOf(user);
  }

  primaryOf(user: User): Calendar | undefined {
    for (const entry of user.list.values()) {
      if (entry.primary && !entry.deleted) return this.calendars.get(entry.calendarId);
    }
    return undefined;
  }

  /** The strongest role that the access rules grant to a user. */
  roleOf(user: User, calendar: Calendar): AccessRole {
    let role: AccessRole = "none";
    const domain = user.email.slice(user.email.indexOf("@") + 1);
    for (const rule of calendar.acl.values()) {
      const { type, value } = rule.scope;
      const applies =
        type === "default" ||
        ((type === "user" || type === "group") && value?.toLowerCase() === user.email) ||
        (type === "domain" && value?.toLowerCase() === domain);
      if (applies && roleIncludes(rule.role, role)) role = rule.role;
    }
    return role;
  }

  clear(): void {
    this.users.clear();
    this.calendars.clear();
    this.generation += 1;
  }
}

/** A new calendar without events. */
export function newCalendar(id: string, summary: string, timeZone: string, nowMs: number): Calendar {
  return {
    id,
    summary,
    timeZone,
    watchable: !/[#@](?:holiday|contacts)\b|addressbook#|#weather@/.test(id),
    etag: etagOf(nowMs),
    conferenceProperties: { allowedConferenceSolutionTypes: ["hangoutsMeet"] },
    events: new EventStore(),
    acl: new Map(),
    aclSeq: 0,
    generation: 0,
    lastVersionMs: 0,
    updatedMs: nowMs,
  };
}

/**
 * The next version time of a calendar, in ms: now, or 1 ms after the previous version time, so that etags are unique.
 */
export function nextVersionMs(calendar: Calendar, nowMs: number): number {
  calendar.lastVersionMs = Math.max(nowMs, calendar.lastVersionMs + 1);
  calendar.updatedMs = calendar.lastVersionMs;
  return calendar.lastVersionMs;
}

/** Google's etag of a version: twice its ms, times 1,000, in quotes [O]. */
export function etagOf(versionMs: number): string {
  return `"${Math.round(versionMs) * 2}000"`;
}

/** Adds or replaces an access rule. Every change of the rules ends the calendar's sync tokens [O]. */
export function putAclRule(
  calendar: Calendar,
  scope: { type: string; value?: string },
  role: AccessRole,
  nowMs: number,
): AclRule {
  const id = scope.value === undefined ? scope.type : `${scope.type}:${scope.value}`;
  calendar.aclSeq += 1;
  const rule: AclRule = {
    id,
    scope,
    role,
    etag: etagOf(nextVersionMs(calendar, nowMs)),
    seq: calendar.aclSeq,
  };
  calendar.acl.delete(id);
  calendar.acl.set(id, rule);
  calendar.generation += 1;
  return rule;
}

/** Adds a calendar to a user's list, or changes its entry. */
export function putListEntry(
  user: User,
  calendarId: string,
  changes: Partial<Omit<ListEntry, "calendarId" | "etag" | "seq">>,
  versionMs: number,
): ListEntry {
  user.listSeq += 1;
  const before = user.list.get(calendarId);
  const entry: ListEntry = {
    ...(before ?? {
      calendarId,
      primary: false,
      colorId: nextColorId(colorsOf(user)),
      hidden: false,
      selected: true,
      defaultReminders: [],
      notifications: [],
      deleted: false,
    }),
    ...changes,
    calendarId,
    etag: etagOf(Math.max(versionMs, etagMs(before?.etag) + 1)),
    seq: user.listSeq,
  };
  user.list.set(calendarId, entry);
  return entry;
}

/** The colours of the calendars in a user's list. */
function colorsOf(user: User): string[] {
  return [...user.list.values()].filter(entry => !entry.deleted).map(entry => entry.colorId);
}

function etagMs(etag: string | undefined): number {
  return etag === undefined ? 0 : Number(etag.replaceAll('"', "")) / 2000;
}
