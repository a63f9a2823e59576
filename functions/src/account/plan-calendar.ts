import { seesOnlyBusy } from "../model/access-role.ts";
import { isEnabled, type SyncState } from "../model/sync-state.ts";
import type { ListedCalendar } from "../ports/calendars.port.ts";

/** The fields of a calendar document that come from Google's list. */
export type ListedFields = Readonly<Record<string, string | boolean>>;

/** The fields of a calendar's sync state that a listing is compared with. */
export type KnownCalendar = Pick<SyncState, "active" | "inactiveReason" | "enabled" | "listed">;

/** The changes that store a calendar of Google's list, and that sync it if it is enabled. */
export interface CalendarPlan {
  readonly enabled: boolean;
  /** The fields of the current list. Fields that could not be read keep their stored values. */
  readonly listed: ListedFields;
  /** `new`: write the calendar document as a whole. `patch`: only the fields that differ; undefined removes a field. */
  readonly document:
    | { readonly kind: "new"; readonly fields: Readonly<Record<string, unknown>> }
    | { readonly kind: "patch"; readonly fields: Readonly<Record<string, unknown>> };
  /**
   * `create`: the calendar is new. `activate`: continue from its sync token. `restart`: sync from the beginning,
   * because its events were or are being deleted. `disable`: the calendar was removed at Google, is listed again, and
   * is disabled here. `none`: nothing to do.
   */
  readonly state: "create" | "activate" | "restart" | "disable" | "none";
}

/**
 * Plans how to store one listed calendar. A new calendar is enabled if it is the primary calendar or selected in
 * Google Calendar, unless only its busy times are shared: most such calendars belong to colleagues, and Google may not
 * list their events at all. An existing calendar keeps the user's choice. The sync's own fields (`sync`,
 * `lastSyncedAt`, …) of an existing calendar do not change.
 */
export function planCalendar(
  accountId: string,
  calendar: ListedCalendar,
  known: KnownCalendar | undefined,
): CalendarPlan {
  const listed = listedFields(calendar, known?.listed ?? undefined);
  const { calendarId } = calendar;
  if (known === undefined) {
    const sharesDetails = seesOnlyBusy(calendar.accessRole) !== true;
    const enabled = calendar.primary || (calendar.selected && sharesDetails);
    const fields = { ...listed, calendarId, accountId, enabled, sync: { phase: "importing" } };
    return { enabled, listed, document: { kind: "new", fields }, state: "create" };
  }
  const enabled = isEnabled(known);
  // If the state does not record the written fields, all fields are written, and fields that the list does not contain
  // are removed.
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
 * Google's roles, mapped to the roles of the documented schema, because deployed clients accept only those. An unknown
 * role is stored as `reader`, the lowest role with event details.
 */
const documentRoles: Readonly<Record<string, string>> = {
  freeBusyReader: "freeBusyReader",
  reader: "reader",
  writer: "writer",
  // May write, but sees private events only as busy times (allenporter/gcal_sync#703).
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
