import { describe, expect, test } from "@jest/globals";
import type { ListedCalendar } from "../ports/calendars.port.ts";
import { calendarKeyOf } from "../model/keys.ts";
import { planRemovals } from "./plan-removals.ts";

const key = (id: string) => calendarKeyOf("acc", id);
const entry = (calendarId: string, primary = false): ListedCalendar => ({
  calendarId,
  summary: calendarId,
  timeZone: "UTC",
  accessRole: "owner",
  primary,
  selected: true,
});
const known = new Map([
  [key("me"), { listed: { primary: true } }],
  [key("team"), { listed: { primary: false } }],
  [key("club"), { listed: { primary: false } }],
]);
const whole = (...calendars: ListedCalendar[]) => ({ calendars, removedIds: [], complete: true });
const changes = (removedIds: string[], ...calendars: ListedCalendar[]) => ({
  calendars,
  removedIds,
  complete: false,
});
const certain = (...ids: string[]) => ({ certain: ids.map(key), doubted: [] });
const doubted = (...ids: string[]) => ({ certain: [], doubted: ids.map(key) });

describe("a whole list", () => {
  test("takes away what is not on it", () => {
    expect(planRemovals("acc", whole(entry("me", true), entry("club")), known)).toEqual(certain("team"));
  });

  test("takes nothing if it is empty, or without the primary calendar", () => {
    expect(planRemovals("acc", whole(), known)).toEqual(doubted("me", "team", "club"));
    expect(planRemovals("acc", whole(entry("team")), known)).toEqual(doubted("me", "club"));
  });

  test("that is empty takes nothing of an account whose primary calendar is not known either", () => {
    const one = new Map([[key("team"), { listed: { primary: false } }]]);
    expect(planRemovals("acc", whole(), one)).toEqual(doubted("team"));
  });

  test("takes the old primary calendar of somebody whose address has changed", () => {
    expect(planRemovals("acc", whole(entry("new", true), entry("team"), entry("club")), known)).toEqual(
      certain("me"),
    );
  });

  test("without a primary calendar takes nothing of which nobody knows whether it is that", () => {
    const old = new Map([[key("team"), { listed: null }]]);
    expect(planRemovals("acc", whole(entry("club")), old)).toEqual(doubted("team"));
    expect(planRemovals("acc", whole(entry("club", true)), old)).toEqual(certain("team"));
  });

  test("does not doubt what was taken away before", () => {
    const gone = new Map([[key("team"), { listed: { primary: false }, inactiveReason: "removed" as const }]]);
    expect(planRemovals("acc", whole(), gone)).toEqual(doubted());
  });
});

describe("changes of a list", () => {
  test("take away what they name, if it is known, and nothing else", () => {
    expect(planRemovals("acc", changes(["team", "stranger"]), known)).toEqual(certain("team"));
    expect(planRemovals("acc", changes([]), known)).toEqual(certain());
  });

  test("cannot take the primary calendar, nor what they list as well", () => {
    expect(planRemovals("acc", changes(["me", "team"]), known)).toEqual({
      certain: [key("team")],
      doubted: [key("me")],
    });
    expect(planRemovals("acc", changes(["team"], entry("team")), known)).toEqual(certain());
  });
});
