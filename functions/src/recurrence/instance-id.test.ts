import { expect, test } from "@jest/globals";
import { familyOf, instanceId, readInstanceId } from "./instance-id.ts";

const startMs = Date.UTC(2026, 0, 5, 9, 30, 1);

test.each([
  [instanceId("series", false, startMs), { dateTime: "2026-01-05T09:30:01Z", timeZone: "UTC" }],
  [instanceId("series", true, Date.UTC(2026, 0, 5)), { date: "2026-01-05" }],
])("what is written as %s is read", (id, originalStart) => {
  expect(readInstanceId(id)).toEqual({ family: "series", originalStart });
});

test.each(["series", "series_2026010", "series_20260105T0930Z", "series_20260105T093001", "20260105"])(
  "%s is the id of no instance",
  id => {
    expect(readInstanceId(id)).toBeUndefined();
  },
);

test("a series that 'this and following' made is of the old one's family", () => {
  const ids = ["old", "old_R20260105", "old_R20260105T093000", "old_R20260105T093000Z"];
  expect(ids.map(familyOf)).toEqual(["old", "old", "old", "old"]);
  expect(familyOf("old_20260105")).toBe("old_20260105");
});
