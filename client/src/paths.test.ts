import { describe, expect, test } from "@jest/globals";
import { accountPath, calendarPath, eventPath, eventsPath } from "./paths.ts";

describe("paths", () => {
  test("are those of the design", () => {
    expect(accountPath("u", "a")).toBe("users/u/calendarAccounts/a");
    expect(calendarPath("u", "k")).toBe("users/u/calendars/k");
    expect(eventPath("u", "k", "standup_20261123T080000Z")).toBe(
      "users/u/calendarEvents/k_standup_20261123T080000Z",
    );
  });

  test.each(["", ".", "..", "a/b", "../other"])("the segment %j cannot leave its place", hostile => {
    expect(() => eventsPath(hostile)).toThrow(RangeError);
    expect(() => calendarPath("u", hostile)).toThrow(RangeError);
    expect(() => accountPath("u", hostile)).toThrow(RangeError);
  });

  test("an event id cannot leave its place either", () => {
    expect(() => eventPath("u", "k", "a/b")).toThrow(RangeError);
  });
});
