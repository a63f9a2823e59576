import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, failure, listAll, TEAM, useHarness, WORLD } from "./harness.ts";

const DAY_MS = 86_400_000;
const harness = useHarness();
let alice: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
});

const insert = async (body: calendar_v3.Schema$Event): Promise<string> =>
  (await alice.events.insert({ calendarId: "primary", requestBody: body })).data.id ?? "";
const seed = async (count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await insert(at(index % 23, `event ${index}`)));
  return ids;
};
const token = async (params: calendar_v3.Params$Resource$Events$List = {}): Promise<string> =>
  (await listAll(alice, params)).nextSyncToken ?? "";

describe("paging", () => {
  test("only the last page has a sync token, the others a page token", async () => {
    await seed(5);
    const first = await alice.events.list({ calendarId: "primary", maxResults: 2 });
    expect(first.data.nextPageToken).toEqual(expect.any(String));
    expect(first.data).not.toHaveProperty("nextSyncToken");
    const all = await listAll(alice, { maxResults: 2 });
    expect(all.pages).toBe(3);
    expect(all.nextSyncToken).toEqual(expect.any(String));
    expect(all.items).toHaveLength(5);
  });

  test("250 a page by default, never more than 2500", async () => {
    const events = Array.from({ length: 2_600 }, (_, index) => ({ ...at(index % 23), id: `event${index}` }));
    const [user] = WORLD.users;
    await harness.control("PUT", "state", {
      users: [{ ...user, calendars: [{ id: ALICE, primary: true, events }] }],
    });
    expect((await alice.events.list({ calendarId: "primary" })).data.items).toHaveLength(250);
    expect((await alice.events.list({ calendarId: "primary", maxResults: 9_999 })).data.items).toHaveLength(
      2_500,
    );
  });

  test("pages stay stable while edits go on, and the sync token covers those edits", async () => {
    const ids = await seed(6);
    const first = (await alice.events.list({ calendarId: "primary", maxResults: 2 })).data;
    await alice.events.delete({ calendarId: "primary", eventId: ids[0] ?? "" });
    await alice.events.patch({
      calendarId: "primary",
      eventId: ids[5] ?? "",
      requestBody: { summary: "edited" },
    });
    const added = await insert(at(4, "added"));
    const seen = [...(first.items ?? [])];
    let pageToken = first.nextPageToken ?? undefined;
    let last = first;
    while (pageToken !== undefined) {
      last = (await alice.events.list({ calendarId: "primary", maxResults: 2, pageToken })).data;
      seen.push(...(last.items ?? []));
      pageToken = last.nextPageToken ?? undefined;
    }
    expect(seen.map(event => event.id)).toEqual(ids);
    const delta = await listAll(alice, { syncToken: last.nextSyncToken ?? "" });
    expect(delta.items.map(event => [event.id, event.status])).toEqual([
      [ids[0], "cancelled"],
      [ids[5], "confirmed"],
      [added, "confirmed"],
    ]);
  });

  test("an altered page token, or one with other parameters, is 400", async () => {
    await seed(3);
    const pageToken =
      (await alice.events.list({ calendarId: "primary", maxResults: 1 })).data.nextPageToken ?? "";
    const list = async (params: calendar_v3.Params$Resource$Events$List): Promise<unknown> =>
      await alice.events.list({ calendarId: "primary", ...params });
    expect(await failure(list({ pageToken: `x${pageToken}` }))).toMatchObject({
      status: 400,
      location: "pageToken",
    });
    expect(await failure(list({ pageToken, showDeleted: true }))).toMatchObject({
      status: 400,
      location: "pageToken",
    });
  });
});

describe("sync tokens", () => {
  test("a delta holds what changed since, once, with deletions by id alone", async () => {
    const ids = await seed(3);
    const syncToken = await token();
    await alice.events.patch({
      calendarId: "primary",
      eventId: ids[1] ?? "",
      requestBody: { summary: "one" },
    });
    await alice.events.patch({
      calendarId: "primary",
      eventId: ids[1] ?? "",
      requestBody: { summary: "two" },
    });
    await alice.events.delete({ calendarId: "primary", eventId: ids[2] ?? "" });
    const delta = await listAll(alice, { syncToken });
    expect(delta.items).toHaveLength(2);
    expect(delta.items[0]).toMatchObject({ id: ids[1], summary: "two" });
    expect(Object.keys(delta.items[1] ?? {}).sort()).toEqual(["etag", "id", "kind", "status"]);
    expect((await listAll(alice, { syncToken: delta.nextSyncToken ?? "" })).items).toEqual([]);
  });

  test("an old token that is still valid can be used again", async () => {
    const syncToken = await token();
    const id = await insert(at(9));
    expect((await listAll(alice, { syncToken })).items.map(event => event.id)).toEqual([id]);
    expect((await listAll(alice, { syncToken })).items.map(event => event.id)).toEqual([id]);
  });

  test("a delta pages with the same sync token and page tokens", async () => {
    const syncToken = await token();
    const ids = await seed(5);
    const delta = await listAll(alice, { syncToken, maxResults: 2 });
    expect(delta.pages).toBe(3);
    expect(delta.items.map(event => event.id)).toEqual(ids);
  });

  test("a token does not remember timeMin and timeMax", async () => {
    const syncToken = await token({ timeMin: "2026-01-01T00:00:00Z", timeMax: "2026-02-01T00:00:00Z" });
    const id = await insert({ start: { date: "1999-01-01" }, end: { date: "1999-01-02" } });
    expect((await listAll(alice, { syncToken })).items.map(event => event.id)).toEqual([id]);
  });

  test.each([
    ["iCalUID", { iCalUID: "x" }],
    ["orderBy", { orderBy: "updated" }],
    ["privateExtendedProperty", { privateExtendedProperty: ["a=b"] }],
    ["q", { q: "x" }],
    ["sharedExtendedProperty", { sharedExtendedProperty: ["a=b"] }],
    ["timeMin", { timeMin: "2026-01-01T00:00:00Z" }],
    ["timeMax", { timeMax: "2026-01-01T00:00:00Z" }],
    ["updatedMin", { updatedMin: "2026-01-01T00:00:00Z" }],
    ["showDeleted", { showDeleted: false }],
  ])("%s is refused beside a sync token", async (location, params) => {
    const syncToken = await token();
    const call = alice.events.list({ calendarId: "primary", syncToken, ...params });
    expect(await failure(call)).toMatchObject({ status: 400, location });
  });

  test("another singleEvents than the token was made with is refused", async () => {
    const syncToken = await token();
    const call = alice.events.list({ calendarId: "primary", syncToken, singleEvents: true });
    expect(await failure(call)).toMatchObject({ status: 400, location: "syncToken" });
  });

  const gone = { status: 410, reason: "fullSyncRequired", domain: "calendar", location: "syncToken" };
  test("an altered token, an expired one and one of another calendar are 410", async () => {
    const syncToken = await token();
    const altered = (syncToken.startsWith("A") ? "B" : "A") + syncToken.slice(1);
    const use = async (text: string, calendarId = "primary"): Promise<unknown> =>
      await alice.events.list({ calendarId, syncToken: text });
    expect(await failure(use(altered))).toMatchObject(gone);
    expect(await failure(use("nonsense"))).toMatchObject(gone);
    expect(await failure(use(syncToken, TEAM))).toMatchObject(gone);
    await harness.control("POST", "sync-tokens/expire", { calendarId: ALICE });
    expect(await failure(use(syncToken))).toMatchObject(gone);
    const fresh = await token();
    await harness.control("POST", "sync-tokens/expire", {});
    expect(await failure(use(fresh))).toMatchObject(gone);
    expect((await listAll(alice, { syncToken: await token() })).items).toEqual([]);
  });

  test("a token ends after 28 days of virtual time", async () => {
    const syncToken = await token();
    await harness.control("POST", "clock", { advanceMs: 28 * DAY_MS - 60_000 });
    alice = await harness.client();
    expect((await listAll(alice, { syncToken })).items).toEqual([]);
    await harness.control("POST", "clock", { advanceMs: 120_000 });
    expect(await failure(alice.events.list({ calendarId: "primary", syncToken }))).toMatchObject(gone);
  });

  test("the body of a 410 is Google's", async () => {
    const answer = await harness.fetch("/calendar/v3/calendars/primary/events?syncToken=old", {
      headers: { authorization: `Bearer ${await harness.token()}` },
    });
    const message = "Sync token is no longer valid, a full sync is required.";
    expect(answer.json).toEqual({
      error: {
        errors: [
          {
            domain: "calendar",
            reason: "fullSyncRequired",
            message,
            locationType: "parameter",
            location: "syncToken",
          },
        ],
        code: 410,
        message,
      },
    });
  });

  test("PUT state edits in place: tokens live on and tell the difference", async () => {
    await harness.control("PUT", "state", {
      users: [
        {
          email: ALICE,
          calendars: [
            {
              id: ALICE,
              events: [
                { ...at(9), id: "aaaaa" },
                { ...at(10), id: "bbbbb" },
              ],
            },
          ],
        },
      ],
    });
    const syncToken = await token();
    await harness.control("PUT", "state", {
      users: [{ email: ALICE, calendars: [{ id: ALICE, events: [{ ...at(9, "new"), id: "aaaaa" }] }] }],
    });
    const delta = await listAll(alice, { syncToken });
    expect(delta.items.map(event => [event.id, event.status])).toEqual([
      ["aaaaa", "confirmed"],
      ["bbbbb", "cancelled"],
    ]);
  });

  test("GET state with series, exceptions and guests can be put back, too", async () => {
    const zone = { timeZone: "America/New_York" };
    const series = {
      id: "series0a",
      start: { dateTime: "2026-03-01T09:00:00", ...zone },
      end: { dateTime: "2026-03-01T10:00:00", ...zone },
      recurrence: ["RRULE:FREQ=DAILY;COUNT=9"],
      attendees: [{ email: BOB, optional: true }],
      reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 5 }] },
      extendedProperties: { private: { a: "b" } },
    };
    await insert(series);
    await alice.events.patch({
      calendarId: "primary",
      eventId: "series0a_20260302T140000Z",
      requestBody: { start: { dateTime: "2026-03-05T12:00:00Z" }, end: { dateTime: "2026-03-05T13:00:00Z" } },
    });
    await alice.events.delete({ calendarId: "primary", eventId: "series0a_20260303T140000Z" });
    await alice.events.insert({ calendarId: TEAM, requestBody: { ...at(9), attendees: [{ email: BOB }] } });
    await insert({ start: { date: "2026-01-01" }, end: { date: "2026-01-03" }, visibility: "private" });
    const bob = await harness.client(BOB);
    const before = [
      await token(),
      await token({ calendarId: TEAM }),
      (await listAll(bob)).nextSyncToken ?? "",
    ];
    const stored = await harness.control("GET", "state");
    await harness.control("PUT", "state", stored);
    expect(await harness.control("GET", "state")).toEqual(stored);
    const [own = "", team = "", guest = ""] = before;
    expect((await listAll(alice, { syncToken: own })).items).toEqual([]);
    expect((await listAll(alice, { syncToken: team, calendarId: TEAM })).items).toEqual([]);
    expect((await listAll(bob, { syncToken: guest })).items).toEqual([]);
    // Importing the state into an empty emulator gives the same events, with other etags.
    const shown = await listAll(alice, { singleEvents: true });
    await harness.control("POST", "reset");
    await harness.control("PUT", "state", stored);
    alice = await harness.client();
    const times = ({ items }: { items: calendar_v3.Schema$Event[] }): unknown[] =>
      items.map(event => [event.id, event.start, event.status, event.originalStartTime]);
    expect(times(await listAll(alice, { singleEvents: true }))).toEqual(times(shown));
  });

  test("GET state can be put back and changes nothing", async () => {
    await seed(2);
    const syncToken = await token();
    await harness.control("PUT", "state", await harness.control("GET", "state"));
    expect((await listAll(alice, { syncToken })).items).toEqual([]);
  });
});

describe("access", () => {
  test("a reader lists and may not write", async () => {
    const bob = await harness.client(BOB);
    await alice.events.insert({ calendarId: TEAM, requestBody: at(9, "Team") });
    expect((await bob.events.list({ calendarId: TEAM })).data).toMatchObject({
      accessRole: "reader",
      items: [{ summary: "Team" }],
    });
    expect(await failure(bob.events.insert({ calendarId: TEAM, requestBody: at(9) }))).toMatchObject({
      status: 403,
      reason: "requiredAccessLevel",
    });
    expect(await failure(bob.events.list({ calendarId: ALICE }))).toMatchObject({ status: 404 });
  });

  test("the calendar list shows each calendar with the user's role", async () => {
    const { data } = await alice.calendarList.list();
    expect(data.items?.map(entry => [entry.id, entry.accessRole, entry.primary])).toEqual([
      [ALICE, "owner", true],
      [TEAM, "owner", undefined],
      [WORLD.users[0]?.calendars[2]?.id, "reader", undefined],
    ]);
    expect((await alice.calendarList.get({ calendarId: "primary" })).data.id).toBe(ALICE);
    expect((await alice.calendars.get({ calendarId: "primary" })).data).toMatchObject({
      id: ALICE,
      timeZone: "Europe/Berlin",
    });
  });
});
