import { describe, expect, test } from "@jest/globals";
import { reminderWords } from "./reminders.ts";

describe("reminderWords", () => {
  test("an event can have its calendar's reminders, or none", () => {
    expect(reminderWords({ useDefault: true }, "en")).toEqual(["The calendar's default reminders"]);
    expect(reminderWords({ useDefault: false }, "en")).toEqual(["No reminders"]);
  });

  test("its own are named with their way and time, the earliest first", () => {
    const overrides = [
      { method: "popup", minutes: 0 },
      { method: "popup", minutes: 10 },
      { method: "email", minutes: 24 * 60 },
      { method: "popup", minutes: 90 },
      { method: "email", minutes: 2 * 7 * 24 * 60 },
    ];
    expect(reminderWords({ useDefault: false, overrides }, "en")).toEqual([
      "Email 2 weeks before",
      "Email 1 day before",
      "Notification 90 minutes before",
      "Notification 10 minutes before",
      "Notification at the start",
    ]);
  });
});
