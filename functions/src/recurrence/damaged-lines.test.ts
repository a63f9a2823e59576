import { describe, expect, test } from "@jest/globals";
import { expandSeries } from "./expand-series.ts";
import type { RecurringSeries } from "./series.ts";
import { utc, zoneNamed } from "./zone-names.ts";

const window = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2027, 0, 1) };
const series: Omit<RecurringSeries, "recurrence"> = {
  id: "s",
  start: { dateTime: "2026-01-05T09:00:00Z", timeZone: "UTC" },
  end: { dateTime: "2026-01-05T10:00:00Z", timeZone: "UTC" },
};

function read(recurrence: readonly string[], times: Partial<RecurringSeries> = {}) {
  const expansion = expandSeries({ ...series, ...times, recurrence }, [], window, utc);
  if (expansion.kind !== "expanded") throw new Error(JSON.stringify(expansion));
  const { occurrences, unreadable, incomplete, nextStartMs } = expansion;
  const ids = occurrences.map(({ eventId }) => eventId.slice(2));
  return { ids, days: ids.map(id => id.slice(4, 8)), unreadable, incomplete, isOpen: nextStartMs !== null };
}

const onlyFirst = { days: ["0105"], incomplete: true, isOpen: false };
const three = { days: ["0105", "0106", "0107"], unreadable: [], incomplete: false, isOpen: false };

describe("a limit of which only the name can be read costs the rule, which else had none", () => {
  test.each([
    ["FREQ=DAILY;UNTIL:20260107"],
    ["FREQ=DAILY;UNTIL 20260107"],
    ["FREQ=DAILY;COUNT:3"],
    ["FREQ=DAILY;COUNT 3"],
    ["FREQ=DAILY;UNTILL=20260107"],
    ["FREQ=DAILY;UNTIL\\=20260107"],
    ["FREQ=DAILY;BYDAY=MO,COUNT=3"],
    ["FREQ=DAILY;BYMONTH=1 UNTIL=20260107"],
    ["FREQ=DAILY;WKST=MO,UNTIL=20260107"],
    ["FREQ=DAILY;BYDAY=MO\nCOUNT=3"],
    ["FREQ=DAILY;SKIP=OMIT&COUNT=3"],
    ["FREQ=DAILY;COUNT=3;INTERVAL:2"],
    ["FREQ=DAILY;COUNT=3;WKST=MO,INTERVAL=2"],
    // Cut off, as when a line was folded and its rest is lost or became an entry of its own.
    ["FREQ=DAILY;U"],
    ["FREQ=DAILY;COUN"],
    ["FREQ=DAILY;UN", "TIL=20260107"],
    ["FREQ=DAILY;", "COUNT=3"],
    ["FREQ=DAILY", "UNTIL=20260107T000000Z"],
    ["FREQ=DAILY\nUNTIL:20260107"],
    ["FREQ=DAILY;COUNT=3", "INTERVAL=2"],
  ])("%j %j", (rule, ...more) => {
    expect(read([`RRULE:${rule}`, ...more])).toMatchObject(onlyFirst);
  });

  test("not so a rule that has its own end, or text that speaks of none", () => {
    expect(read(["RRULE:FREQ=DAILY;COUNT=3", "COUNT=9"])).toMatchObject({ days: three.days });
    expect(read(["RRULE:FREQ=DAILY", "COUNTRY"])).toMatchObject({ incomplete: false, isOpen: true });
  });

  test("among the parameters it is read", () => {
    expect(read(["RRULE;COUNT=3:FREQ=DAILY"])).toMatchObject(three);
    expect(read(['RRULE;X-A="b:c";UNTIL=20260107:FREQ=DAILY'])).toMatchObject(three);
  });
});

test("without its BYSETPOS, the last workday of a month would be every workday", () => {
  const workdays = "RRULE:FREQ=MONTHLY;COUNT=5;BYDAY=MO,TU,WE,TH,FR";
  for (const positions of ["last", "0", "367"])
    expect(read([`${workdays};BYSETPOS=${positions}`])).toMatchObject(onlyFirst);
  expect(read([`${workdays};BYSETPOS=-1,x`])).toMatchObject({
    days: ["0105", "0130", "0227", "0331", "0430", "0529"],
    incomplete: false,
  });
});

test.each([
  ["EXRULE:FREQ=DAILY;BYDAY=XX"],
  ["EXRULE:FREQ=DAILY;BYMONTH=13"],
  ["EXRULE:FREQ=DAILY;BYHOUR=noon"],
  ["EXRULE:FREQ=DAILY;BYEASTER=0"],
  ["EXRULE:FREQ=DAILY;BYSETPOS=x"],
  ["EXRULE:FREQ=DAILY", "COUNT=1"],
])("an exclusion of which a part is lost does not take the whole series away: %j %j", (...lines) => {
  const { days, unreadable } = read(["RRULE:FREQ=DAILY;COUNT=3", ...lines]);
  expect(days).toEqual(three.days);
  expect(unreadable).toHaveLength(1);
});

test("of a part of an exclusion the values that can be read count", () => {
  expect(read(["RRULE:FREQ=DAILY;COUNT=3", "EXRULE:FREQ=DAILY;BYDAY=TU,XX"]).days).toEqual(["0105", "0107"]);
});

describe("a start in the second pass of a repeated hour", () => {
  const at = (dateTime: string) => ({ dateTime, timeZone: "Europe/Berlin" });
  const times = { start: at("2026-10-25T02:30:00+01:00"), end: at("2026-10-25T03:30:00+01:00") };
  const rule = "RRULE:FREQ=DAILY;COUNT=2";

  test.each(["EXDATE;TZID=Europe/Berlin:20261025T023000", "EXDATE;TZID=Europe/Paris:20261025T023000"])(
    "is what %s names",
    line => {
      expect(read([rule, line], times).ids).toEqual(["20261026T013000Z"]);
    },
  );

  test("is not there twice because an RDATE names it", () => {
    const line = "RDATE;TZID=Europe/Berlin:20261025T023000";
    expect(read([rule, line], times).ids).toEqual(["20261025T013000Z", "20261026T013000Z"]);
  });
});

test.each(["+9900", "+24:00", "-0060", "+0599"])("an UNTIL with the offset %s is no moment", offset => {
  expect(read([`RRULE:FREQ=DAILY;UNTIL=20260107T120000${offset}`])).toMatchObject(onlyFirst);
});

describe("what is written a hundred thousand times costs neither the series nor a second", () => {
  const many = 100_000;
  const daily = "RRULE:FREQ=DAILY;COUNT=3";
  const name = (number: number) => `EXDATE;TZID=/${String(number)}/Europe/Berlin:20260106T090000`;
  const day = (number: number) =>
    new Date(Date.UTC(2026, 0, 5, number)).toISOString().replaceAll(/\..*|\W/g, "");

  test.each<[string, string[], string[]]>([
    ["an unknown part", [`${daily};${"a;".repeat(2 * many)}`], three.days],
    ["a value that means nothing", [`${daily};BYDAY=${"X,".repeat(2 * many)}`], three.days],
    ["an empty part", [`${daily};${"BYDAY=;".repeat(many)}`], three.days],
    ["an end", [`RRULE:FREQ=DAILY;${"COUNT=3;".repeat(2 * many)}`], three.days],
    ["a weekday that never comes", [`RRULE:FREQ=MONTHLY;BYDAY=${"6MO,".repeat(many)}`], ["0105"]],
    ["text of no line", [daily, ...Array<string>(many).fill("a")], three.days],
    [
      "a rule that takes nothing away",
      [daily, ...Array<string>(many).fill("EXRULE:FREQ=YEARLY;BYMONTH=6")],
      [],
    ],
    ["a name of a zone", [daily, ...Array.from({ length: 5_000 }, (_, index) => name(index))], []],
    [
      "a date, beside rules that take some away",
      [
        ...Array<string>(many / 10).fill("EXRULE:FREQ=YEARLY;BYMONTH=6"),
        `RDATE:${Array.from({ length: many / 10 }, (_, index) => `${day(index)}Z`).join(",")}`,
      ],
      [],
    ],
  ])("%s", (_what, lines, days) => {
    const before = process.cpuUsage();
    const found = read(lines);
    // With quadratic cost this took 5 to 100 seconds. CPU time is measured because the machine may be busy.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(3_000);
    expect(found.days).toEqual(expect.arrayContaining(["0105", ...days]));
    expect(found.unreadable.length).toBeLessThanOrEqual(101);
  });
});

describe("zones as older software names them", () => {
  test.each([
    ["(GMT-05.00) Eastern Time (US & Canada)", "America/New_York"],
    ["(GMT-08.00) Pacific Time (US & Canada)", "America/Los_Angeles"],
    ["(GMT-08.00) Pacific Time (US & Canada)/Tijuana", "America/Tijuana"],
    ["(GMT+01.00) Amsterdam / Berlin / Bern / Rome / Stockholm / Vienna", "Europe/Amsterdam"],
    ["(UTC+01:00) Amsterdam/Berlin", "Europe/Amsterdam"],
    ["(GMT-05:00) America/New_York", "America/New_York"],
    ["(GMT+05.30) Nowhere", "+05:30"],
    ["(GMT+05.30)", "+05:30"],
    ["GMT+01:00: Berlin", "Etc/GMT-1"],
    ["GMT-03.00", "Etc/GMT+3"],
  ])("%s is %s", (written, name) => {
    expect(zoneNamed(written)?.name).toBe(name);
  });

  test.each(["GMT -0500 (Standard) / GMT -0400 (Daylight)", "UTC+1.5", "+5.5"])(
    "%s is none: as a fixed offset it would be wrong",
    written => {
      expect(zoneNamed(written)).toBeNull();
    },
  );
});
