import { describe, expect, test } from "@jest/globals";
import { freeSlots } from "./free-slots.ts";
import { below, seeded, touching } from "./random-events.fixture.ts";
import type { TimeRange } from "./time-range.ts";
import type { Weekday, WorkingHours } from "./working-hours.ts";
import { wallTimeMs } from "./zoned-time.ts";

const utc = (text: string) => new Date(`${text}Z`);
const range = (from: string, to: string): TimeRange => ({ from: utc(from), to: utc(to) });
const texts = (ranges: readonly TimeRange[]) =>
  ranges.map(({ from, to }) => `${from.toISOString().slice(0, 16)} ${to.toISOString().slice(0, 16)}`);
const nineToFive = [{ from: "09:00", to: "17:00" }];
const berlin = (days: WorkingHours["days"]): WorkingHours => ({ timeZone: "Europe/Berlin", days });

describe("freeSlots", () => {
  test("are the gaps between the busy times, in any order", () => {
    const busy = [
      range("2026-11-23T14:00", "2026-11-23T15:00"),
      range("2026-11-23T09:00", "2026-11-23T10:00"),
    ];
    expect(texts(freeSlots(busy, utc("2026-11-23T08:00"), utc("2026-11-23T15:00")))).toEqual([
      "2026-11-23T08:00 2026-11-23T09:00",
      "2026-11-23T10:00 2026-11-23T14:00",
    ]);
  });

  test("shorter ones are left out, as long ones are not", () => {
    const busy = [
      range("2026-11-23T08:29", "2026-11-23T09:00"),
      range("2026-11-23T09:30", "2026-11-23T10:00"),
    ];
    const slots = freeSlots(busy, utc("2026-11-23T08:00"), utc("2026-11-23T10:00"), { minMinutes: 30 });
    expect(texts(slots)).toEqual(["2026-11-23T09:00 2026-11-23T09:30"]);
  });

  test("are within the working hours of each weekday, and the length counts there", () => {
    const workingHours = berlin({
      MO: nineToFive,
      TU: [
        { from: "13:00", to: "14:00" },
        { from: "09:00", to: "10:00" },
      ],
    });
    const busy = [range("2026-11-23T08:30", "2026-11-23T15:45")];
    const week = [utc("2026-11-23T00:00"), utc("2026-11-30T00:00")] as const;
    expect(texts(freeSlots(busy, ...week, { workingHours, minMinutes: 30 }))).toEqual([
      "2026-11-23T08:00 2026-11-23T08:30",
      "2026-11-24T08:00 2026-11-24T09:00",
      "2026-11-24T12:00 2026-11-24T13:00",
    ]);
  });

  test("keep the hours of the clock over a change of the clocks", () => {
    const workingHours = berlin({ SA: nineToFive, SU: [{ from: "01:00", to: "09:00" }], MO: nineToFive });
    const slots = freeSlots([], utc("2026-10-24T00:00"), utc("2026-10-27T00:00"), { workingHours });
    expect(texts(slots)).toEqual([
      "2026-10-24T07:00 2026-10-24T15:00",
      "2026-10-24T23:00 2026-10-25T08:00",
      "2026-10-26T08:00 2026-10-26T16:00",
    ]);
  });

  test("a part of a range has the same slots as the whole, also if clocks go back to the day before", () => {
    // In 2010, the clocks of St. John's showed 23:01 of Saturday once more after 00:00 of Sunday.
    const workingHours = { timeZone: "America/St_Johns", days: { SU: [{ from: "00:00", to: "01:00" }] } };
    const slots = (from: string, to: string) => texts(freeSlots([], utc(from), utc(to), { workingHours }));
    expect(slots("2010-11-06T00:00", "2010-11-08T00:00")).toEqual(["2010-11-07T02:30 2010-11-07T04:30"]);
    expect(slots("2010-11-07T02:40", "2010-11-07T03:00")).toEqual(["2010-11-07T02:40 2010-11-07T03:00"]);
  });

  test("a night of two days is one slot", () => {
    const workingHours = berlin({
      MO: [{ from: "22:00", to: "24:00" }],
      TU: [{ from: "00:00", to: "06:00" }],
    });
    const slots = freeSlots([], utc("2026-11-23T00:00"), utc("2026-11-30T00:00"), { workingHours });
    expect(texts(slots)).toEqual(["2026-11-23T21:00 2026-11-24T05:00"]);
  });

  test.each([
    ["9:00", "17:00"],
    ["09:00", "24:01"],
    ["09:60", "17:00"],
    ["17:00", "17:00"],
    ["22:00", "06:00"],
    ["", "17:00"],
  ])("working hours from %s to %s are refused, also on a day that is not asked for", (from, to) => {
    const workingHours = berlin({ SA: [{ from, to }] });
    const monday = [utc("2026-11-23T10:00"), utc("2026-11-23T11:00")] as const;
    expect(() => freeSlots([], ...monday, { workingHours })).toThrow(RangeError);
  });

  test("an empty range is refused", () => {
    expect(() => freeSlots([], utc("2026-11-23T00:00"), utc("2026-11-23T00:00"))).toThrow(
      "from must be before to",
    );
  });
});

const minuteMs = 60_000;

const countAt = (ranges: readonly TimeRange[], ms: number) =>
  ranges.filter(({ from, to }) => from.getTime() <= ms && ms < to.getTime()).length;

describe("random times", () => {
  test("free and busy times are the whole range, and no moment is both", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = seeded(seed);
      const busy = Array.from({ length: below(random, 10) }, () => {
        const fromMs = (below(random, 120) - 10) * minuteMs;
        return { from: new Date(fromMs), to: new Date(fromMs + below(random, 20) * minuteMs) };
      });
      const [from, to] = [new Date(0), new Date(100 * minuteMs)];
      const slots = freeSlots(busy, from, to);
      for (let ms = 0; ms < to.getTime(); ms += minuteMs) {
        const isBusy = countAt(busy, ms) > 0;
        if (countAt(slots, ms) !== Number(!isBusy)) throw new Error(`seed ${seed}: minute ${ms / minuteMs}`);
      }
      expect(slots.every(slot => slot.from >= from && slot.to <= to && slot.from < slot.to)).toBe(true);
    }
  });

  test("a minute is in the working hours exactly if the zone's clock shows one of them", () => {
    const weekdays: Weekday[] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
    const clock = (minutes: number) =>
      `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
    // Days on which these zones set clocks forward: no time is shown twice.
    const changes = [
      ["Europe/Berlin", "2026-03-29"],
      ["Africa/Cairo", "2026-04-24"],
      ["Australia/Lord_Howe", "2026-10-04"],
      ["America/New_York", "2026-03-08"],
    ] as const;
    const clocks = changes.map(([timeZone, date]) => {
      const fromMs = Date.parse(date) - 86_400_000;
      const walls = Array.from({ length: 3 * 1440 }, (_, n) => wallTimeMs(fromMs + n * minuteMs, timeZone));
      return { timeZone, fromMs, walls };
    });
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = seeded(seed);
      const { timeZone, fromMs, walls } = clocks[seed % clocks.length] ?? {
        timeZone: "UTC",
        fromMs: 0,
        walls: [],
      };
      const worked = weekdays.map(day => {
        const parts = Array.from({ length: below(random, 3) }, () => {
          const from = below(random, 1440);
          return { from, to: from + 1 + below(random, 1440 - from) };
        });
        return { day, parts };
      });
      const days: WorkingHours["days"] = Object.fromEntries(
        worked.map(({ day, parts }) => [day, parts.map(p => ({ from: clock(p.from), to: clock(p.to) }))]),
      );
      const to = new Date(fromMs + walls.length * minuteMs);
      const slots = freeSlots([], new Date(fromMs), to, { workingHours: { timeZone, days } });
      for (const [n, wallMs] of walls.entries()) {
        const wall = new Date(wallMs);
        const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
        const expected = worked[wall.getUTCDay()]?.parts.some(p => p.from <= minute && minute < p.to);
        if (countAt(slots, fromMs + n * minuteMs) !== Number(expected)) {
          throw new Error(`seed ${seed} ${timeZone}: ${wall.toISOString()}`);
        }
      }
      expect(touching(slots)).toEqual([]);
    }
  });
});
