import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, failure, listAll, useHarness } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
});

const insert = async (requestBody: calendar_v3.Schema$Event): Promise<calendar_v3.Schema$Event> =>
  (await alice.events.insert({ calendarId: "primary", requestBody })).data;

describe("events.insert and get", () => {
  test("fills in what Google fills in", async () => {
    const event = await insert(at(9, "Breakfast"));
    expect(event).toMatchObject({
      kind: "calendar#event",
      status: "confirmed",
      summary: "Breakfast",
      creator: { email: ALICE, self: true },
      organizer: { email: ALICE, self: true },
      start: { dateTime: "2026-01-05T10:00:00+01:00", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-01-05T10:30:00+01:00", timeZone: "Europe/Berlin" },
      sequence: 0,
      reminders: { useDefault: true },
      eventType: "default",
    });
    expect(event.id).toMatch(/^[a-v0-9]{26}$/);
    expect(event.iCalUID).toBe(`${event.id}@google.com`);
    expect(event.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    expect(event.updated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect((await alice.events.get({ calendarId: "primary", eventId: event.id ?? "" })).data).toEqual(event);
  });

  test("the etag is twice the ms of `updated`, times a thousand, in quotes", async () => {
    const event = await insert(at(9));
    expect(event.etag).toBe(`"${Date.parse(event.updated ?? "") * 2}000"`);
  });

  test("an all-day event stays a date", async () => {
    const event = await insert({ start: { date: "2026-03-01" }, end: { date: "2026-03-02" } });
    expect([event.start, event.end]).toEqual([{ date: "2026-03-01" }, { date: "2026-03-02" }]);
  });

  test("a client's own id is kept; used again it is a 409, also after a delete", async () => {
    const event = await insert({ ...at(9), id: "meinereinerid0" });
    expect(event.id).toBe("meinereinerid0");
    expect(await failure(insert({ ...at(10), id: "meinereinerid0" }))).toMatchObject({
      status: 409,
      reason: "duplicate",
    });
    await alice.events.delete({ calendarId: "primary", eventId: "meinereinerid0" });
    expect(await failure(insert({ ...at(10), id: "meinereinerid0" }))).toMatchObject({
      status: 409,
      reason: "duplicate",
    });
  });

  test.each(["ab", "with-dash", "UPPER123", "wxyz1234"])("refuses the id %s", async id => {
    expect(await failure(insert({ ...at(9), id }))).toMatchObject({ status: 400, reason: "invalid" });
  });

  test("refuses a missing end, an end before the start, mixed kinds and an unknown zone", async () => {
    expect(await failure(insert({ start: { date: "2026-01-01" } }))).toMatchObject({
      reason: "required",
      message: "Missing end time.",
    });
    expect(await failure(insert({ ...at(9), end: { dateTime: "2026-01-05T08:00:00Z" } }))).toMatchObject({
      status: 400,
      reason: "timeRangeEmpty",
    });
    expect(
      await failure(insert({ start: { date: "2026-01-01" }, end: { dateTime: "2026-01-05T08:00:00Z" } })),
    ).toMatchObject({ status: 400, reason: "invalid" });
    expect(
      await failure(
        insert({ ...at(9), start: { dateTime: "2026-01-05T09:00:00", timeZone: "Mars/Olympus" } }),
      ),
    ).toMatchObject({ status: 400 });
    expect(await failure(insert({ ...at(9), start: { dateTime: "2026-02-30T09:00:00Z" } }))).toMatchObject({
      status: 400,
    });
  });

  test("a dateTime without offset needs a zone", async () => {
    const body = { start: { dateTime: "2026-07-01T09:00:00" }, end: { dateTime: "2026-07-01T10:00:00" } };
    expect(await failure(insert(body))).toMatchObject({ status: 400, reason: "required" });
    const zone = { timeZone: "America/New_York" };
    const event = await insert({ start: { ...body.start, ...zone }, end: { ...body.end, ...zone } });
    expect(event.start).toEqual({ dateTime: "2026-07-01T15:00:00+02:00", timeZone: "America/New_York" });
  });

  test("an unknown event or calendar is 404", async () => {
    expect(await failure(alice.events.get({ calendarId: "primary", eventId: "nothere12345" }))).toMatchObject(
      { status: 404, reason: "notFound" },
    );
    expect(await failure(alice.events.list({ calendarId: "nobody@example.com" }))).toMatchObject({
      status: 404,
      reason: "notFound",
    });
  });
});

describe("edits", () => {
  test("patch merges, update replaces", async () => {
    const event = await insert({
      ...at(9, "A"),
      location: "Here",
      extendedProperties: { private: { a: "1", b: "2" } },
    });
    const eventId = event.id ?? "";
    const patched = await alice.events.patch({
      calendarId: "primary",
      eventId,
      requestBody: { description: "text", extendedProperties: { private: { b: null as unknown as string } } },
    });
    expect(patched.data).toMatchObject({
      summary: "A",
      location: "Here",
      description: "text",
      extendedProperties: { private: { a: "1" } },
    });
    expect(patched.data.extendedProperties?.private).toEqual({ a: "1" });
    const updated = await alice.events.update({ calendarId: "primary", eventId, requestBody: at(11, "B") });
    expect(updated.data).toMatchObject({
      id: eventId,
      summary: "B",
      iCalUID: event.iCalUID,
      created: event.created,
    });
    expect(updated.data).not.toHaveProperty("location");
    expect(updated.data).not.toHaveProperty("extendedProperties");
  });

  test("every edit changes the etag; only a new time raises the sequence", async () => {
    const event = await insert(at(9));
    const eventId = event.id ?? "";
    const renamed = (
      await alice.events.patch({ calendarId: "primary", eventId, requestBody: { summary: "x" } })
    ).data;
    const moved = (
      await alice.events.patch({ calendarId: "primary", eventId, requestBody: { start: at(8).start ?? {} } })
    ).data;
    expect(new Set([event.etag, renamed.etag, moved.etag]).size).toBe(3);
    expect([event.sequence, renamed.sequence, moved.sequence]).toEqual([0, 0, 1]);
  });

  test("a change of reminders alone leaves `updated` and changes the etag", async () => {
    const event = await insert(at(9));
    const overrides = [{ method: "popup", minutes: 5 }];
    const { data } = await alice.events.patch({
      calendarId: "primary",
      eventId: event.id ?? "",
      requestBody: { reminders: { useDefault: false, overrides } },
    });
    expect(data.reminders).toEqual({ useDefault: false, overrides });
    expect(data.updated).toBe(event.updated);
    expect(data.etag).not.toBe(event.etag);
  });

  test("If-Match with an old etag is 412, with the current one it passes", async () => {
    const event = await insert(at(9));
    const eventId = event.id ?? "";
    const edit = async (etag: string, summary: string): Promise<unknown> =>
      await alice.events.patch(
        { calendarId: "primary", eventId, requestBody: { summary } },
        { headers: { "If-Match": etag } },
      );
    await edit(event.etag ?? "", "one");
    expect(await failure(edit(event.etag ?? "", "two"))).toMatchObject({
      status: 412,
      reason: "conditionNotMet",
    });
    const stale = alice.events.delete(
      { calendarId: "primary", eventId },
      { headers: { "If-Match": event.etag ?? "" } },
    );
    expect(await failure(stale)).toMatchObject({ status: 412 });
  });

  test("If-None-Match with the current etag is 304 without a body", async () => {
    const event = await insert(at(9));
    const answer = await harness.fetch(`/calendar/v3/calendars/primary/events/${event.id}`, {
      headers: { authorization: `Bearer ${await harness.token()}`, "if-none-match": event.etag ?? "" },
    });
    expect([answer.status, answer.text]).toEqual([304, ""]);
  });

  test("a second delete is 410; get still shows the event as cancelled; an update restores it", async () => {
    const event = await insert(at(9, "Gone"));
    const eventId = event.id ?? "";
    expect((await alice.events.delete({ calendarId: "primary", eventId })).status).toBe(204);
    expect(await failure(alice.events.delete({ calendarId: "primary", eventId }))).toMatchObject({
      status: 410,
      reason: "deleted",
    });
    expect((await alice.events.get({ calendarId: "primary", eventId })).data).toMatchObject({
      status: "cancelled",
      summary: "Gone",
    });
    await alice.events.patch({ calendarId: "primary", eventId, requestBody: { status: "confirmed" } });
    expect((await listAll(alice)).items.map(item => item.summary)).toEqual(["Gone"]);
  });
});
