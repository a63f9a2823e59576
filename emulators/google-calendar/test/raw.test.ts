import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, listAll, TEAM, until, useHarness, Webhook, WORLD } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
});

const WINDOW = { timeMin: "2026-01-05T00:00:00Z", timeMax: "2026-03-01T00:00:00Z" };
const ODD = [
  {
    id: "tandem",
    start: { dateTime: "2025-03-02T09:00:00-03:00", timeZone: "GMT-03:00" },
    end: { dateTime: "2025-03-02T10:00:00-03:00", timeZone: "GMT-03:00" },
    recurrence: ["RRULE:FREQ=WEEKLY;X-ORIGIN=7", "", "EXDATE;TZID=Eastern Standard Time:20260119T090000"],
  },
  { id: "null-start", start: null, end: { date: 7 }, attendees: [null, { email: 3 }], summary: ["no"] },
  { id: "no-length", start: { date: "2026-02-01" }, end: { date: "2026-02-01" } },
  { id: "backwards", start: { date: "2026-02-05" }, end: { date: "2026-02-01" } },
  {
    id: "far",
    start: { date: "2026-01-10" },
    end: { date: "10000-01-01" },
    recurrence: ["RRULE:FREQ=DAILY"],
  },
  { id: "__x__", status: "postponed", eventType: "somethingNew", start: { date: "2026-02-01" } },
  { summary: "without an id", start: { date: "2026-02-01" }, end: { date: "2026-02-02" } },
  null,
  "text",
  7,
];

async function putRaw(events: readonly unknown[]): Promise<{ id: string; etag: string }[]> {
  const answer = await harness.control<{ events: { id: string; etag: string }[] }>("POST", "events/raw", {
    calendarId: ALICE,
    events,
  });
  return answer.events;
}

function bare(item: unknown): unknown {
  if (typeof item !== "object" || item === null) return item;
  const { etag: _etag, updated: _updated, ...rest } = item as Record<string, unknown>;
  return rest;
}

describe("raw events", () => {
  test("come as given, in full lists and deltas, with an etag and updated of their own", async () => {
    const before = await listAll(alice);
    await putRaw(ODD);
    const all = await listAll(alice, WINDOW);
    expect(all.items.map(bare)).toEqual(ODD);
    const objects = all.items.filter(item => typeof item === "object" && (item as unknown) !== null);
    expect(new Set(objects.map(item => item.etag)).size).toBe(objects.length);
    for (const item of objects) expect(item.updated).toMatch(/^20\d\d-.*Z$/);
    const delta = await listAll(alice, { syncToken: before.nextSyncToken ?? "" });
    expect(delta.items.map(bare)).toEqual(ODD);
  });

  test("an etag and updated that are given stay, whatever they are", async () => {
    const given = { id: "own", etag: "ü\n", updated: 12, start: { date: "2026-02-01" } };
    await putRaw([given]);
    expect((await listAll(alice)).items).toEqual([given]);
    expect((await alice.events.get({ calendarId: ALICE, eventId: "own" })).data).toEqual(given);
  });

  test("what cannot be read is in every window; what can be read is where it is", async () => {
    await putRaw([...ODD, { id: "old", start: { date: "2020-01-01" }, end: { date: "2020-01-02" } }]);
    const ids = (await listAll(alice, WINDOW)).items.map(item => (item as { id?: string } | null)?.id);
    expect(ids).toContain("tandem");
    expect(ids).toContain("null-start");
    expect(ids).not.toContain("old");
  });

  test("the expanded list makes the instances that it can read and skips what it cannot", async () => {
    const zoned = (hour: string) => ({ dateTime: `2026-02-01T${hour}:00:00Z`, timeZone: "UTC" });
    const readable = {
      id: "daily",
      start: zoned("09"),
      end: zoned("10"),
      recurrence: ["RRULE:FREQ=DAILY;COUNT=2"],
      attendees: null,
    };
    await putRaw([ODD[0], readable]);
    const { items } = await listAll(alice, { ...WINDOW, singleEvents: true });
    expect(items.map(item => item.id)).toEqual(["daily_20260201T090000Z", "daily_20260202T090000Z"]);
    const instances = await alice.events.instances({ calendarId: ALICE, eventId: "tandem" });
    expect(instances.data.items).toEqual([]);
  });

  test("are announced once, can be edited into ordinary ones and deleted, also without an id", async () => {
    const hook = await new Webhook().start();
    try {
      await alice.events.watch({
        calendarId: ALICE,
        requestBody: { id: "raw-channel", type: "web_hook", address: hook.address },
      });
      const keys = await putRaw(ODD);
      await until("the notification", () => (hook.states.includes("exists") ? true : undefined));
      const { data } = await alice.events.patch({
        calendarId: ALICE,
        eventId: "tandem",
        requestBody: { summary: "Repaired" },
      });
      expect(data).toMatchObject({ kind: "calendar#event", summary: "Repaired", status: "confirmed" });
      for (const { id } of keys.slice(1)) await alice.events.delete({ calendarId: ALICE, eventId: id });
      expect((await listAll(alice)).items.map(item => item.id)).toEqual(["tandem"]);
    } finally {
      await hook.close();
    }
  });

  test("a raw exception belongs to its series, and one that turns raw keeps its instance out", async () => {
    const at = (hour: number) => ({ dateTime: `2026-02-02T${hour}:00:00+01:00`, timeZone: "Europe/Berlin" });
    const series = { id: "course", start: at(10), end: at(11), recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] };
    await alice.events.insert({ calendarId: ALICE, requestBody: series });
    const exception = {
      id: "course_20260203T090000Z",
      recurringEventId: "course",
      originalStartTime: { dateTime: "2026-02-03T10:00:00+01:00" },
      start: at(15),
      end: at(14),
    };
    await putRaw([exception]);
    const { items } = await listAll(alice, { singleEvents: true });
    expect(items.map(item => item.id).sort()).toEqual([
      "course_20260202T090000Z",
      "course_20260203T090000Z",
      "course_20260204T090000Z",
    ]);
    await alice.events.delete({ calendarId: ALICE, eventId: "course" });
    expect((await listAll(alice)).items).toEqual([]);
  });

  test("a state takes and gives them", async () => {
    const [user] = WORLD.users;
    const [own] = user?.calendars ?? [];
    const state = { users: [{ ...user, calendars: [{ ...own, rawEvents: ODD }] }] };
    await harness.control("PUT", "state", state);
    const { nextSyncToken, items } = await listAll(alice);
    expect(items.map(bare)).toEqual(ODD);
    const exported = await harness.control<object>("GET", "state");
    expect(exported).toMatchObject({ users: [{ calendars: [{ rawEvents: ODD, events: [] }] }] });
    await harness.control("PUT", "state", exported);
    expect((await listAll(alice, { syncToken: nextSyncToken ?? "" })).items).toEqual([]);
  });

  test("one that is unreadable is restored as an ordinary one, once", async () => {
    await putRaw([ODD[2]]);
    await alice.events.delete({ calendarId: ALICE, eventId: "no-length" });
    await harness.control("POST", "events/restore", { calendarId: ALICE, eventId: "no-length" });
    expect((await listAll(alice)).items).toMatchObject([{ id: "no-length", status: "confirmed" }]);
    const again = await harness.fetch("/_emulator/events/restore", {
      method: "POST",
      body: JSON.stringify({ calendarId: ALICE, eventId: "no-length" }),
    });
    expect(again.status).toBe(400);
  });
});

describe("raw entries of a calendar list", () => {
  const entries = [
    { id: TEAM, summary: null, accessRole: "somethingNew", timeZone: "GMT+02:00" },
    { id: "ghost@example.com", accessRole: 7 },
    { summary: "no id" },
    null,
  ];

  test("come as given, in the list, in its deltas and around the calendar's events", async () => {
    const { data: first } = await alice.calendarList.list();
    await harness.control("POST", "calendar-list/raw", { email: ALICE, entries });
    const { data } = await alice.calendarList.list();
    expect((data.items ?? []).map(bare)).toEqual(expect.arrayContaining(entries));
    expect(data.items).toHaveLength(6);
    const delta = await alice.calendarList.list({ syncToken: first.nextSyncToken ?? "" });
    expect((delta.data.items ?? []).map(bare)).toEqual(entries);
    const events = await alice.events.list({ calendarId: TEAM });
    expect(events.data).toMatchObject({ timeZone: "GMT+02:00", accessRole: "somethingNew" });
    expect((await alice.calendarList.get({ calendarId: "ghost@example.com" })).data).toMatchObject({
      accessRole: 7,
    });
  });

  test("merge changes some fields and keeps the others", async () => {
    await harness.control("POST", "calendar-list/raw", {
      email: ALICE,
      merge: true,
      entries: [{ id: TEAM, accessRole: "writerWithSomethingNew" }],
    });
    const { data } = await alice.calendarList.get({ calendarId: TEAM });
    expect(data).toMatchObject({
      summary: "Team",
      accessRole: "writerWithSomethingNew",
      timeZone: "America/New_York",
    });
  });

  test("a state takes and gives them, and a state without them ends them", async () => {
    const [user] = WORLD.users;
    await harness.control("PUT", "state", { users: [{ ...user, rawCalendarList: entries }] });
    expect(await harness.control("GET", "state")).toMatchObject({
      users: [{ rawCalendarList: expect.arrayContaining(entries) as unknown }],
    });
    await harness.control("PUT", "state", WORLD);
    const { data } = await alice.calendarList.list();
    expect((data.items ?? []).map(entry => [entry.id, entry.accessRole]).slice(0, 2)).toEqual([
      [ALICE, "owner"],
      [TEAM, "owner"],
    ]);
    expect(data.items).toHaveLength(3);
  });

  test("an edit makes an entry of a calendar an ordinary one again", async () => {
    await harness.control("POST", "calendar-list/raw", { email: ALICE, entries });
    await alice.calendarList.patch({ calendarId: TEAM, requestBody: { selected: true } });
    expect((await alice.calendarList.get({ calendarId: TEAM })).data.summary).toBe("Team");
  });
});
