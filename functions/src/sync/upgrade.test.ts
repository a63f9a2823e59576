import { expect, test } from "@jest/globals";
import { activeCalendar } from "./testing/active-calendar.fake.ts";
import { chooseUpgrades, hasOtherVersion, type UpgradePace } from "./upgrade.ts";

const hourMs = 3_600_000;
const calendars = (count: number, name: string) =>
  Array.from({ length: count }, (_, n) => activeCalendar(`${name}-${n}`));
const pace = (upgradesPerHour: number): UpgradePace => ({ queryVersion: 2, upgradesPerHour });

test("calendars that fail for ever hold up the others for a few rounds, not for ever", () => {
  let waiting = [...calendars(60, "failing"), ...calendars(60, "good")];
  let rounds = 0;
  for (; waiting.some(({ calendarKey }) => calendarKey.startsWith("good")); rounds++) {
    expect(rounds).toBeLessThan(100);
    const { upgrades } = chooseUpgrades(waiting, pace(2), rounds * 6 * hourMs);
    const upgraded = new Set(upgrades.map(({ calendar: { calendarKey } }) => calendarKey));
    waiting = waiting.filter(({ calendarKey: key }) => key.startsWith("failing") || !upgraded.has(key));
  }
  // 60 good calendars would take 5 rounds alone.
  expect(rounds).toBeGreaterThanOrEqual(5);
  expect(waiting.length).toBe(60);
});

test("no hour of a round gets more than its share, and nobody is chosen twice or forgotten", () => {
  const waiting = calendars(5_000, "calendar");
  const { upgrades, rest } = chooseUpgrades(waiting, pace(500), 0);
  const perHour = new Map<number, number>();
  for (const { delayMs } of upgrades) {
    const hour = Math.floor(delayMs / hourMs);
    perHour.set(hour, (perHour.get(hour) ?? 0) + 1);
  }
  expect([...perHour.entries()].sort()).toEqual([0, 1, 2, 3, 4, 5].map(hour => [hour, 500]));
  const keys = [...upgrades.map(upgrade => upgrade.calendar), ...rest].map(({ calendarKey }) => calendarKey);
  expect([...keys].sort()).toEqual(waiting.map(({ calendarKey }) => calendarKey).sort());
});

test("a calendar is of another version if its events may be of a lower or of a higher one", () => {
  const versions = [0, 1, 2, 3].map(queryVersion => ({ ...activeCalendar("key"), queryVersion }));
  expect(versions.map(one => hasOtherVersion(one, pace(500)))).toEqual([true, true, false, true]);
});
