import type { ListedCalendar } from "../ports/calendar-list.port.ts";

/** What is stored of a listed calendar. */
export interface KnownCalendar {
  /** The user's calendar document; undefined when there is none. */
  readonly document: Readonly<Record<string, unknown>> | undefined;
  /** Its sync state; undefined when there is none. */
  readonly state: { readonly active: boolean; readonly inactiveReason?: string | undefined } | undefined;
}

/** What to do so that a calendar in Google's list is stored, and synced if it is enabled. */
export interface CalendarPlan {
  readonly enabled: boolean;
  readonly document:
    | { readonly kind: "create"; readonly fields: Readonly<Record<string, unknown>> }
    /** Fields that differ; undefined removes one. */
    | { readonly kind: "patch"; readonly fields: Readonly<Record<string, unknown>> };
  /**
   * `create`: never synced. `activate`: goes on where it was. `restart`: from the beginning, as its events were or are
   * being deleted. `disable`: it was removed at Google, is back, and is switched off here. `none`: nothing to do.
   */
  readonly state: "create" | "activate" | "restart" | "disable" | "none";
}

/**
 * New calendars start enabled when they are the primary one or ticked on Google's own page; known ones keep what the
 * user chose here. The sync's own fields (`sync`, `lastSyncedAt`, …) of a known calendar are left alone.
 */
export function planCalendar(accountId: string, listed: ListedCalendar, known: KnownCalendar): CalendarPlan {
  const fields = listFields(listed);
  if (known.document === undefined) {
    const enabled = listed.primary || listed.selected;
    return {
      enabled,
      document: {
        kind: "create",
        fields: { ...withoutUndefined(fields), accountId, enabled, sync: { phase: "importing" } },
      },
      state: stateStep(enabled, known.state),
    };
  }
  const current = known.document;
  const differing = Object.entries(fields).filter(([name, value]) => current[name] !== value);
  const enabled = current["enabled"] === true;
  return {
    enabled,
    document: { kind: "patch", fields: Object.fromEntries(differing) },
    state: stateStep(enabled, known.state),
  };
}

function stateStep(enabled: boolean, state: KnownCalendar["state"]): CalendarPlan["state"] {
  if (!enabled) return state?.inactiveReason === "removed" ? "disable" : "none";
  if (state === undefined) return "create";
  if (state.active) return "none";
  return state.inactiveReason === "removed" || state.inactiveReason === "disabled" ? "restart" : "activate";
}

/** The fields of a calendar document that follow Google's list. */
function listFields(listed: ListedCalendar): Record<string, unknown> {
  return {
    calendarId: listed.calendarId,
    summary: listed.summary,
    description: listed.description,
    backgroundColor: listed.backgroundColor,
    foregroundColor: listed.foregroundColor,
    colorId: listed.colorId,
    timeZone: listed.timeZone,
    accessRole: listed.accessRole,
    primary: listed.primary,
    selected: listed.selected,
  };
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
