import type { SeedCalendar } from "../../stack/client/google-control.ts";

/** An event of the demo user. Times are local times in Berlin. */
type Plan = {
  readonly summary: string;
  /** In days from today; with `weekday`, weeks are counted instead, so that work is never on a weekend. */
  readonly day?: number;
  /** In weeks from this week. */
  readonly week?: number;
  /** 1 is Monday. */
  readonly weekday?: number;
  /** An RRULE, if the plan is a series. */
  readonly repeats?: string;
  readonly from?: string;
  readonly to?: string;
  /** The number of days of an all-day event. */
  readonly days?: number;
  readonly location?: string;
  readonly description?: string;
  readonly with?: readonly string[];
};

const timeZone = "Europe/Berlin";
const holidayCalendarId = "en.german#holiday@group.v.calendar.google.com";
/** Of Google's palette for calendars (`colors.get`). */
const colorIds = { blue: "16", green: "8", yellow: "12" } as const;

const own: readonly Plan[] = [
  { summary: "Dentist", day: -6, from: "08:15", to: "09:00", location: "Kantstraße 12" },
  { summary: "Lunch with Mira", day: -4, from: "12:30", to: "13:30", location: "Café am Ufer" },
  {
    summary: "Running",
    week: -3,
    weekday: 2,
    from: "18:30",
    to: "19:30",
    repeats: "FREQ=WEEKLY;BYDAY=TU,SU",
  },
  { summary: "Call the landlord", day: -1, from: "10:00", to: "10:15" },
  { summary: "Focus: quarterly report", day: 0, from: "09:30", to: "11:30" },
  { summary: "Lunch with Jonas", day: 0, from: "12:30", to: "13:15", location: "Markthalle" },
  { summary: "Pick up the bike", day: 0, from: "17:45", to: "18:15", location: "Radwerk" },
  { summary: "Parents visiting", day: 3, days: 3 },
  { summary: "Dinner with the parents", day: 4, from: "19:00", to: "21:30", location: "Osteria Lorenzo" },
  { summary: "Concert", day: 6, from: "20:00", to: "22:30", location: "Philharmonie, block C" },
  { summary: "Haircut", day: 8, from: "16:00", to: "16:45" },
  { summary: "Train to Hamburg", day: 10, from: "07:36", to: "09:24", description: "Coach 23, seat 45" },
  { summary: "Weekend in Hamburg", day: 10, days: 3 },
];

const team: readonly Plan[] = [
  {
    summary: "Stand-up",
    week: -3,
    weekday: 1,
    from: "09:15",
    to: "09:30",
    repeats: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
  },
  {
    summary: "One-on-one with Aylin",
    week: -3,
    weekday: 3,
    from: "10:00",
    to: "10:30",
    repeats: "FREQ=WEEKLY;INTERVAL=2",
    with: ["aylin"],
  },
  {
    summary: "Retrospective",
    week: -2,
    weekday: 5,
    from: "15:00",
    to: "16:00",
    repeats: "FREQ=WEEKLY;INTERVAL=2",
    location: "Room Spree",
    with: ["mira", "jonas", "aylin"],
  },
  {
    summary: "Design review",
    week: -1,
    weekday: 4,
    from: "14:00",
    to: "15:30",
    location: "Room Elbe",
    with: ["mira", "jonas"],
  },
  {
    summary: "Planning",
    week: 0,
    weekday: 1,
    from: "14:00",
    to: "15:30",
    location: "Room Spree",
    with: ["mira", "jonas", "aylin"],
  },
  {
    summary: "Interview: backend engineer",
    week: 0,
    weekday: 2,
    from: "11:00",
    to: "12:00",
    with: ["aylin"],
  },
  { summary: "Release 2.4", week: 0, weekday: 4 },
  {
    summary: "Customer call: Nordwind",
    week: 0,
    weekday: 5,
    from: "13:00",
    to: "13:45",
    description: "Questions about the export",
  },
  { summary: "Off-site", week: 1, weekday: 3, days: 2, location: "Potsdam" },
  { summary: "Demo for everyone", week: 1, weekday: 5, from: "16:00", to: "17:00", location: "Kitchen" },
];

/** The demo person's calendars at Google, with a few weeks around `today` (any moment of that day). */
export function demoCalendars(email: string, today: Date): SeedCalendar[] {
  const events = (prefix: string, plans: readonly Plan[]): object[] =>
    plans.map((plan, index) => toEvent(`${prefix}${String(index).padStart(3, "0")}`, plan, today));
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
      events: events("mine", own),
    },
    {
      id: "team@group.calendar.google.com",
      summary: "Team",
      timeZone,
      accessRole: "owner",
      colorId: colorIds.green,
      events: events("team", team),
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

function toEvent(id: string, plan: Plan, today: Date): object {
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
    ...(plan.with === undefined
      ? {}
      : { attendees: plan.with.map(name => ({ email: `${name}@example.com`, responseStatus: "accepted" })) }),
  };
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
