import { describe, expect, test } from "@jest/globals";
import { agendaFilter, type AgendaFilter } from "./agenda-filter.ts";
import type { EventDocument } from "./documents.ts";
import { event } from "./documents.fixture.ts";

const events: Record<string, Partial<EventDocument>> = {
  plain: {},
  colleague: { calendarKey: "colleague" },
  declined: { selfResponse: "declined" },
  birthday: { eventType: "birthday" },
  siesta: { eventType: "siesta" },
};
const shown = (filter?: AgendaFilter) => {
  const isShown = agendaFilter(filter);
  return Object.keys(events).filter(name => isShown({ ...event, ...events[name] }));
};

describe("an agenda's filter", () => {
  const all = ["plain", "colleague", "declined", "birthday", "siesta"];

  test.each<[string, AgendaFilter | undefined, string[]]>([
    ["none", undefined, all],
    ["an empty one", {}, all],
    ["a calendar", { calendars: ["colleague"] }, ["colleague"]],
    ["calendars as a set", { calendars: new Set(["colleague"]) }, ["colleague"]],
    ["no calendar", { calendars: [] }, []],
    ["declined events hidden", { declined: "hide" }, ["plain", "colleague", "birthday", "siesta"]],
    ["declined events shown", { declined: "show" }, all],
    ["a type", { types: { include: ["birthday"] } }, ["birthday"]],
    ["all but a type", { types: { exclude: ["birthday"] } }, ["plain", "colleague", "declined", "siesta"]],
    ["a type in both lists", { types: { include: ["birthday"], exclude: ["birthday"] } }, []],
    [
      "the default type, and with it unknown ones",
      { types: { include: ["default"] } },
      ["plain", "colleague", "declined", "siesta"],
    ],
    ["no default type, nor unknown ones", { types: { exclude: ["default"] } }, ["birthday"]],
    ["an unknown type by its name", { types: { include: ["siesta"] } }, ["siesta"]],
    [
      "the default type without an unknown one",
      { types: { include: ["default"], exclude: ["siesta"] } },
      ["plain", "colleague", "declined"],
    ],
    ["a condition", { where: ({ eventType }) => eventType === "siesta" }, ["siesta"]],
    ["all together", { calendars: ["colleague"], declined: "hide", where: () => true }, ["colleague"]],
  ])("%s", (_what, filter, expected) => {
    expect(shown(filter)).toEqual(expected);
  });

  test("a list that changes later has no effect", () => {
    const calendars = ["colleague"];
    const isShown = agendaFilter({ calendars });
    calendars.push(event.calendarKey);
    expect(isShown(event)).toBe(false);
  });
});
