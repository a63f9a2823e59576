import { expect, test } from "@jest/globals";
import { recipesOf, typeFaults } from "./snippets.fixture.ts";

/** What an app has before it uses a recipe. */
const given = `
type Client = typeof import("@firestore-calendar-sync/client");
type Event = import("@firestore-calendar-sync/client").EventDocument;
declare const calendars: ReadonlyMap<string, import("@firestore-calendar-sync/client").CalendarDocument>;
declare const events: ReadonlyMap<string, Event>;
declare const from: Date;
declare const to: Date;
declare const options: Parameters<Client["openAgenda"]>[0];
declare const observer: Parameters<Client["openAgenda"]>[1];
declare const showSlots: (slots: readonly { from: Date; to: Date }[], asOf: Date | undefined) => void;
declare const draw: (event: Event, how: { colors: (string | undefined)[]; faded: boolean }) => void;
`;

test("the recipes for busy times, meetings and filters compile, and else it is reported", () => {
  const recipes = recipesOf("docs/clients.md");
  const [slots = "", meetings = "", filter = ""] = ["free-slots", "meetings", "filter"].map(name =>
    recipes.get(name),
  );
  const wrong = [
    slots.replace("MO: nineToFive", "MON: nineToFive"),
    meetings.replace("{ event, copies }", "{ event, copy }"),
    filter.replace("exclude:", "without:"),
  ];
  const faults = typeFaults([slots, meetings, filter, ...wrong].map(code => `${code}${given}`));
  expect([slots, meetings, filter].map(code => code !== "")).toEqual([true, true, true]);
  expect(faults.slice(0, 3)).toEqual([[], [], []]);
  expect(faults.slice(3).map(messages => messages.length > 0)).toEqual([true, true, true]);
});
