import { isEnabled, type SyncState } from "../model/sync-state.ts";
import type { ListedCalendar } from "../ports/calendars.port.ts";

/** What a calendar document says of Google's list. */
export type ListedFields = Readonly<Record<string, string | boolean>>;

/** The fields of a calendar's sync state that a listing is compared with. */
export type KnownCalendar = Pick<SyncState, "active" | "inactiveReason" | "enabled" | "listed">;

/** What to do so that a calendar in Google's list is stored, and synced if it is enabled. */
export interface CalendarPlan {
  readonly enabled: boolean;
  /** What the list says now; what could not be read of it is as it was. */
  readonly listed: ListedFields;
  /** `new`: the calendar document is written as a whole. `patch`: fields that differ; undefined removes one. */
  readonly document:
    | { readonly kind: "new"; readonly fields: Readonly<Record<string, unknown>> }
    | { readonly kind: "patch"; readonly fields: Readonly<Record<string, unknown>> };
  /**
   * `create`: never seen. `activate`: goes on where it was. `restart`: from the beginning, as its events were or are
   * being deleted. `disable`: it was removed at Google, is back, and is switched off here. `none`: nothing to do.
   */
  readonly state: "create" | "activate" | "restart" | "disable" | "none";
}

/**
 * New calendars start enabled when they are the primary one or ticked on Google's own page; known ones keep what the
 * user chose here. The sync's own fields (`sync`, `lastSyncedAt`, …) of a known calendar are left alone.
 */
export function planCalendar(
  accountId: string,
  calendar: ListedCalendar,
  known: KnownCalendar | undefined,
): CalendarPlan {
  const listed = listedFields(calendar, known?.listed ?? undefined);
  const { calendarId } = calendar;
  if (known === undefined) {
    const enabled = calendar.primary || calendar.selected;
    const fields = { ...listed, calendarId, accountId, enabled, sync: { phase: "importing" } };
    return { enabled, listed, document: { kind: "new", fields }, state: "create" };
  }
  const enabled = isEnabled(known);
  // Without a note of what was written, everything is written, and what the list does not have is removed.
  const before: ListedFields | undefined = known.listed ?? undefined;
  const names = new Set([...Object.keys(before ?? everyField), ...Object.keys(listed)]);
  const differing = [...names].filter(name => before?.[name] !== listed[name] || before === undefined);
  const fields = Object.fromEntries(differing.map(name => [name, listed[name]]));
  return { enabled, listed, document: { kind: "patch", fields }, state: stateStep(enabled, known) };
}

function stateStep(enabled: boolean, { active, inactiveReason }: KnownCalendar): CalendarPlan["state"] {
  if (!enabled) return inactiveReason === "removed" ? "disable" : "none";
  if (active) return "none";
  return inactiveReason === "removed" || inactiveReason === "disabled" ? "restart" : "activate";
}

/**
 * Google's role as a client that is deployed already can read it: its list of roles is closed. A role that we do not
 * know says that the calendar is shared, and no more: the document says the least that shows one.
 */
const documentRoles: Readonly<Record<string, string>> = {
  freeBusyReader: "freeBusyReader",
  reader: "reader",
  writer: "writer",
  // Writes, and sees of private events only when they are (allenporter/gcal_sync#703).
  writerWithoutPrivateAccess: "writer",
  owner: "owner",
};

const everyField = {
  summary: "",
  description: "",
  backgroundColor: "",
  foregroundColor: "",
  colorId: "",
  timeZone: "",
  accessRole: "",
  googleAccessRole: "",
  primary: false,
  selected: false,
};

function listedFields(calendar: ListedCalendar, before: ListedFields | undefined): ListedFields {
  const { accessRole: googleRole, unread = [] } = calendar;
  const accessRole = Object.hasOwn(documentRoles, googleRole) ? documentRoles[googleRole] : "reader";
  const read: Readonly<Record<keyof typeof everyField, string | boolean | undefined>> = {
    summary: calendar.summary,
    description: calendar.description,
    backgroundColor: calendar.backgroundColor,
    foregroundColor: calendar.foregroundColor,
    colorId: calendar.colorId,
    timeZone: calendar.timeZone,
    accessRole,
    googleAccessRole: googleRole === accessRole ? undefined : googleRole,
    primary: calendar.primary,
    selected: calendar.selected,
  };
  const kept = new Set<string>(unread.includes("accessRole") ? [...unread, "googleAccessRole"] : unread);
  const fields = Object.entries(read).map(([name, value]) =>
    before !== undefined && kept.has(name) ? ([name, before[name]] as const) : ([name, value] as const),
  );
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
