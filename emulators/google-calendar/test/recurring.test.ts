import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, failure, listAll, useHarness } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
});

const ZONE = { timeZone: "Europe/Berlin" };
const SERIES: calendar_v3.Schema$Event = {
  id: "series0a",
  summary: "Daily",
  start: { dateTime: "2026-03-27T09:00:00+01:00", ...ZONE },
  end: { dateTime: "2026-03-27T09:30:00+01:00", ...ZONE },
  recurrence: ["RRULE:FREQ=DAILY;COUNT=5"],
};
const insert = async (requestBody: calendar_v3.Schema$Event = SERIES): Promise<calendar_v3.Schema$Event> =>
  (await alice.events.insert({ calendarId: "primary", requestBody })).data;
const instances = async (
  params: calendar_v3.Params$Resource$Events$Instances = {},
): Promise<calendar_v3.Schema$Event[]> =>
  (await alice.events.instances({ calendarId: "primary", eventId: "series0a", ...params })).data.items ?? [];
const patch = async (
  eventId: string,
  requestBody: calendar_v3.Schema$Event,
): Promise<calendar_v3.Schema$Event> =>
  (await alice.events.patch({ calendarId: "primary", eventId, requestBody })).data;
const remove = async (eventId: string): Promise<unknown> =>
  await alice.events.delete({ calendarId: "primary", eventId });
const expanded = async (
  params: calendar_v3.Params$Resource$Events$List = {},
): Promise<calendar_v3.Schema$Event[]> =>
  (await listAll(alice, { singleEvents: true, orderBy: "startTime", ...params })).items;
const startsOf = (events: calendar_v3.Schema$Event[]): (string | null | undefined)[] =>
  events.map(event => event.start?.dateTime ?? event.start?.date);
const THIRD = "series0a_20260329T070000Z";

describe("series and instances", () => {
  test("a timed series needs a time zone and a rule that can be read", async () => {
    const timeless = { ...SERIES, start: { dateTime: "2026-03-27T09:00:00+01:00" } };
    expect(await failure(insert(timeless))).toMatchObject({ status: 400, reason: "required" });
    for (const line of [
      "RRULE:FREQ=SOMETIMES",
      "RRULE:COUNT=3",
      "RRULE:FREQ=DAILY;COUNT=0",
      "DTSTART:20260101",
      "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101",
      "nonsense",
    ]) {
      expect(await failure(insert({ ...SERIES, recurrence: [line] }))).toMatchObject({
        status: 400,
        reason: "invalid",
      });
    }
  });

  test("instances keep their time on the wall clock across a change of the clocks", async () => {
    await insert();
    const found = await instances();
    expect(found.map(event => [event.id, event.start?.dateTime])).toEqual([
      ["series0a_20260327T080000Z", "2026-03-27T09:00:00+01:00"],
      ["series0a_20260328T080000Z", "2026-03-28T09:00:00+01:00"],
      [THIRD, "2026-03-29T09:00:00+02:00"],
      ["series0a_20260330T070000Z", "2026-03-30T09:00:00+02:00"],
      ["series0a_20260331T070000Z", "2026-03-31T09:00:00+02:00"],
    ]);
    expect(found[2]).toMatchObject({
      recurringEventId: "series0a",
      originalStartTime: { dateTime: "2026-03-29T09:00:00+02:00", timeZone: "Europe/Berlin" },
      iCalUID: "series0a@google.com",
      summary: "Daily",
    });
    expect(found[2]).not.toHaveProperty("recurrence");
  });

  test("all-day instances are named by their day", async () => {
    await insert({ ...SERIES, start: { date: "2026-02-27" }, end: { date: "2026-02-28" } });
    expect((await instances()).map(event => [event.id, event.start?.date, event.end?.date])).toEqual([
      ["series0a_20260227", "2026-02-27", "2026-02-28"],
      ["series0a_20260228", "2026-02-28", "2026-03-01"],
      ["series0a_20260301", "2026-03-01", "2026-03-02"],
      ["series0a_20260302", "2026-03-02", "2026-03-03"],
      ["series0a_20260303", "2026-03-03", "2026-03-04"],
    ]);
  });

  test("get knows instances by id, and not those that the rule does not make", async () => {
    await insert();
    expect((await alice.events.get({ calendarId: "primary", eventId: THIRD })).data.id).toBe(THIRD);
    for (const eventId of ["series0a_20260329T080000Z", "series0a_20260329", "series0a_20260501T070000Z"]) {
      expect(await failure(alice.events.get({ calendarId: "primary", eventId }))).toMatchObject({
        status: 404,
      });
    }
  });

  test("the plain list has the series, the expanded list its instances", async () => {
    await insert();
    expect((await listAll(alice)).items.map(event => event.id)).toEqual(["series0a"]);
    expect((await listAll(alice)).items[0]?.recurrence).toEqual(["RRULE:FREQ=DAILY;COUNT=5"]);
    expect(await expanded()).toHaveLength(5);
  });

  test("a window takes the instances that overlap it, both bounds exclusive", async () => {
    await insert();
    const window = { timeMin: "2026-03-28T09:30:00+01:00", timeMax: "2026-03-30T09:00:00+02:00" };
    expect(startsOf(await expanded(window))).toEqual(["2026-03-29T09:00:00+02:00"]);
    expect((await listAll(alice, window)).items).toHaveLength(1);
    expect((await listAll(alice, { timeMin: "2026-04-01T00:00:00Z" })).items).toEqual([]);
    expect(startsOf(await instances(window))).toEqual(["2026-03-29T09:00:00+02:00"]);
  });

  test("an endless series shows 730 instances when the window is open", async () => {
    await insert({ ...SERIES, recurrence: ["RRULE:FREQ=DAILY"] });
    expect(await expanded({ maxResults: 2_500 })).toHaveLength(730);
    expect(await expanded({ timeMin: "2040-01-01T00:00:00Z", timeMax: "2040-01-03T00:00:00Z" })).toHaveLength(
      2,
    );
  });

  test("instances.originalStart finds one; a single event has none", async () => {
    await insert();
    expect((await instances({ originalStart: "2026-03-29T09:00:00+02:00" })).map(event => event.id)).toEqual([
      THIRD,
    ]);
    const single = await insert({
      id: "single0",
      start: { date: "2026-01-01" },
      end: { date: "2026-01-02" },
    });
    expect((await instances({ eventId: single.id ?? "" })).length).toBe(0);
  });

  test("EXDATE removes, RDATE adds", async () => {
    await insert({
      ...SERIES,
      recurrence: [
        "RRULE:FREQ=DAILY;COUNT=3",
        "EXDATE;TZID=Europe/Berlin:20260328T090000",
        "RDATE;TZID=Europe/Berlin:20260401T090000",
      ],
    });
    expect(startsOf(await instances())).toEqual([
      "2026-03-27T09:00:00+01:00",
      "2026-03-29T09:00:00+02:00",
      "2026-04-01T09:00:00+02:00",
    ]);
  });
});

describe("exceptions", () => {
  test("a changed instance is an exception with its original start, in both lists", async () => {
    await insert();
    const moved = await patch(THIRD, {
      start: { dateTime: "2026-03-29T15:00:00+02:00" },
      end: { dateTime: "2026-03-29T16:00:00+02:00" },
    });
    expect(moved).toMatchObject({
      id: THIRD,
      recurringEventId: "series0a",
      originalStartTime: { dateTime: "2026-03-29T09:00:00+02:00" },
      start: { dateTime: "2026-03-29T15:00:00+02:00", timeZone: "Europe/Berlin" },
    });
    expect((await listAll(alice)).items.map(event => event.id)).toEqual(["series0a", THIRD]);
    const all = await expanded();
    expect(all).toHaveLength(5);
    expect(all[2]?.start?.dateTime).toBe("2026-03-29T15:00:00+02:00");
  });

  test("a cancelled instance appears in a full plain list by id and original start, and leaves the expanded one", async () => {
    await insert();
    await remove(THIRD);
    const { items } = await listAll(alice);
    expect(items[1]).toEqual({
      kind: "calendar#event",
      etag: expect.any(String) as unknown,
      id: THIRD,
      status: "cancelled",
      recurringEventId: "series0a",
      originalStartTime: { dateTime: "2026-03-29T09:00:00+02:00", timeZone: "Europe/Berlin" },
    });
    expect(await expanded()).toHaveLength(4);
    expect(await instances({ showDeleted: true })).toHaveLength(5);
    expect(await failure(remove(THIRD))).toMatchObject({ status: 410, reason: "deleted" });
  });

  test("a cancelled instance can be restored", async () => {
    await insert();
    await remove(THIRD);
    await patch(THIRD, { status: "confirmed" });
    expect(await expanded()).toHaveLength(5);
  });

  test("an instance cannot have a rule of its own", async () => {
    await insert();
    expect(await failure(patch(THIRD, { recurrence: ["RRULE:FREQ=DAILY"] }))).toMatchObject({ status: 400 });
  });

  test("a delta tells the exception, not the series", async () => {
    await insert();
    const { nextSyncToken } = await listAll(alice);
    await patch(THIRD, { summary: "Special" });
    const delta = await listAll(alice, { syncToken: nextSyncToken ?? "" });
    expect(delta.items.map(event => [event.id, event.summary])).toEqual([[THIRD, "Special"]]);
  });

  test("an edit of the series keeps exceptions that still fit and cancels those that do not", async () => {
    await insert();
    await patch(THIRD, { summary: "Special" });
    const { nextSyncToken } = await listAll(alice);
    await patch("series0a", { summary: "Renamed" });
    expect((await expanded()).map(event => event.summary)).toEqual([
      "Renamed",
      "Renamed",
      "Special",
      "Renamed",
      "Renamed",
    ]);
    await patch("series0a", { recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] });
    expect(await expanded()).toHaveLength(2);
    const delta = await listAll(alice, { syncToken: nextSyncToken ?? "" });
    expect(delta.items.map(event => [event.id, event.status])).toEqual([
      ["series0a", "confirmed"],
      [THIRD, "cancelled"],
    ]);
  });

  test("deleting a series deletes its exceptions", async () => {
    await insert();
    await patch(THIRD, { summary: "Special" });
    const { nextSyncToken } = await listAll(alice);
    await remove("series0a");
    expect((await listAll(alice)).items).toEqual([]);
    expect(await expanded()).toEqual([]);
    const delta = await listAll(alice, { syncToken: nextSyncToken ?? "" });
    expect(delta.items.map(event => [event.id, event.status])).toEqual([
      ["series0a", "cancelled"],
      [THIRD, "cancelled"],
    ]);
    expect(
      await failure(alice.events.get({ calendarId: "primary", eventId: "series0a_20260327T080000Z" })),
    ).toMatchObject({ status: 404 });
  });

  test("series to single and back", async () => {
    await insert();
    await remove(THIRD);
    await alice.events.update({
      calendarId: "primary",
      eventId: "series0a",
      requestBody: { ...SERIES, recurrence: [] },
    });
    expect((await listAll(alice)).items.map(event => event.id)).toEqual(["series0a"]);
    expect(await expanded()).toHaveLength(1);
    const { nextSyncToken } = await listAll(alice);
    await patch("series0a", { recurrence: SERIES.recurrence ?? [] });
    const delta = await listAll(alice, { syncToken: nextSyncToken ?? "" });
    expect(delta.items.map(event => event.id)).toEqual(["series0a", THIRD]);
    expect(await expanded()).toHaveLength(4);
  });
});

describe("this and following", () => {
  test("as clients do it: the old series ends with UNTIL, a new one begins", async () => {
    await insert();
    await patch("series0a", { recurrence: ["RRULE:FREQ=DAILY;UNTIL=20260329T065959Z"] });
    await insert({
      ...SERIES,
      id: "foll0ng",
      summary: "New",
      start: { dateTime: "2026-03-29T10:00:00", ...ZONE },
      end: { dateTime: "2026-03-29T11:00:00", ...ZONE },
      recurrence: ["RRULE:FREQ=DAILY;COUNT=3"],
    });
    expect((await expanded()).map(event => [event.summary, event.start?.dateTime?.slice(0, 16)])).toEqual([
      ["Daily", "2026-03-27T09:00"],
      ["Daily", "2026-03-28T09:00"],
      ["New", "2026-03-29T10:00"],
      ["New", "2026-03-30T10:00"],
      ["New", "2026-03-31T10:00"],
    ]);
  });

  test("as Google's interface does it: POST splits makes <seriesId>_R<start>", async () => {
    await insert();
    const split = await harness.control<{
      following: calendar_v3.Schema$Event;
      ended: calendar_v3.Schema$Event;
    }>("POST", "splits", {
      calendarId: ALICE,
      instanceId: THIRD,
      changes: { summary: "Rest" },
    });
    expect(split.ended.recurrence).toEqual(["RRULE:FREQ=DAILY;UNTIL=20260329T065959Z"]);
    expect(split.following).toMatchObject({
      id: "series0a_R20260329T090000",
      recurrence: ["RRULE:FREQ=DAILY;COUNT=3"],
    });
    const all = await expanded();
    expect(all.map(event => event.summary)).toEqual(["Daily", "Daily", "Rest", "Rest", "Rest"]);
    expect(all[2]?.id).toBe("series0a_R20260329T090000_20260329T070000Z");
    const again = await alice.events.get({ calendarId: "primary", eventId: all[3]?.id ?? "" });
    expect(again.data.recurringEventId).toBe("series0a_R20260329T090000");
  });
});

describe("deltas with singleEvents=true", () => {
  const token = async (): Promise<string> =>
    (await listAll(alice, { singleEvents: true })).nextSyncToken ?? "";
  const delta = async (syncToken: string): Promise<calendar_v3.Schema$Event[]> =>
    (await listAll(alice, { singleEvents: true, syncToken })).items;

  test("one edit of a series returns every instance", async () => {
    await insert({ ...SERIES, recurrence: ["RRULE:FREQ=DAILY"] });
    const syncToken = await token();
    await patch("series0a", { summary: "x" });
    expect(await delta(syncToken)).toHaveLength(730);
  });

  test("instances that a series lost come as cancelled", async () => {
    await insert();
    const syncToken = await token();
    await patch("series0a", { recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] });
    expect((await delta(syncToken)).map(event => event.status)).toEqual([
      "confirmed",
      "confirmed",
      "cancelled",
      "cancelled",
      "cancelled",
    ]);
  });

  test("the deletion of a long series shows some months of cancelled instances only", async () => {
    await insert({ ...SERIES, recurrence: ["RRULE:FREQ=DAILY"] });
    await harness.control("POST", "clock", { now: "2027-01-01T00:00:00Z" });
    alice = await harness.client();
    const syncToken = await token();
    await remove("series0a");
    const gone = await delta(syncToken);
    expect(new Set(gone.map(event => event.status))).toEqual(new Set(["cancelled"]));
    expect(gone.length).toBeGreaterThan(180);
    expect(gone.length).toBeLessThan(400);
  });
});

describe("habits", () => {
  test("sparse cancelled instances: a delta carries their id alone", async () => {
    await harness.control("POST", "habits", { sparseCancelledInstances: true });
    await insert();
    const { nextSyncToken } = await listAll(alice);
    await remove(THIRD);
    const { items } = await listAll(alice, { syncToken: nextSyncToken ?? "" });
    expect(Object.keys(items[0] ?? {}).sort()).toEqual(["etag", "id", "kind", "status"]);
  });
});
