import { describe, expect, test } from "@jest/globals";
import { imported, startsOf, unharmed, weekly, zone } from "./variants.fake.ts";

const two = (number: number) => String(number).padStart(2, "0");
const weekMs = 7 * 86_400_000;

/** Every offset in use, in minutes, including offsets of partial hours. */
const offsets = [
  ...Array.from({ length: 27 }, (_, index) => (index - 12) * 60),
  ...[-570, -210, 210, 270, 330, 345, 390, 525, 570, 630, 765],
];

/** The spellings of an offset: as in RFC 3339, without the leading zero, without the colon, without minutes. */
function spellings(minutes: number): string[] {
  const sign = minutes < 0 ? "-" : "+";
  const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const long = `${sign}${two(hour)}:${two(minute)}`;
  const short =
    minute === 0 ? [`GMT${sign}${hour}`, `UTC${sign}${two(hour)}`] : [`UTC${sign}${hour}:${two(minute)}`];
  return [`GMT${long}`, `UTC${long}`, ...short];
}

function offsetOf(minutes: number): string {
  const sign = minutes < 0 ? "-" : "+";
  return `${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** A weekly series across the daylight-saving changes in America and Europe. */
function overTheChange(name: string, offset: string) {
  return weekly({
    start: { dateTime: `2026-03-02T09:00:00${offset}`, timeZone: name },
    end: { dateTime: `2026-03-02T10:00:00${offset}`, timeZone: name },
    recurrence: ["RRULE:FREQ=WEEKLY;COUNT=5"],
  });
}

const byOffset = offsets.flatMap(minutes =>
  spellings(minutes).map(name => [name, offsetOf(minutes)] as const),
);

/** Windows names, each with an IANA zone that has the same offsets today (CLDR, windowsZones, territory 001). */
const windows = [
  ["Eastern Standard Time", "America/New_York", "-05:00"],
  ["Central Standard Time", "America/Chicago", "-06:00"],
  ["Mountain Standard Time", "America/Denver", "-07:00"],
  ["US Mountain Standard Time", "America/Phoenix", "-07:00"],
  ["Pacific Standard Time", "America/Los_Angeles", "-08:00"],
  ["Hawaiian Standard Time", "Pacific/Honolulu", "-10:00"],
  ["Newfoundland Standard Time", "America/St_Johns", "-03:30"],
  ["SA Pacific Standard Time", "America/Bogota", "-05:00"],
  ["E. South America Standard Time", "America/Sao_Paulo", "-03:00"],
  ["GMT Standard Time", "Europe/London", "+00:00"],
  ["Greenwich Standard Time", "Atlantic/Reykjavik", "+00:00"],
  ["W. Europe Standard Time", "Europe/Berlin", "+01:00"],
  ["Romance Standard Time", "Europe/Paris", "+01:00"],
  ["Central Europe Standard Time", "Europe/Budapest", "+01:00"],
  ["Central European Standard Time", "Europe/Warsaw", "+01:00"],
  ["FLE Standard Time", "Europe/Kyiv", "+02:00"],
  ["GTB Standard Time", "Europe/Bucharest", "+02:00"],
  ["Israel Standard Time", "Asia/Jerusalem", "+02:00"],
  ["South Africa Standard Time", "Africa/Johannesburg", "+02:00"],
  ["Russian Standard Time", "Europe/Moscow", "+03:00"],
  ["Arabian Standard Time", "Asia/Dubai", "+04:00"],
  ["India Standard Time", "Asia/Kolkata", "+05:30"],
  ["Nepal Standard Time", "Asia/Kathmandu", "+05:45"],
  ["China Standard Time", "Asia/Shanghai", "+08:00"],
  ["Tokyo Standard Time", "Asia/Tokyo", "+09:00"],
  ["AUS Eastern Standard Time", "Australia/Sydney", "+11:00"],
  ["New Zealand Standard Time", "Pacific/Auckland", "+13:00"],
] as const;

/** Other spellings of IANA zones. */
const decorated = [
  ['"Europe/Berlin"', "Europe/Berlin", "+01:00"],
  ["/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin", "+01:00"],
  ["/vendor.example/20260101_1/America/New_York", "America/New_York", "-05:00"],
  ["europe/berlin", "Europe/Berlin", "+01:00"],
  ["Etc/GMT+3", "Etc/GMT+3", "-03:00"],
  ["Etc/GMT-14", "Etc/GMT-14", "+14:00"],
  ["Etc/UTC", "UTC", "+00:00"],
  ["GMT", "UTC", "+00:00"],
] as const;

const meaningless = [
  "Etc/Unknown",
  "Nowhere/At All",
  "Customized Time Zone",
  "Customised Time Zone 1",
  "tzone://Microsoft/Custom",
  "GMT+99:00",
  "UTC-25:61",
  "GMT+",
  "Standard Time",
  "",
  " ",
  "null",
  "\u{1F570}",
  "x".repeat(2_000),
];

describe("the zone of a series", () => {
  test.each(byOffset)("%s is a fixed offset, with the sign as written", async (name, offset) => {
    const world = await imported([overTheChange(name, offset)]);
    const firstMs = Date.parse(`2026-03-02T09:00:00${offset}`);
    const wanted = [0, 1, 2, 3, 4].map(week => new Date(firstMs + week * weekMs).toISOString());
    expect(startsOf(world)).toEqual(wanted.map(start => start.replace(".000Z", "Z")));
    expect(unharmed(world)).toEqual([]);
  });

  test.each([...windows, ...decorated])("%s means %s", async (name, iana, offset) => {
    const world = await imported([overTheChange(name, offset)]);
    const reference = await imported([overTheChange(iana, offset)]);
    expect(startsOf(world)).toHaveLength(5);
    expect(startsOf(world)).toEqual(startsOf(reference));
    expect(unharmed(world)).toEqual([]);
  });

  test.each(meaningless)("%j costs no occurrence: they are where the calendar's clock says", async name => {
    const world = await imported([overTheChange(name, "-05:00")]);
    const reference = await imported([overTheChange(zone, "-05:00")]);
    expect(startsOf(world)).toEqual(startsOf(reference));
    expect(unharmed(world)).toEqual([]);
  });

  test.each([null, 5, {}, [], true])("%j in place of a name costs nothing but the name", async name => {
    const dateTime = { start: "2026-03-02T09:00:00-05:00", end: "2026-03-02T10:00:00-05:00" };
    const odd = weekly({
      start: { dateTime: dateTime.start, timeZone: name },
      end: { dateTime: dateTime.end, timeZone: name },
    });
    const world = await imported([odd]);
    expect(startsOf(world)).toHaveLength(3);
    expect(unharmed(world)).toEqual([]);
  });
});

describe("the zone of an excluded moment", () => {
  const excludes = (tzid: string) =>
    weekly({ recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3", `EXDATE;TZID=${tzid}:20260119T090000`] });

  test.each([
    "Eastern Standard Time",
    '"America/New_York"',
    "GMT-05:00",
    '"GMT-05:00"',
    "UTC-5",
    "/vendor.example/America/New_York",
  ])("%s is read like that of a start", async tzid => {
    const world = await imported([excludes(tzid)]);
    expect(startsOf(world)).toEqual(["2026-01-12T14:00:00Z", "2026-01-26T14:00:00Z"]);
    expect(unharmed(world)).toEqual([]);
  });

  test.each(meaningless.filter(name => name.trim() !== ""))("%j costs at most that exclusion", async tzid => {
    const world = await imported([excludes(tzid)]);
    expect(startsOf(world)).toEqual(expect.arrayContaining(["2026-01-12T14:00:00Z", "2026-01-26T14:00:00Z"]));
    expect(startsOf(world).length).toBeLessThanOrEqual(3);
    expect(unharmed(world)).toEqual([]);
  });
});

describe("the calendar's own zone", () => {
  const days = [
    { id: "day", start: { date: "2026-02-05" }, end: { date: "2026-02-06" } },
    {
      id: "days",
      start: { date: "2026-02-09" },
      end: { date: "2026-02-10" },
      recurrence: ["RRULE:FREQ=DAILY;COUNT=2"],
    },
  ];
  const allDays = ["2026-02-05", "2026-02-09", "2026-02-10"];

  test.each([
    ["GMT+02:00", "+02:00"],
    ["GMT-03:00", "-03:00"],
    ["UTC+05:30", "+05:30"],
    ["UTC-5", "-05:00"],
    ["W. Europe Standard Time", "+01:00"],
    ["India Standard Time", "+05:30"],
    ['"Asia/Tokyo"', "+09:00"],
    ["Etc/Unknown", "+00:00"],
    ["Nowhere/At All", "+00:00"],
    ["", "+00:00"],
  ])("%j begins its days at midnight %s", async (name, offset) => {
    const world = await imported(days, name);
    expect(startsOf(world)).toEqual(allDays);
    expect(world.stored.find(({ eventId }) => eventId === "day")?.startAtMs).toBe(
      Date.parse(`2026-02-05T00:00:00${offset}`),
    );
    expect(unharmed(world)).toEqual([]);
  });
});
