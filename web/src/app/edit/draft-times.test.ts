import { describe, expect, test } from "@jest/globals";
import { changeTimes, dateOfStart, draftTimes, eventTimes, timeProblem } from "./draft-times.ts";

const berlin = "Europe/Berlin";
const hour = draftTimes({ dateTime: "2026-11-23T08:00:00Z" }, { dateTime: "2026-11-23T09:30:00Z" }, berlin);

describe("times as fields", () => {
  test("show the clock of the form's zone, and are written with the event's zone", () => {
    expect(hour).toEqual({
      allDay: false,
      startDate: "2026-11-23",
      startTime: "09:00",
      endDate: "2026-11-23",
      endTime: "10:30",
    });
    expect(eventTimes(hour, berlin, "America/New_York")).toEqual({
      start: { dateTime: "2026-11-23T03:00:00-05:00", timeZone: "America/New_York" },
      end: { dateTime: "2026-11-23T04:30:00-05:00", timeZone: "America/New_York" },
    });
  });

  test("have the offset of their own day", () => {
    const summer = { ...hour, startDate: "2026-07-01", endDate: "2026-07-01" };
    expect(eventTimes(summer, berlin, berlin).start).toEqual({
      dateTime: "2026-07-01T09:00:00+02:00",
      timeZone: berlin,
    });
    // Clocks are set forward from 2 to 3 o'clock: half past two does not exist.
    const gap = { ...hour, startDate: "2026-03-29", startTime: "02:30", endDate: "2026-03-29" };
    expect(eventTimes(gap, berlin, berlin).start).toMatchObject({ dateTime: "2026-03-29T03:00:00+02:00" });
    expect(eventTimes(hour, "Asia/Kolkata", "Asia/Kolkata").start).toMatchObject({
      dateTime: "2026-11-23T09:00:00+05:30",
    });
  });

  test("of an all-day event end with its last day, and Google's with the day after it", () => {
    const days = draftTimes({ date: "2026-02-27" }, { date: "2026-03-02" }, berlin);
    expect(days).toMatchObject({ allDay: true, startDate: "2026-02-27", endDate: "2026-03-01" });
    expect(eventTimes(days, berlin, berlin)).toEqual({
      start: { date: "2026-02-27" },
      end: { date: "2026-03-02" },
    });
  });

  test("become all-day and back", () => {
    const days = changeTimes(hour, { allDay: true });
    expect(eventTimes(days, berlin, berlin)).toEqual({
      start: { date: "2026-11-23" },
      end: { date: "2026-11-24" },
    });
    expect(changeTimes(days, { allDay: false })).toEqual(hour);
    const timed = changeTimes(draftTimes({ date: "2026-11-23" }, { date: "2026-11-24" }, berlin), {
      allDay: false,
    });
    expect(timeProblem(timed)).toBeUndefined();
    expect(timed).toMatchObject({ startTime: "09:00", endTime: "10:00", endDate: "2026-11-23" });
  });
});

describe("a change of the times", () => {
  test("of the start takes the end along, also over midnight", () => {
    expect(changeTimes(hour, { startTime: "23:00" })).toMatchObject({
      startTime: "23:00",
      endDate: "2026-11-24",
      endTime: "00:30",
    });
    expect(changeTimes(hour, { startDate: "2026-12-31" })).toMatchObject({ endDate: "2026-12-31" });
  });

  test("of the end leaves the start, and may be wrong", () => {
    const wrong = changeTimes(hour, { endTime: "08:59" });
    expect(wrong).toMatchObject({ startTime: "09:00", endTime: "08:59" });
    expect(timeProblem(wrong)).toBe("The end is before the start.");
    expect(timeProblem({ ...wrong, endTime: "09:00" })).toBeUndefined();
  });

  test("to nothing is a problem, and loses no other field", () => {
    const empty = changeTimes(hour, { startDate: "" });
    expect(empty).toEqual({ ...hour, startDate: "" });
    expect(timeProblem(empty)).toBe("Choose when the event starts.");
    expect(timeProblem({ ...hour, endTime: "" })).toBe("Choose when the event ends.");
  });

  test("of an all-day event compares only the days", () => {
    const day = { ...hour, allDay: true, startTime: "15:00", endTime: "09:00" };
    expect(timeProblem(day)).toBeUndefined();
    expect(timeProblem({ ...day, endDate: "2026-11-22" })).toBe("The end is before the start.");
  });
});

test("an event starts on the date of its own zone", () => {
  const start = { dateTime: "2026-11-23T23:30:00-05:00" };
  expect(dateOfStart(start, "America/New_York")).toBe("2026-11-23");
  expect(dateOfStart(start, berlin)).toBe("2026-11-24");
  expect(dateOfStart({ date: "2026-11-25" }, berlin)).toBe("2026-11-25");
});
