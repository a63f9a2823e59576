import type { SeedCalendar } from "../../stack/client/google-control.ts";
import { ownPlans, teamPlans, type Plan } from "./demo-plans.ts";

const timeZone = "Europe/Berlin";
const holidayCalendarId = "en.german#holiday@group.v.calendar.google.com";
/** Of Google's palette for calendars (`colors.get`). */
const colorIds = { blue: "16", green: "8", yellow: "12" } as const;

/** The demo person's calendars at Google, with a few weeks around `today` (any moment of that day). */
export function demoCalendars(email: string, today: Date): SeedCalendar[] {
  const events = (prefix: string, plans: readonly Plan[]): object[] =>
    plans.map((plan, index) => toEvent(`${prefix}${String(index).padStart(3, "0")}`, plan, { today, email }));
  const year = today.getUTCFullYear();
  const holidays = [year, year + 1].flatMap(each => [
    holiday(`new0year${each}`, "New Year's Day", `${each}-01-01`),
    holiday(`labour0day${each}`, "Labour Day", `${each}-05-01`),
    holiday(`unity0day${each}`, "Day of German Unity", `${each}-10-03`),
    holiday(`christmas0day${each}`, "Christmas Day", `${each}-12-25`),
  ]);
  return [
    {
      id: email,
      summary: "Demo User",
      timeZone,
      primary: true,
      accessRole: "owner",
      colorId: colorIds.blue,
      events: events("mine", ownPlans),
    },
    {
      id: "team@group.calendar.google.com",
      summary: "Team",
      timeZone,
      accessRole: "owner",
      colorId: colorIds.green,
      events: events("team", teamPlans),
    },
    // Like Google's holiday calendars, it can be read but not watched.
    {
      id: holidayCalendarId,
      summary: "Holidays in Germany",
      timeZone,
      accessRole: "reader",
      watchable: false,
      colorId: colorIds.yellow,
      events: holidays,
    },
  ];
}

/** Google's rule for ids that a client chooses: a-v and 0-9 (events.insert). */
function holiday(name: string, summary: string, date: string): object {
  const id = name.replace(/[^a-v0-9]/g, "0");
  return { id, summary, start: { date }, end: { date: addDays(date, 1) }, transparency: "transparent" };
}

function toEvent(id: string, plan: Plan, { today, email }: { today: Date; email: string }): object {
  const date = dateOf(plan, dateInZone(today));
  const times =
    plan.from === undefined || plan.to === undefined
      ? { start: { date }, end: { date: addDays(date, plan.days ?? 1) } }
      : { start: wallClock(date, plan.from), end: wallClock(date, plan.to) };
  return {
    id,
    summary: plan.summary,
    ...times,
    ...(plan.repeats === undefined ? {} : { recurrence: [`RRULE:${plan.repeats}`] }),
    ...(plan.location === undefined ? {} : { location: plan.location }),
    ...(plan.description === undefined ? {} : { description: plan.description }),
    ...guests(plan, email),
    ...plan.fields,
  };
}

function guests({ with: names = [], answer }: Plan, email: string): object {
  const [host] = names;
  if (host === undefined) return {};
  const others = names.map(name => ({ email: `${name}@example.com`, responseStatus: "accepted" }));
  if (answer === undefined) return { attendees: others };
  const self = { email, responseStatus: answer };
  return { organizer: { email: `${host}@example.com` }, attendees: [...others, self] };
}

function dateOf({ day = 0, week = 0, weekday }: Plan, today: string): string {
  if (weekday === undefined) return addDays(today, day);
  const daysSinceMonday = (new Date(`${today}T12:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(today, 7 * week + weekday - 1 - daysSinceMonday);
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}

function dateInZone(moment: Date): string {
  // Swedish dates are written as in ISO 8601.
  return moment.toLocaleDateString("sv-SE", { timeZone });
}

/** A local time with its offset, in Google's form. No plan is in an hour that a change of clocks skips or repeats. */
function wallClock(date: string, time: string): { dateTime: string; timeZone: string } {
  const noon = new Date(`${date}T12:00:00Z`);
  const name = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })
    .formatToParts(noon)
    .find(part => part.type === "timeZoneName")?.value;
  return { dateTime: `${date}T${time}:00${name?.slice("GMT".length) ?? "Z"}`, timeZone };
}
