import type { ListedCalendar } from "../ports/calendar-list.port.ts";

/** What is stored of a listed calendar. */
export interface KnownCalendar {
  /** The user's calendar document; undefined when there is none. */
  readonly document: Readonly<Record<string, unknown>> | undefined;
  /** Whether its sync state is active; undefined when there is none. */
  readonly stateActive: boolean | undefined;
}

/** What to do so that a calendar in Google's list is stored, and synced if it is enabled. */
export interface CalendarPlan {
  readonly enabled: boolean;
  readonly document:
    | { readonly kind: "create"; readonly fields: Readonly<Record<string, unknown>> }
    /** Fields that differ; undefined removes one. */
    | { readonly kind: "patch"; readonly fields: Readonly<Record<string, unknown>> };
  /** `create`: never synced. `activate`: goes on where it was. `none`: nothing to do, or not enabled. */
  readonly state: "create" | "activate" | "none";
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
      state: enabled ? stateStep(known.stateActive) : "none",
    };
  }
  const current = known.document;
  const differing = Object.entries(fields).filter(([name, value]) => current[name] !== value);
  const enabled = current["enabled"] === true;
  return {
    enabled,
    document: { kind: "patch", fields: Object.fromEntries(differing) },
    state: enabled ? stateStep(known.stateActive) : "none",
  };
}

function stateStep(active: boolean | undefined): CalendarPlan["state"] {
  if (active === undefined) return "create";
  return active ? "none" : "activate";
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
