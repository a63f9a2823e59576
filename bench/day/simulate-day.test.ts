import { describe, expect, test } from "@jest/globals";
import { callsADay } from "../cost/limits.ts";
import { deployedRates, simulateDay } from "./simulate-day.ts";

/* A small project. `npm run bench -- day` simulates a large one. */

const calendars = 500;

describe.each([0, 10, 50])("a day with %i edits a calendar", editsPerCalendar => {
  test("takes the calls that docs/cost.md computes, spread, and leaves no calendar alone for eight hours", async () => {
    const day = await simulateDay({ calendars, editsPerCalendar, rates: deployedRates, seed: 7 });
    const { live, background } = day.calls;
    expect((live + background) / calendars / callsADay(editsPerCalendar)).toBeCloseTo(1, 1);
    // An edit in the two seconds after a pull shares the next pull with others.
    expect(live).toBeLessThanOrEqual(day.edits);
    expect(live).toBeGreaterThanOrEqual(0.95 * day.edits);
    expect(day.refusals).toBe(0);
    expect(day.stalestMs).toBeLessThan(8 * 3_600_000);
    // Half of the minute's quota for 100,000 calendars is 25 calls for 500. A backup for all at once would be 500.
    expect(day.busiestMinute.background).toBeLessThan(25);
  });
});

test("a calendar without edits costs at most 4.3 calls", async () => {
  const day = await simulateDay({ calendars: 2_000, editsPerCalendar: 0, rates: deployedRates, seed: 7 });
  expect(day.calls.background / 2_000).toBeLessThanOrEqual(4.3);
});
