import { expect, test } from "@jest/globals";
import { usualTimes } from "./usual-times.ts";

const zone = "Asia/Kolkata";
const nowMs = Date.parse("2026-11-23T09:10:00+05:30");

test("the next full hour of the viewer's zone", () => {
  const { start, end } = usualTimes(nowMs, undefined, zone);
  expect([start, end]).toEqual([
    { dateTime: "2026-11-23T10:00:00+05:30", timeZone: zone },
    { dateTime: "2026-11-23T11:00:00+05:30", timeZone: zone },
  ]);
});

test("nine o'clock on the first shown day, if that is not today", () => {
  const [from, to] = [new Date("2026-12-01T00:00:00+05:30"), new Date("2026-12-02T00:00:00+05:30")];
  expect(usualTimes(nowMs, { from, to }, zone).start).toMatchObject({
    dateTime: "2026-12-01T09:00:00+05:30",
  });
});
