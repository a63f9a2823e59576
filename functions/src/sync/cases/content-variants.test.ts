import { describe, expect, test } from "@jest/globals";
import { unmet } from "./expectations.fake.ts";
import {
  imported,
  plain,
  pulled,
  startsOf,
  unharmed,
  weekly,
  weeklyStarts,
  type Raw,
} from "./variants.fake.ts";

const single = (fields: Readonly<Record<string, unknown>>): Raw => ({
  id: "single",
  start: { dateTime: "2026-02-04T09:00:00Z" },
  end: { dateTime: "2026-02-04T10:00:00Z" },
  ...fields,
});
const allDay = (start: string, end: string, more: object = {}): Raw => ({
  id: "day",
  start: { date: start },
  end: { date: end },
  ...more,
});

/** Events at the limits of Firestore and of the calendar, with the starts that must be stored. */
const extremes: readonly (readonly [string, Raw, readonly string[]])[] = [
  ["lasts until the year 9999", allDay("2026-02-05", "9999-12-29"), ["2026-02-05"]],
  ["ends on the last day", allDay("2026-02-05", "9999-12-31"), ["2026-02-05"]],
  ["begins on the last day", allDay("9999-12-31", "9999-12-31"), []],
  [
    "begins in the last second",
    single({ start: { dateTime: "9999-12-31T23:59:59Z" }, end: { dateTime: "9999-12-31T23:59:59Z" } }),
    [],
  ],
  ["begins in the year 10000", allDay("10000-01-01", "10000-01-02"), []],
  ["begins in the year 0", allDay("0000-01-01", "0000-01-02"), []],
  ["begins in the year 0 and lasts", allDay("0000-01-01", "2026-03-01"), []],
  ["began in the year 1", allDay("0001-01-01", "0001-01-02"), []],
  [
    "repeats a long event",
    allDay("2026-01-10", "9999-12-29", { recurrence: ["RRULE:FREQ=DAILY;COUNT=30"] }),
    ["2026-01-10"],
  ],
  [
    "repeats a longer event",
    allDay("2026-01-10", "9999-12-31", { recurrence: ["RRULE:FREQ=WEEKLY"] }),
    ["2026-01-10"],
  ],
  [
    "ends with the calendar",
    allDay("2026-01-10", "2026-01-11", { recurrence: ["RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z"] }),
    ["2026-01-10", "2027-01-10"],
  ],
  [
    "ends after the calendar",
    allDay("2026-01-10", "2026-01-11", { recurrence: ["RRULE:FREQ=YEARLY;UNTIL=100000101T000000Z"] }),
    ["2026-01-10"],
  ],
  [
    "adds a day in 9999",
    allDay("2026-01-10", "2026-01-12", { recurrence: ["RDATE;VALUE=DATE:99991231"] }),
    ["2026-01-10"],
  ],
  [
    "leaves out the year 0",
    weekly({ recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:00000101T000000Z"] }),
    weeklyStarts,
  ],
  [
    "repeats too far apart",
    weekly({ recurrence: ["RRULE:FREQ=YEARLY;INTERVAL=99999999"] }),
    weeklyStarts.slice(0, 1),
  ],
  ["repeats too often", weekly({ recurrence: ["RRULE:FREQ=WEEKLY;COUNT=999999999999"] }), weeklyStarts],
  [
    "adds a period without end",
    weekly({ recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3", "RDATE;VALUE=PERIOD:20260302T140000Z/P9999999D"] }),
    weeklyStarts,
  ],
];

describe("times at the ends of the calendar", () => {
  test.each(extremes)(
    "an event that %s costs no other, and shows what can be stored",
    async (_name, event, starts) => {
      for (const world of [await imported([event]), await pulled([event])]) {
        expect(startsOf(world)).toEqual(expect.arrayContaining([...starts]));
        expect(unharmed(world)).toEqual([]);
        await world.full();
        expect(startsOf(world)).toEqual(expect.arrayContaining([...starts]));
        expect(unharmed(world)).toEqual([]);
      }
    },
  );

  test.each(["+275760-09-13T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "then", null, 5, {}])(
    "a time of change that is %j costs only itself",
    async updated => {
      const world = await imported([single({ updated })]);
      expect(startsOf(world)).toEqual(["2026-02-04T09:00:00Z"]);
      expect(unharmed(world)).toEqual([]);
    },
  );
});

/** Days at the borders of months, years and daylight-saving time; each is read in several zones. */
const days = [
  "2026-01-31",
  "2026-02-01",
  "2026-02-28",
  "2026-03-01",
  "2026-03-29",
  "2026-12-31",
  "2027-01-01",
];
const zones = [
  ["UTC", "+00:00"],
  ["Asia/Tokyo", "+09:00"],
  ["America/Bogota", "-05:00"],
] as const;
const hours = ["00:00:00", "12:00:00", "23:59:59"];

const withoutLength = days.flatMap(day =>
  zones.flatMap(([timeZone, offset]) => {
    const moment = (hour: string) => ({ dateTime: `${day}T${hour}${offset}`, timeZone });
    const forms: Record<string, object> = Object.fromEntries(
      hours.map(hour => [`at ${hour}`, { start: moment(hour), end: moment(hour) }]),
    );
    forms["all day"] = { start: { date: day }, end: { date: day } };
    forms["in a series"] = { ...forms["at 00:00:00"], recurrence: ["RRULE:FREQ=DAILY;COUNT=1"] };
    forms["all day in a series"] = { ...forms["all day"], recurrence: ["RRULE:FREQ=DAILY;COUNT=1"] };
    return Object.entries(forms).map(([form, fields]) => ({ day, timeZone, offset, form, fields }));
  }),
);

describe("an event without length", () => {
  test.each(withoutLength)("$form on $day in $timeZone is on its own day and on no other", async row => {
    const { day, timeZone, offset, fields } = row;
    const world = await imported([{ id: "short", ...fields }], timeZone);
    const [id] = world.stored.flatMap(({ eventId }) => (eventId === plain.id ? [] : eventId));
    if (id === undefined) throw new Error("not stored");
    const dayMs = 86_400_000;
    const beginsMs = Date.parse(`${day}T00:00:00${offset}`);
    const range = (from: number, to: number) => ({
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    });
    const visible = [
      { ...range(beginsMs, beginsMs + dayMs), shows: [id], hides: [] },
      { ...range(beginsMs - dayMs, beginsMs), shows: [], hides: [id] },
      { ...range(beginsMs + dayMs, beginsMs + 2 * dayMs), shows: [], hides: [id] },
    ];
    expect(unmet(world, { visible })).toEqual([]);
    expect(unharmed(world)).toEqual([]);
  });
});

describe("odd entries of a list of guests", () => {
  const me = { email: "me@example.com", responseStatus: "declined", self: true };
  const guest = { email: "guest@example.com", responseStatus: "accepted" };
  const guestsOf = async (attendees: unknown) => {
    const world = await imported([single({ attendees })]);
    expect(startsOf(world)).toEqual(["2026-02-04T09:00:00Z"]);
    expect(unharmed(world)).toEqual([]);
    return world.stored.find(({ eventId }) => eventId === "single")?.attendees;
  };

  const odd = [null, 1.5, {}, [], "\uD800"];
  const fields = ["displayName", "comment", "self", "optional", "organizer", "resource", "additionalGuests"];

  test.each(fields.flatMap(field => odd.map(value => [field, value] as const)))(
    "%s being %j costs neither the guest nor the others",
    async (field, value) => {
      const guests = await guestsOf([me, { ...guest, [field]: value }]);
      expect(guests).toMatchObject([me, guest]);
    },
  );

  test.each(odd)("an address or an answer being %j costs no other guest", async value => {
    expect(await guestsOf([me, { ...guest, responseStatus: value }])).toMatchObject([
      me,
      { email: guest.email },
    ]);
    expect(await guestsOf([{ ...guest, email: value }, me])).toContainEqual(expect.objectContaining(me));
  });

  test.each([null, 5, "guest", [], true])("%j is no guest, wherever it stands", async entry => {
    expect(await guestsOf([entry, me, guest])).toMatchObject([me, guest]);
    expect(await guestsOf([me, entry, guest])).toMatchObject([me, guest]);
    expect(await guestsOf([me, guest, entry])).toMatchObject([me, guest]);
  });

  test.each([null, 5, "guests", {}, true])("%j in place of the list costs only the list", async attendees => {
    expect(await guestsOf(attendees)).toBeUndefined();
  });
});

describe("values that nobody knows yet", () => {
  const known = ["status", "eventType", "visibility", "transparency", "colorId", "etag", "kind"];
  const values = ["somethingNew", "", null, 5, {}, ["x"]];

  test.each(known.flatMap(field => values.map(value => [field, value] as const)))(
    "%s being %j costs no event and no series",
    async (field, value) => {
      const world = await imported([single({ [field]: value }), weekly({ [field]: value })]);
      expect(startsOf(world)).toEqual([...weeklyStarts, "2026-02-04T09:00:00Z"].sort());
      expect(unharmed(world)).toEqual([]);
    },
  );
});
