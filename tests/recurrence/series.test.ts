import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "../../stack/client/until.ts";
import { connectedWorld, type LocalWorld } from "../foundation/local-world.ts";
import { expectEqual, syncState } from "./google-expansion.ts";

/*
 * The life of a series, edit by edit. After each step, the stored occurrences must equal Google's.
 */

const dayMs = 86_400_000;
/** A week ago at nine o'clock, so that the series has occurrences in the past. */
const firstMs = Math.floor(Date.now() / dayMs) * dayMs - 7 * dayMs + 9 * 3_600_000;
let world: LocalWorld;
let seriesId: string;

beforeAll(async () => {
  world = await connectedWorld("series");
  await until("the first sync", async () => (await syncState(world)).syncToken !== null);
});
afterAll(async () => {
  await world.leave();
});

const instanceOf = (day: number): string =>
  `${seriesId}_${new Date(firstMs + day * dayMs).toISOString().replace(/[-:]|\.\d+/g, "")}`;
const at = (ms: number) => ({ dateTime: new Date(ms).toISOString(), timeZone: "UTC" });

describe("a daily series", () => {
  test("is created: one document for each occurrence up to the horizon", async () => {
    const { data } = await world.google.events.insert({
      calendarId: world.calendarId,
      requestBody: {
        summary: "Stand-up",
        start: at(firstMs),
        end: at(firstMs + 900_000),
        recurrence: ["RRULE:FREQ=DAILY"],
      },
    });
    seriesId = data.id ?? "";
    const found = await expectEqual(world);
    expect(found.length).toBeGreaterThan(400);
    expect(found.every(event => event.recurringEventId === seriesId)).toBe(true);
  });

  test("one instance is changed: it takes the place of its instance, and nothing else is written", async () => {
    const before = await updateTimes();
    await world.google.events.patch({
      calendarId: world.calendarId,
      eventId: instanceOf(9),
      requestBody: {
        summary: "Stand-up, later",
        start: at(firstMs + 9 * dayMs + 3_600_000),
        end: at(firstMs + 9 * dayMs + 4_500_000),
      },
    });
    const found = await expectEqual(world);
    expect(found.find(event => event.id === instanceOf(9))?.summary).toBe("Stand-up, later");
    expect(await changedSince(before)).toEqual([instanceOf(9)]);
  });

  test("one instance is cancelled", async () => {
    const before = await updateTimes();
    await world.google.events.delete({ calendarId: world.calendarId, eventId: instanceOf(12) });
    const found = await expectEqual(world);
    expect(found.some(event => event.id === instanceOf(12))).toBe(false);
    expect(await changedSince(before)).toEqual([]);
  });

  test('"this and following" from the tenth: the old series ends, a new one goes on', async () => {
    const tenthMs = firstMs + 10 * dayMs;
    const until = new Date(tenthMs - 1_000).toISOString().replace(/[-:]|\.\d+/g, "");
    await world.google.events.patch({
      calendarId: world.calendarId,
      eventId: seriesId,
      requestBody: { recurrence: [`RRULE:FREQ=DAILY;UNTIL=${until}`] },
    });
    await world.google.events.insert({
      calendarId: world.calendarId,
      requestBody: {
        summary: "Stand-up",
        start: at(tenthMs),
        end: at(tenthMs + 900_000),
        recurrence: ["RRULE:FREQ=DAILY"],
      },
    });
    const found = await expectEqual(world);
    expect(new Set(found.map(event => event.recurringEventId)).size).toBe(2);
  });

  test("the rest is renamed: one write for each of its occurrences, none for others", async () => {
    const before = await updateTimes();
    const { data } = await world.google.events.list({ calendarId: world.calendarId, singleEvents: false });
    const rest = data.items?.find(event => event.recurrence && event.id !== seriesId);
    await world.google.events.patch({
      calendarId: world.calendarId,
      eventId: rest?.id ?? "",
      requestBody: { summary: "Daily" },
    });
    const found = await expectEqual(world);
    const ofTheRest = found.filter(event => event.recurringEventId === rest?.id).map(event => event.id);
    expect(await changedSince(before)).toEqual(ofTheRest);
  });

  test("an edit that no reader can see writes nothing", async () => {
    const before = await updateTimes();
    const coveredBefore = (await syncState(world)).coveredEpoch;
    await world.google.events.patch({
      calendarId: world.calendarId,
      eventId: seriesId,
      requestBody: { privateCopy: true },
    });
    await until("the pull", async () => (await syncState(world)).coveredEpoch > coveredBefore);
    await expectEqual(world);
    expect(await changedSince(before)).toEqual([]);
  });

  test("a series becomes a single event and a series again", async () => {
    await world.google.events.patch({
      calendarId: world.calendarId,
      eventId: seriesId,
      requestBody: { recurrence: [] },
    });
    const single = await expectEqual(world);
    expect(single.filter(event => event.id === seriesId)).toHaveLength(1);
    await world.google.events.patch({
      calendarId: world.calendarId,
      eventId: seriesId,
      requestBody: { recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"] },
    });
    const series = await expectEqual(world);
    expect(series.filter(event => event.id === seriesId)).toHaveLength(0);
  });

  test("everything is deleted: no occurrence is left, and of a series no more than which exceptions it had", async () => {
    const { data } = await world.google.events.list({ calendarId: world.calendarId, singleEvents: false });
    for (const event of data.items ?? []) {
      if (event.recurrence)
        await world.google.events.delete({ calendarId: world.calendarId, eventId: event.id ?? "" });
    }
    expect(await expectEqual(world)).toEqual([]);
    const series = await world.db
      .collection(`calendarSyncStates/${world.calendarKey}/calendarSyncSeries`)
      .get();
    for (const document of series.docs)
      expect(document.data()).toMatchObject({ master: null, endedAtMs: expect.any(Number) });
  });
});

/** The time of the last write of each stored event. */
async function updateTimes(): Promise<Map<string, number>> {
  const events = await world.db.collection(`users/${world.user.uid}/calendarEvents`).get();
  return new Map(
    events.docs.map(document => [String(document.get("eventId")), document.updateTime.toMillis()]),
  );
}

async function changedSince(before: ReadonlyMap<string, number>): Promise<string[]> {
  const now = await updateTimes();
  return [...now.keys()].filter(id => now.get(id) !== before.get(id)).sort();
}
