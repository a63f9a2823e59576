/** An event of the demo user. Times are local times in Berlin. */
export type Plan = {
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
  /** The demo person's own answer. The first of `with` has invited. */
  readonly answer?: "accepted" | "declined" | "tentative" | "needsAction";
  /** Other fields of Google's events. */
  readonly fields?: object;
};

export const ownPlans: readonly Plan[] = [
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
  {
    summary: "Focus: quarterly report",
    day: 0,
    from: "09:30",
    to: "11:30",
    fields: {
      eventType: "focusTime",
      focusTimeProperties: {
        autoDeclineMode: "declineOnlyNewConflictingInvitations",
        declineMessage: "I am writing the quarterly report.",
        chatStatus: "doNotDisturb",
      },
    },
  },
  { summary: "Lunch with Jonas", day: 0, from: "12:30", to: "13:15", location: "Markthalle" },
  { summary: "Pick up the bike", day: 0, from: "17:45", to: "18:15", location: "Radwerk" },
  { summary: "Parents visiting", day: 3, days: 3 },
  { summary: "Dinner with the parents", day: 4, from: "19:00", to: "21:30", location: "Osteria Lorenzo" },
  {
    summary: "Concert",
    day: 6,
    from: "20:00",
    to: "22:30",
    location: "Philharmonie, block C",
    fields: { colorId: "3" },
  },
  { summary: "Haircut", day: 8, from: "16:00", to: "16:45" },
  { summary: "Train to Hamburg", day: 10, from: "07:36", to: "09:24", description: "Coach 23, seat 45" },
  { summary: "Weekend in Hamburg", day: 10, days: 3 },
  {
    summary: "Vendor demo",
    week: 0,
    weekday: 2,
    from: "16:00",
    to: "17:00",
    with: ["aylin"],
    answer: "declined",
  },
  {
    summary: "Workshop: clear writing",
    week: 0,
    weekday: 4,
    from: "10:00",
    to: "11:30",
    location: "Room Spree",
    with: ["aylin", "jonas"],
    answer: "needsAction",
  },
  {
    summary: "Book club",
    week: 0,
    weekday: 3,
    from: "17:00",
    to: "18:00",
    with: ["noor"],
    answer: "tentative",
  },
  {
    summary: "Home",
    week: -3,
    weekday: 1,
    repeats: "FREQ=WEEKLY;BYDAY=MO,FR",
    fields: workingAt({ type: "homeOffice", homeOffice: {} }),
  },
  {
    summary: "Office",
    week: -3,
    weekday: 2,
    repeats: "FREQ=WEEKLY;BYDAY=TU,WE,TH",
    fields: workingAt({ type: "officeLocation", officeLocation: { label: "Spree office", floorId: "3" } }),
  },
  {
    summary: "Noor's birthday",
    day: 2,
    fields: {
      eventType: "birthday",
      birthdayProperties: { type: "birthday" },
      transparency: "transparent",
      visibility: "private",
    },
  },
];

export const teamPlans: readonly Plan[] = [
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
    fields: {
      attachments: [
        {
          title: "Questions from Nordwind",
          fileUrl: "https://docs.example.com/nordwind",
          mimeType: "application/vnd.google-apps.document",
        },
      ],
      conferenceData: {
        conferenceId: "nor-dwin-dex",
        conferenceSolution: { name: "Google Meet", key: { type: "hangoutsMeet" } },
        entryPoints: [
          {
            entryPointType: "video",
            uri: "https://meet.example.com/nor-dwin-dex",
            label: "meet.example.com/nor-dwin-dex",
          },
          {
            entryPointType: "phone",
            uri: "tel:+49-30-5550-0123",
            label: "+49 30 5550 0123",
            pin: "481516",
            regionCode: "DE",
          },
        ],
      },
      reminders: {
        useDefault: false,
        overrides: [
          { method: "popup", minutes: 10 },
          { method: "email", minutes: 1440 },
        ],
      },
    },
  },
  { summary: "Off-site", week: 1, weekday: 3, days: 2, location: "Potsdam" },
  { summary: "Demo for everyone", week: 1, weekday: 5, from: "16:00", to: "17:00", location: "Kitchen" },
];

/** Google requires that a working location is shown as free and is public (guides/calendar-status). */
function workingAt(workingLocationProperties: object): object {
  return {
    eventType: "workingLocation",
    visibility: "public",
    transparency: "transparent",
    workingLocationProperties,
  };
}
