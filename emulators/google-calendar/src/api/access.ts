import { notFound, requiredAccessLevel } from "./errors.ts";
import type { Call } from "./method.ts";
import { roleIncludes } from "../model/world.ts";
import type { AccessRole, Calendar, KnownRole } from "../model/world.ts";

/** A calendar and the caller's role on it. */
export interface CalendarAccess {
  calendar: Calendar;
  role: AccessRole;
}

/**
 * The calendar that a call names, if the caller's role includes `needed`. Throws 404 if the user cannot see the
 * calendar, and 403 `requiredAccessLevel` if the role is too low.
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

/**
 * The calendar of a call that lists events. Requires the role `reader`, or `freeBusyReader` if the habit
 * `freeBusyReaderEvents` allows it.
 */
export function accessEvents(
  call: Pick<Call, "world" | "user" | "services">,
  id: string | undefined,
): CalendarAccess {
  const hidden = call.services.habits.freeBusyReaderEvents === "forbidden";
  return accessCalendar(call, id, hidden ? "reader" : "freeBusyReader");
}
