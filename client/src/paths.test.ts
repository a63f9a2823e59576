import { describe, expect, test } from "@jest/globals";
import { accountPath, calendarPath, eventPath, eventsPath, seriesPath } from "./paths.ts";

describe("paths", () => {
  test("are those of the design", () => {
    expect(accountPath("u", "a")).toBe("users/u/calendarAccounts/a");
    expect(calendarPath("u", "k")).toBe("users/u/calendars/k");
    expect(eventPath("u", "k", "standup_20261123T080000Z")).toBe(
      "users/u/calendarEvents/k_standup_20261123T080000Z",
    );
    expect(seriesPath("u", "k", "standup")).toBe("users/u/calendarSeries/k_standup");
  });

  test("can begin at another collection than users, also below a document", () => {
    expect(accountPath({ uid: "u", usersRoot: "people" }, "a")).toBe("people/u/calendarAccounts/a");
    expect(calendarPath({ uid: "u", usersRoot: "tenants/acme/users" }, "k")).toBe(
      "tenants/acme/users/u/calendars/k",
    );
    expect(eventsPath({ uid: "u" })).toBe(eventsPath("u"));
  });

  test.each(["", "/", "tenants/acme", "../users", "a//b", "users/"])("%j is not the place of users", root => {
    expect(() => eventsPath({ uid: "u", usersRoot: root })).toThrow(RangeError);
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
