import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, CAROL, failure, listAll, useHarness, WORLD_WITH_CAROL } from "./harness.ts";

const harness = useHarness(WORLD_WITH_CAROL);
let alice: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
});

const insert = async (requestBody: calendar_v3.Schema$Event): Promise<calendar_v3.Schema$Event> =>
  (await alice.events.insert({ calendarId: "primary", requestBody })).data;
const summaries = async (
  params: calendar_v3.Params$Resource$Events$List,
): Promise<(string | null | undefined)[]> => (await listAll(alice, params)).items.map(event => event.summary);

describe("filters of events.list", () => {
  test("timeMin bounds the end, timeMax the start, both exclusive", async () => {
    await insert(at(9, "nine"));
    await insert(at(10, "ten"));
    expect(await summaries({ timeMin: "2026-01-05T09:30:00Z" })).toEqual(["ten"]);
    expect(await summaries({ timeMin: "2026-01-05T09:29:59Z" })).toEqual(["nine", "ten"]);
    expect(await summaries({ timeMax: "2026-01-05T10:00:00Z" })).toEqual(["nine"]);
    expect(await summaries({ timeMax: "2026-01-05T11:00:00+01:00" })).toEqual(["nine"]);
  });

  test("a bound needs an offset; timeMax must be after timeMin", async () => {
    const list = async (params: calendar_v3.Params$Resource$Events$List): Promise<unknown> =>
      await alice.events.list({ calendarId: "primary", ...params });
    expect(await failure(list({ timeMin: "2026-01-05T09:00:00" }))).toMatchObject({
      status: 400,
      location: "timeMin",
    });
    expect(
      await failure(list({ timeMin: "2026-01-05T09:00:00Z", timeMax: "2026-01-05T09:00:00Z" })),
    ).toMatchObject({ status: 400, reason: "timeRangeEmpty", location: "timeMax" });
  });

  test("all-day events count in the calendar's zone", async () => {
    await insert({ summary: "day", start: { date: "2026-01-05" }, end: { date: "2026-01-06" } });
    expect(await summaries({ timeMin: "2026-01-05T22:30:00Z" })).toEqual(["day"]);
    expect(await summaries({ timeMin: "2026-01-05T23:00:00Z" })).toEqual([]);
  });

  test("q looks at texts and people, every word must occur", async () => {
    await insert({
      ...at(9, "Budget review"),
      description: "numbers",
      location: "Room 5",
      attendees: [{ email: "dora@example.com", displayName: "Dora" }],
    });
    await insert(at(10, "Other"));
    for (const q of ["budget", "NUMBERS", "room", "dora", "review dora@example.com"])
      expect(await summaries({ q })).toEqual(["Budget review"]);
    expect(await summaries({ q: "budget absent" })).toEqual([]);
  });

  test("iCalUID, extended properties, eventTypes", async () => {
    const event = await insert({
      ...at(9, "A"),
      extendedProperties: { private: { k: "v" }, shared: { s: "1" } },
    });
    await insert({ ...at(10, "B"), eventType: "focusTime", focusTimeProperties: {} });
    expect(await summaries({ iCalUID: event.iCalUID ?? "" })).toEqual(["A"]);
    expect(await summaries({ privateExtendedProperty: ["k=v"] })).toEqual(["A"]);
    expect(await summaries({ privateExtendedProperty: ["k=other"] })).toEqual([]);
    expect(await summaries({ sharedExtendedProperty: ["s=1"], privateExtendedProperty: ["k=v"] })).toEqual([
      "A",
    ]);
    expect(await summaries({ eventTypes: ["focusTime"] })).toEqual(["B"]);
    expect(await summaries({ eventTypes: ["focusTime", "default"] })).toEqual(["A", "B"]);
    expect(await failure(alice.events.list({ calendarId: "primary", eventTypes: ["party"] }))).toMatchObject({
      status: 400,
      location: "eventTypes",
    });
  });

  test("updatedMin shows later changes, deletions included; four weeks ago is too long", async () => {
    const event = await insert(at(9, "old"));
    const { now } = await harness.control<{ now: number }>("POST", "clock", { advanceMs: 60_000 });
    alice = await harness.client();
    await insert(at(10, "new"));
    await alice.events.delete({ calendarId: "primary", eventId: event.id ?? "" });
    const updatedMin = new Date(now).toISOString();
    const found = (await listAll(alice, { updatedMin })).items.map(item => item.status);
    expect(found.sort()).toEqual(["cancelled", "confirmed"]);
    expect(
      await failure(alice.events.list({ calendarId: "primary", updatedMin: "2020-01-01T00:00:00Z" })),
    ).toMatchObject({ status: 410, reason: "updatedMinTooLongAgo" });
  });

  test("orderBy: startTime wants singleEvents, updated does not; neither gives a sync token", async () => {
    const late = await insert(at(12, "late"));
    await insert(at(8, "early"));
    await alice.events.patch({
      calendarId: "primary",
      eventId: late.id ?? "",
      requestBody: { location: "x" },
    });
    expect(await summaries({ singleEvents: true, orderBy: "startTime" })).toEqual(["early", "late"]);
    expect(await summaries({ orderBy: "updated" })).toEqual(["early", "late"]);
    expect(await failure(alice.events.list({ calendarId: "primary", orderBy: "startTime" }))).toMatchObject({
      status: 400,
      location: "orderBy",
    });
    expect((await listAll(alice, { orderBy: "updated" })).nextSyncToken).toBeUndefined();
  });

  test("showDeleted brings deleted events with their details", async () => {
    const event = await insert(at(9, "Gone"));
    await alice.events.delete({ calendarId: "primary", eventId: event.id ?? "" });
    expect(await summaries({})).toEqual([]);
    expect(await summaries({ showDeleted: true })).toEqual(["Gone"]);
  });

  test("timeZone shows the times elsewhere, maxAttendees leaves out guests", async () => {
    await insert({ ...at(9), attendees: [{ email: ALICE }, { email: BOB }, { email: CAROL }] });
    const { data } = await alice.events.list({
      calendarId: "primary",
      timeZone: "Asia/Tokyo",
      maxAttendees: 2,
    });
    expect(data.timeZone).toBe("Asia/Tokyo");
    expect(data.items?.[0]).toMatchObject({
      start: { dateTime: "2026-01-05T18:00:00+09:00" },
      attendeesOmitted: true,
      attendees: [{ email: ALICE, self: true }],
    });
    expect(await failure(alice.events.list({ calendarId: "primary", timeZone: "Mars" }))).toMatchObject({
      status: 400,
      location: "timeZone",
    });
  });

  test("the envelope", async () => {
    const { data } = await alice.events.list({ calendarId: "primary" });
    expect(data).toMatchObject({
      kind: "calendar#events",
      etag: expect.stringMatching(/^"\d+"$/) as unknown,
      summary: "Alice",
      timeZone: "Europe/Berlin",
      accessRole: "owner",
      defaultReminders: [{ method: "popup", minutes: 10 }],
      items: [],
    });
  });

  test("numbers, booleans and enumerations that cannot be read are 400 and name the parameter", async () => {
    const get = async (query: string): Promise<unknown> =>
      (
        await harness.fetch(`/calendar/v3/calendars/primary/events?${query}`, {
          headers: { authorization: `Bearer ${await harness.token()}` },
        })
      ).json;
    for (const [query, location] of [
      ["maxResults=ten", "maxResults"],
      ["maxResults=0", "maxResults"],
      ["singleEvents=yes", "singleEvents"],
      ["orderBy=size", "orderBy"],
      ["alt=csv", "alt"],
      ["fields=items(", "fields"],
      [`quotaUser=${"x".repeat(41)}`, "quotaUser"],
    ] as const) {
      expect(await get(query)).toMatchObject({ error: { code: 400, errors: [{ location }] } });
    }
  });
});

describe("fields", () => {
  test("a selector keeps what it names", async () => {
    await insert({ ...at(9, "A"), attendees: [{ email: BOB }] });
    const { data } = await alice.events.list({
      calendarId: "primary",
      fields: "kind,items(summary,start/dateTime,attendees(email))",
    });
    expect(data).toEqual({
      kind: "calendar#events",
      items: [
        { summary: "A", start: { dateTime: "2026-01-05T10:00:00+01:00" }, attendees: [{ email: BOB }] },
      ],
    });
    const star = (await alice.events.list({ calendarId: "primary", fields: "items/*" })).data;
    expect(Object.keys(star)).toEqual(["items"]);
    expect(star.items?.[0]).toHaveProperty("etag");
  });
});
