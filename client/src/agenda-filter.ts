import { isDeclined } from "./busy.ts";
import type { EventDocument } from "./documents.ts";

/** Which events are shown. Each part that is absent lets all events through. */
export interface AgendaFilter {
  /** The keys of the calendars whose events are shown. */
  readonly calendars?: readonly string[] | ReadonlySet<string> | undefined;
  /**
   * Values of `eventType`: if `include` is given, these and no others, and never those in `exclude`. A type that is
   * neither named here nor known to this version counts as `default`.
   */
  readonly types?: EventTypes | undefined;
  /** `hide` leaves out the events that the user has declined. */
  readonly declined?: "show" | "hide" | undefined;
  /** A condition of the app. It must give the same answer for the same event until the filter is set again. */
  readonly where?: ((event: EventDocument) => boolean) | undefined;
}

export interface EventTypes {
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

/** The values of `eventType` that this version knows (Calendar API v3 reference, "Events"). */
const knownEventTypes = ["default", "outOfOffice", "focusTime", "workingLocation", "fromGmail", "birthday"];

/** Whether a filter shows an event. The filter is read once, so that later changes of its lists have no effect. */
export function agendaFilter(filter: AgendaFilter = {}): (event: EventDocument) => boolean {
  const calendars = filter.calendars && new Set(filter.calendars);
  const isShownType = typeFilter(filter.types ?? {});
  const { declined, where } = filter;
  return event => {
    if (calendars && !calendars.has(event.calendarKey)) return false;
    if (declined === "hide" && isDeclined(event)) return false;
    return isShownType(event.eventType) && (where?.(event) ?? true);
  };
}

function typeFilter({ include, exclude = [] }: EventTypes): (eventType: string) => boolean {
  const named = new Set([...knownEventTypes, ...(include ?? []), ...exclude]);
  return eventType => {
    const type = named.has(eventType) ? eventType : "default";
    return (include?.includes(type) ?? true) && !exclude.includes(type);
  };
}
