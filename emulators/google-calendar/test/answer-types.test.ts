import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, Harness, Webhook } from "./harness.ts";

/*
 * These tests compare the emulator's answers with the types of the installed client: each field must exist in the
 * type and have a value of that type. The types are read from the package, so the tests also check a new version.
 */
const directory = path.dirname(createRequire(__filename).resolve("googleapis/build/src/apis/calendar"));
const declarations = readFileSync(path.join(directory, "v3.d.ts"), "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");

/** The fields of each interface with their types, as text. */
const schemas = new Map<string, Map<string, string>>();
for (const [, name = "", block = ""] of declarations.matchAll(
  /export interface (Schema\$\w+) \{\n([\s\S]*?)\n {4}\}/g,
)) {
  const fields = [...block.matchAll(/^ {8}(\w+)\?: ([\s\S]*?);$(?=\s*(?:^ {8}\w|(?![\s\S])))/gm)];
  schemas.set(name, new Map(fields.map(([, field = "", type = ""]) => [field, type.replace(/\s+/g, " ")])));
}

/** The places at which a value does not match its type. Empty if the value matches. */
function mismatches(value: unknown, written: string, where: string): string[] {
  const type = written.replace(/ \| null$/, "");
  if (value === undefined) return [];
  const items = /^(.*)\[\]$/.exec(type)?.[1];
  if (items !== undefined) {
    if (!Array.isArray(value)) return [`${where}: no list`];
    return value.flatMap((item, index) => mismatches(item, items, `${where}[${index}]`));
  }
  if (["string", "number", "boolean"].includes(type))
    return typeof value === type ? [] : [`${where}: no ${type}`];
  if (typeof value !== "object" || value === null) return [`${where}: no object`];
  const each = /^\{ \[key: string\]: (.*?);? \}$/.exec(type)?.[1];
  const fields = schemas.get(type);
  if (each === undefined && fields === undefined) return type.startsWith("{") ? [] : [`${where}: ${type}?`];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) => {
    const partType = each ?? fields?.get(key);
    return partType === undefined
      ? [`${where}.${key}: unknown field`]
      : mismatches(part, partType, `${where}.${key}`);
  });
}

const harness = new Harness();
let alice: calendar_v3.Calendar;
let hook: Webhook;
beforeAll(async () => {
  await harness.start();
  alice = await harness.client();
  hook = await new Webhook().start();
});
afterAll(async () => {
  await hook.close();
  await harness.close();
});

const channel = (id: string): calendar_v3.Schema$Channel => ({ id, type: "web_hook", address: hook.address });
const guests = { attendees: [{ email: BOB }], reminders: { useDefault: true } };
const event = async (change: calendar_v3.Schema$Event = {}): Promise<calendar_v3.Schema$Event> =>
  (await alice.events.insert({ calendarId: ALICE, requestBody: { ...at(9), ...guests, ...change } })).data;
const zoned = (hour: number) => ({ dateTime: `2026-02-02T${hour}:00:00+01:00`, timeZone: "Europe/Berlin" });
const series = { start: zoned(10), end: zoned(11), recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] };

describe("the client's types", () => {
  test("have been read", () => {
    expect(schemas.size).toBeGreaterThan(30);
    expect(schemas.get("Schema$Event")?.get("attendees")).toBe("Schema$EventAttendee[]");
    expect(schemas.get("Schema$FreeBusyResponse")?.get("calendars")).toContain("Schema$FreeBusyCalendar");
    expect(mismatches({ id: 1, sumary: "" }, "Schema$Event", "it")).toEqual([
      "it.id: no string",
      "it.sumary: unknown field",
    ]);
  });
});

describe("answers are of the client's types", () => {
  const answers: [name: string, type: string, ask: () => Promise<{ data: unknown }>][] = [
    ["calendarList.list", "CalendarList", () => alice.calendarList.list()],
    ["calendarList.get", "CalendarListEntry", () => alice.calendarList.get({ calendarId: ALICE })],
    ["calendarList.watch", "Channel", () => alice.calendarList.watch({ requestBody: channel("list-1") })],
    ["calendars.get", "Calendar", () => alice.calendars.get({ calendarId: ALICE })],
    ["calendars.insert", "Calendar", () => alice.calendars.insert({ requestBody: { summary: "New" } })],
    ["events.insert", "Event", async () => ({ data: await event() })],
    ["events.insert of a series", "Event", async () => ({ data: await event(series) })],
    ["events.list", "Events", () => alice.events.list({ calendarId: ALICE })],
    [
      "events.list of single events",
      "Events",
      () => alice.events.list({ calendarId: ALICE, singleEvents: true }),
    ],
    [
      "events.instances",
      "Events",
      async () =>
        await alice.events.instances({ calendarId: ALICE, eventId: (await event(series)).id ?? "" }),
    ],
    [
      "events.watch",
      "Channel",
      () => alice.events.watch({ calendarId: ALICE, requestBody: channel("events-1") }),
    ],
    ["acl.list", "Acl", () => alice.acl.list({ calendarId: ALICE })],
    [
      "acl.insert",
      "AclRule",
      () =>
        alice.acl.insert({
          calendarId: ALICE,
          requestBody: { role: "reader", scope: { type: "user", value: BOB } },
        }),
    ],
    ["settings.list", "Settings", () => alice.settings.list()],
    ["settings.get", "Setting", () => alice.settings.get({ setting: "timezone" })],
    ["colors.get", "Colors", () => alice.colors.get()],
    [
      "freebusy.query",
      "FreeBusyResponse",
      () =>
        alice.freebusy.query({
          requestBody: {
            timeMin: "2026-01-01T00:00:00Z",
            timeMax: "2026-03-01T00:00:00Z",
            items: [{ id: ALICE }],
          },
        }),
    ],
  ];
  test.each(answers)("%s answers with a Schema$%s", async (name, type, ask) => {
    const { data } = await ask();
    expect(Object.keys(data as object).length).toBeGreaterThan(1);
    expect(mismatches(data, `Schema$${type}`, name)).toEqual([]);
  });
});
