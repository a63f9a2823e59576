import { expect, test } from "@jest/globals";
import { CALENDAR_COLORS } from "../src/api/colors.ts";
import { nextColorId } from "../src/model/calendar-color.ts";
import { ALICE, useHarness } from "./harness.ts";

const harness = useHarness();

/** The colours of a user who adds calendars one after the other. */
function colorsOf(count: number): string[] {
  const ids: string[] = [];
  while (ids.length < count) ids.push(nextColorId(ids));
  return ids;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16));
}

test("a user's first calendars differ in colour at a glance", () => {
  const colors = colorsOf(8).map(id => channels(CALENDAR_COLORS[id]?.background ?? ""));
  for (const [n, one] of colors.entries()) {
    for (const other of colors.slice(n + 1))
      expect(Math.hypot(...one.map((value, at) => value - (other[at] ?? 0)))).toBeGreaterThan(75);
  }
});

test("no colour comes twice before all 24 came once", () => {
  const ids = colorsOf(48);
  const all = Object.keys(CALENDAR_COLORS).sort();
  expect(ids.slice(0, 24).sort()).toEqual(all);
  expect(ids.slice(24).sort()).toEqual(all);
});

test("a new calendar has a colour that the user's others do not have", async () => {
  const alice = await harness.client();
  const add = async (summary: string) =>
    (await alice.calendars.insert({ requestBody: { summary } })).data.id ?? "";
  const colorOf = async (calendarId: string) => (await alice.calendarList.get({ calendarId })).data.colorId;
  expect(await colorOf(ALICE)).toBe("16");
  await alice.calendarList.patch({ calendarId: ALICE, requestBody: { colorId: "8" } });
  const choir = await add("Choir");
  expect(await colorOf(choir)).toBe("16");
  expect(await colorOf(await add("Club"))).not.toBe("8");
  await alice.calendars.delete({ calendarId: choir });
  expect(await colorOf(await add("Band"))).toBe("16");
});
