import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { calendarKeyOf } from "../model/keys.ts";
import { planRemovals } from "../account/plan-removals.ts";
import type { CalendarListing } from "../ports/calendars.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import { CountedCalls } from "../quota/counted-calls.fake.ts";
import type { CalendarCaller } from "./calendar-client.ts";
import { createCalendarList } from "./calendar-list.adapter.ts";

const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  alarm: () => undefined,
};

/** The adapter's result for these pages. Each page contains only the fields that the test sets. */
async function list(pages: unknown[], syncToken?: string): Promise<CalendarListing | GoogleFailure> {
  const left = [...pages];
  const client = { calendarList: { list: () => Promise.resolve({ data: left.shift() }) } };
  const call: CalendarCaller = async (_account, run) => ({
    kind: "ok",
    data: (await run(client as never, {} as never)).data,
  });
  return await createCalendarList(call, undefined, new CountedCalls(), silent).list("acc", syncToken);
}
const page = (...items: unknown[]) => ({ items, nextSyncToken: "t1" });
async function listed(pages: unknown[], syncToken?: string): Promise<CalendarListing> {
  const listing = await list(pages, syncToken);
  if (listing.kind === "failed") throw new Error(JSON.stringify(listing));
  return listing;
}

const me = {
  id: "me@example.com",
  summary: "Me",
  timeZone: "Europe/Berlin",
  accessRole: "owner",
  primary: true,
  selected: true,
};
const team = {
  id: "team@group.calendar.example.com",
  summary: "Team",
  description: "All of us",
  backgroundColor: "#0b8043",
  foregroundColor: "#ffffff",
  colorId: "9",
  timeZone: "Asia/Tokyo",
  accessRole: "reader",
};

describe("a list of calendars", () => {
  test("is read as it is", async () => {
    const { id, ...fields } = team;
    expect(await listed([{ items: [me], nextPageToken: "p" }, page(team)])).toEqual({
      kind: "listed",
      calendars: [
        expect.objectContaining({ calendarId: me.id, primary: true, selected: true }),
        { calendarId: id, ...fields, primary: false, selected: false },
      ],
      removedIds: [],
      complete: true,
      syncToken: "t1",
    });
  });

  test.each(["writerWithoutPrivateAccess", "none", "visitor", "OWNER"])(
    "has calendars with the role %s",
    async accessRole => {
      const { calendars, complete } = await listed([page(me, { ...team, accessRole })]);
      expect([calendars[1]?.accessRole, calendars[1]?.unread, complete]).toEqual([
        accessRole,
        undefined,
        true,
      ]);
    },
  );

  test.each([
    ["summary", 7, team.id],
    ["summary", "x".repeat(2_000_000), team.id],
    ["timeZone", null, "UTC"],
    ["timeZone", "", "UTC"],
    ["accessRole", undefined, "reader"],
    ["accessRole", {}, "reader"],
    ["primary", "true", false],
    ["selected", 1, false],
    ["backgroundColor", "red", undefined],
    ["description", [], undefined],
  ])("has a calendar whose %s is %p", async (name, value, instead) => {
    const { calendars, complete } = await listed([page(me, { ...team, [name]: value })]);
    expect(complete).toBe(true);
    expect(calendars[1]).toMatchObject({ calendarId: team.id, unread: [name] });
    expect(calendars[1]?.[name as "summary"]).toBe(instead);
  });

  test("names a zone that clients can use", async () => {
    const { calendars } = await listed([page({ ...team, timeZone: "Somewhere/Else" })]);
    expect(calendars[0]).toMatchObject({ timeZone: "UTC" });
  });

  test.each([
    ["no id", { ...team, id: undefined }],
    ["an id that is no text", { ...team, id: 7 }],
    ["an empty id", { ...team, id: "" }],
    ["half of a surrogate pair in its id", { ...team, id: "\ud83d" }],
    ["nothing in it", null],
  ])("with an entry that has %s is not complete, and the rest is read", async (_what, odd) => {
    const listing = await listed([page(odd, me)]);
    expect(listing).toMatchObject({ complete: false, removedIds: [], syncToken: "t1" });
    expect(listing.calendars).toHaveLength(1);
  });

  test.each([
    ["items that are no list", { items: {}, nextSyncToken: "t" }],
    ["items that are null", { items: null, nextSyncToken: "t" }],
    ["no items in a whole list", { nextSyncToken: "t" }],
    ["no sync token", { items: [me] }],
    ["a sync token that is no text", { items: [me], nextSyncToken: 7 }],
    ["a page token that is no text", { items: [me], nextPageToken: 7, nextSyncToken: "t" }],
    ["nothing", undefined],
    ["text", "<html>"],
  ])("with %s is asked for again later", async (_what, answer) => {
    expect(await list([answer])).toMatchObject({ kind: "failed", reason: "unavailable" });
  });

  test("without items tells of no change", async () => {
    expect(await listed([{ nextSyncToken: "t" }], "t0")).toMatchObject({ calendars: [], removedIds: [] });
  });

  test("takes away only what is deleted or hidden beyond doubt", async () => {
    const odd = [
      { deleted: "true" },
      { deleted: 1 },
      { hidden: "false" },
      { hidden: null },
      { deleted: false },
    ];
    const kept = odd.map((mark, n) => ({ ...team, id: `kept${n}`, ...mark }));
    const gone = [
      { id: "gone1", deleted: true },
      { id: "gone2", hidden: true },
    ];
    const both = [
      { ...team, id: "both" },
      { id: "both", deleted: true },
    ];
    const listing = await listed([page(...kept, ...gone, ...both)], "t0");
    expect(listing.removedIds).toEqual(["gone1", "gone2"]);
    expect(listing.calendars.map(({ calendarId }) => calendarId)).toEqual([
      ...kept.map(({ id }) => id),
      "both",
    ]);
  });

  test("has a calendar that comes twice once", async () => {
    const { calendars } = await listed([page(team, { ...team, summary: "Team 2" })]);
    expect(calendars).toMatchObject([{ summary: "Team 2" }]);
  });
});

/* Entries are changed at random. A calendar whose id is still readable must not be removed. */
describe("mutated answers", () => {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      undefined,
      "",
      "unknown",
      0,
      -1,
      true,
      false,
      "x".repeat(100_000),
      "\ud800",
    ),
    fc.anything({ maxDepth: 2 }),
    fc.string({ unit: "binary" }),
  );
  const mutation = fc.record({
    entry: fc.nat(5),
    field: fc.constantFrom(
      "id",
      "summary",
      "summaryOverride",
      "description",
      "backgroundColor",
      "colorId",
      "timeZone",
      "accessRole",
      "primary",
      "selected",
      "deleted",
      "hidden",
      "kind",
    ),
    value: odd,
  });
  const entries = [me, ...["a", "b", "c", "d", "e"].map(id => ({ ...team, id }))];
  const known = new Map(
    entries.map(({ id }, n) => [calendarKeyOf("acc", id), { listed: { primary: n === 0 } }] as const),
  );

  test("take no calendar away that they name", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.array(fc.nat(5), { maxLength: 3 }),
        async (mutations, isWhole, repeated) => {
          const items: Record<string, unknown>[] = entries.map(entry => ({ ...entry }));
          for (const { entry, field, value } of mutations)
            Object.assign(items[entry] ?? {}, { [field]: value });
          for (const index of repeated) items.push({ ...items[index] });
          const listing = await listed([page(...items)], isWhole ? undefined : "t0");
          const { certain } = planRemovals("acc", listing, known);
          const taken = new Set(
            items.filter(({ deleted, hidden }) => deleted === true || hidden === true).map(({ id }) => id),
          );
          const named = entries.filter(({ id }) => items.some(item => item["id"] === id) && !taken.has(id));
          for (const { id } of named) expect(certain).not.toContain(calendarKeyOf("acc", id));
          // Nor may any other calendar be removed, because an entry without an id may be that calendar.
          const nameless = items.some(({ id }) => typeof id !== "string" || id === "");
          if (nameless) {
            const keys = [...taken].map(id => calendarKeyOf("acc", String(id)));
            expect(certain.filter(key => !keys.includes(key))).toEqual([]);
          }
          expect(JSON.stringify(listing.calendars).length).toBeLessThan(2_000_000);
        },
      ),
      { numRuns: 500 },
    );
  });
});
