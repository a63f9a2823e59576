import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { failure, TEAM, useHarness } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
  await alice.events.insert({
    calendarId: "primary",
    requestBody: {
      id: "series0",
      start: { dateTime: "2026-01-05T09:00:00Z", timeZone: "UTC" },
      end: { dateTime: "2026-01-05T09:30:00Z", timeZone: "UTC" },
      recurrence: ["RRULE:FREQ=DAILY;COUNT=5"],
    },
  });
});

const SECOND = "series0_20260106T090000Z";
const FOURTH = "series0_20260108T090000Z";
const FIFTH = "series0_20260109T090000Z";
const STALE = { status: 412, reason: "conditionNotMet" };
const get = async (eventId: string): Promise<calendar_v3.Schema$Event> =>
  (await alice.events.get({ calendarId: "primary", eventId })).data;
const etagOf = async (eventId: string): Promise<string> => (await get(eventId)).etag ?? "";
const matching = (etag: string) => ({ headers: { "If-Match": etag } });
const patch = async (eventId: string, requestBody: calendar_v3.Schema$Event, etag = "*") =>
  (await alice.events.patch({ calendarId: "primary", eventId, requestBody }, matching(etag))).data;
const update = async (eventId: string, etag: string): Promise<unknown> => {
  const { start, end } = await get(eventId);
  return await alice.events.update(
    { calendarId: "primary", eventId, requestBody: { start: start ?? {}, end: end ?? {} } },
    matching(etag),
  );
};
const remove = async (eventId: string, etag = "*"): Promise<unknown> =>
  await alice.events.delete({ calendarId: "primary", eventId }, matching(etag));
const trim = async (): Promise<unknown> =>
  await patch("series0", { recurrence: ["RRULE:FREQ=DAILY;UNTIL=20260107T085959Z"] });

describe("versions of instances", () => {
  test("an instance has the etag of its series, and an exception its own", async () => {
    const before = await etagOf("series0");
    expect(await etagOf(SECOND)).toBe(before);
    await patch(SECOND, { summary: "Changed" }, before);
    expect(await etagOf("series0")).toBe(before);
    expect(await etagOf(FOURTH)).toBe(before);
    expect(await etagOf(SECOND)).not.toBe(before);
  });

  test("If-Match guards instances that are not stored, and exceptions", async () => {
    const old = await etagOf("series0");
    await patch("series0", { summary: "Renamed" });
    for (const write of [patch(SECOND, { summary: "x" }, old), update(SECOND, old), remove(SECOND, old)]) {
      expect(await failure(write)).toMatchObject(STALE);
    }
    const series = await etagOf("series0");
    await patch(SECOND, { summary: "Changed" }, series);
    expect(await failure(patch(SECOND, { summary: "Again" }, series))).toMatchObject(STALE);
    await update(SECOND, await etagOf(SECOND));
    await remove(FOURTH, series);
    expect((await get(FOURTH)).status).toBe("cancelled");
  });

  test("events.move ignores If-Match", async () => {
    const move = { calendarId: "primary", eventId: "series0", destination: TEAM };
    expect((await alice.events.move(move, matching('"1"'))).data.organizer?.email).toBe(TEAM);
  });
});

describe("instances after the end of a trimmed series", () => {
  test("are not found", async () => {
    await trim();
    for (const write of [get(FOURTH), patch(FOURTH, { summary: "x" }), remove(FOURTH)]) {
      expect(await failure(write)).toMatchObject({ status: 404, reason: "notFound" });
    }
    expect((await patch(SECOND, { summary: "Still there" })).summary).toBe("Still there");
  });

  test.each(["cancel", "keep"])("exceptions, with the habit masterMoveExceptions: %s", async habit => {
    await harness.control("POST", "habits", { masterMoveExceptions: habit });
    await patch(FOURTH, { summary: "Exception" });
    await remove(FIFTH);
    await trim();
    expect(await failure(remove(FIFTH))).toMatchObject({ status: 410, reason: "deleted" });
    const { status, summary } = await patch(FOURTH, { summary: "Edited" });
    expect([status, summary]).toEqual([habit === "keep" ? "confirmed" : "cancelled", "Edited"]);
    if (habit === "keep") await remove(FOURTH);
    expect(await failure(remove(FOURTH))).toMatchObject({ status: 410, reason: "deleted" });
  });
});
