import { notFound, requiredAccessLevel } from "./errors.ts";
import type { Call } from "./method.ts";
import { roleIncludes } from "../model/world.ts";
import type { AccessRole, Calendar, KnownRole } from "../model/world.ts";

/** A calendar together with what the caller may do there. */
export interface CalendarAccess {
  calendar: Calendar;
  role: AccessRole;
}

/**
 * The calendar that the call names, for someone with at least `needed`. A calendar that the user cannot see is 404,
 * a role too low is 403 `requiredAccessLevel`.
 */
export function accessCalendar(
  call: Pick<Call, "world" | "user">,
  id: string | undefined,
  needed: KnownRole,
): CalendarAccess {
  const calendar = call.world.calendarFor(call.user, id ?? "primary");
  if (calendar === undefined) throw notFound();
  const role = call.world.roleOf(call.user, calendar);
  if (role === "none") throw notFound();
  if (!roleIncludes(role, needed)) throw requiredAccessLevel(needed);
  return { calendar, role };
}

/** The calendar of a call that lists events: for readers and, where that is the habit, for free/busy readers. */
export function accessEvents(
  call: Pick<Call, "world" | "user" | "services">,
  id: string | undefined,
): CalendarAccess {
  const hidden = call.services.habits.freeBusyReaderEvents === "forbidden";
  return accessCalendar(call, id, hidden ? "reader" : "freeBusyReader");
}
