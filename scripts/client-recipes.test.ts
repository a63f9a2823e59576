import { expect, test } from "@jest/globals";
import { callableNames, type CreateEventInput, type UpdateEventInput } from "@firestore-calendar-sync/client";
import { recipeOf, recipesOf, typeFaults } from "./snippets.fixture.ts";

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

/** What an app has before it changes events. */
const givenToWrite = `
type Client = typeof import("@firestore-calendar-sync/client");
type Shown = import("@firestore-calendar-sync/client").ShownEvent;
declare const app: import("firebase/app").FirebaseApp;
declare const region: string;
declare const instance: string | undefined;
declare const calendars: ReadonlyMap<string, import("@firestore-calendar-sync/client").CalendarDocument>;
declare const from: Date;
declare const to: Date;
declare const options: Parameters<Client["openAgenda"]>[0];
declare const applyEvent: (change: import("@firestore-calendar-sync/client").LiveChange<Shown>) => void;
declare const showProblem: (text: string) => void;
`;

test("the recipes for changing events compile, and else it is reported", () => {
  const [web, react] = ["pending", "react-pending"].map(name => recipeOf("docs/clients.md", name));
  const codes = [`${web}${givenToWrite}`, react ?? ""];
  const wrong = [
    codes[0]?.replace("pending.update(stored, { changes", "pending.update(stored, { change") ?? "",
    codes[1]?.replace("layer.stored(update.changes)", "layer.stored(update)") ?? "",
  ];
  const faults = typeFaults([...codes, ...wrong]);
  expect(faults.slice(0, 2)).toEqual([[], []]);
  expect(faults.slice(2).map(messages => messages.length > 0)).toEqual([true, true]);
});

test.each(["kotlin-write", "swift-write", "dart-write"])("%s names functions and fields that exist", name => {
  const code = recipeOf("docs/clients.md", name);
  const called = [...code.matchAll(/ttpsCallable\(["'](\w+)["']\)/g)].map(([, callable]) => callable);
  expect(called).toEqual(["createEvent", "updateEvent"]);
  expect(callableNames).toEqual(expect.arrayContaining(called));
  // The keys of the maps: "key" to, "key": and 'key':
  const keys = new Set([...code.matchAll(/["'](\w+)["'](?: to\b|:)/g)].map(([, key = ""]) => key));
  expect([...keys].sort()).toEqual([...new Set(keysOf({ ...created, ...changed }))].sort());
});

const time = { dateTime: "2026-11-23T09:00:00Z" };
const created: CreateEventInput = {
  ...{ calendarKey: "k", requestId: "request-1" },
  event: { summary: "Tea", start: time, end: time },
};
const changed: UpdateEventInput = {
  ...{ calendarKey: "k", eventId: "e", etag: "v1", scope: "this" },
  changes: { start: time, end: time },
};

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}
