import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, CAROL, failure, listAll, TEAM, useHarness, WORLD_WITH_CAROL } from "./harness.ts";

const harness = useHarness(WORLD_WITH_CAROL);
let alice: calendar_v3.Calendar;
let bob: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
  bob = await harness.client(BOB);
});

const insert = async (requestBody: calendar_v3.Schema$Event): Promise<calendar_v3.Schema$Event> =>
  (await alice.events.insert({ calendarId: "primary", requestBody })).data;
const summaries = async (
  params: calendar_v3.Params$Resource$Events$List,
): Promise<(string | null | undefined)[]> => (await listAll(alice, params)).items.map(event => event.summary);

describe("attendees", () => {
  const invite = async (): Promise<string> =>
    (
      await insert({
        ...at(9, "Meeting"),
        attendees: [{ email: ALICE, responseStatus: "accepted" }, { email: BOB }, { email: CAROL }],
      })
    ).id ?? "";

  test("guests get a copy with the same id and iCalUID on their own calendar", async () => {
    const eventId = await invite();
    const copy = (await bob.events.get({ calendarId: "primary", eventId })).data;
    expect(copy).toMatchObject({
      id: eventId,
      iCalUID: `${eventId}@google.com`,
      summary: "Meeting",
      organizer: { email: ALICE },
      start: { dateTime: "2026-01-05T09:00:00Z" },
    });
    expect(copy.organizer).not.toHaveProperty("self");
    expect(
      copy.attendees?.map(guest => [guest.email, guest.self, guest.organizer, guest.responseStatus]),
    ).toEqual([
      [ALICE, undefined, true, "accepted"],
      [BOB, true, undefined, "needsAction"],
      [CAROL, undefined, undefined, "needsAction"],
    ]);
  });

  test("a guest's answer reaches the organiser and the other guests", async () => {
    const eventId = await invite();
    await bob.events.patch({
      calendarId: "primary",
      eventId,
      requestBody: {
        attendees: [{ email: ALICE }, { email: BOB, responseStatus: "accepted" }, { email: CAROL }],
      },
    });
    const carol = await harness.client(CAROL);
    for (const client of [alice, carol]) {
      const { data } = await client.events.get({ calendarId: "primary", eventId });
      expect(data.attendees?.find(guest => guest.email === BOB)?.responseStatus).toBe("accepted");
    }
  });

  test("a guest may not change what is shared, but reminders and colour", async () => {
    const eventId = await invite();
    const patch = async (requestBody: calendar_v3.Schema$Event): Promise<unknown> =>
      await bob.events.patch({ calendarId: "primary", eventId, requestBody });
    expect(await failure(patch({ summary: "Mine" }))).toMatchObject({
      status: 403,
      reason: "forbiddenForNonOrganizer",
      domain: "calendar",
    });
    await patch({ colorId: "5", reminders: { useDefault: false, overrides: [] } });
    await alice.events.patch({ calendarId: "primary", eventId, requestBody: { summary: "Renamed" } });
    const { data } = await bob.events.get({ calendarId: "primary", eventId });
    expect(data).toMatchObject({ summary: "Renamed", colorId: "5", reminders: { useDefault: false } });
    expect((await alice.events.get({ calendarId: "primary", eventId })).data).not.toHaveProperty("colorId");
  });

  test("the organiser's delete cancels every copy; a guest's delete declines", async () => {
    const eventId = await invite();
    await bob.events.delete({ calendarId: "primary", eventId });
    const { data } = await alice.events.get({ calendarId: "primary", eventId });
    expect(data.attendees?.find(guest => guest.email === BOB)?.responseStatus).toBe("declined");
    await alice.events.delete({ calendarId: "primary", eventId });
    const carol = await harness.client(CAROL);
    expect((await carol.events.get({ calendarId: "primary", eventId })).data.status).toBe("cancelled");
  });

  test("a guest who is taken off loses the copy", async () => {
    const eventId = await invite();
    await alice.events.patch({
      calendarId: "primary",
      eventId,
      requestBody: { attendees: [{ email: ALICE }, { email: CAROL }] },
    });
    expect((await bob.events.get({ calendarId: "primary", eventId })).data.status).toBe("cancelled");
  });

  test("exceptions of a series reach the guests, too", async () => {
    const series = await insert({
      id: "meet0",
      start: { dateTime: "2026-01-05T09:00:00Z", timeZone: "UTC" },
      end: { dateTime: "2026-01-05T10:00:00Z", timeZone: "UTC" },
      recurrence: ["RRULE:FREQ=DAILY;COUNT=3"],
      attendees: [{ email: BOB }],
    });
    await alice.events.patch({
      calendarId: "primary",
      eventId: `${series.id}_20260106T090000Z`,
      requestBody: { summary: "Second" },
    });
    const { items } = await listAll(bob, { singleEvents: true });
    expect(items.map(event => event.summary).sort()).toEqual(["Second", undefined, undefined]);
  });
});

describe("import and move", () => {
  test("import keeps iCalUID and organiser; again it replaces", async () => {
    const body = { ...at(9, "Imported"), iCalUID: "x@elsewhere", organizer: { email: "boss@elsewhere.com" } };
    const first = (await alice.events.import({ calendarId: "primary", requestBody: body })).data;
    expect(first).toMatchObject({ iCalUID: "x@elsewhere", organizer: { email: "boss@elsewhere.com" } });
    expect(first.id).toMatch(/^_[0-9a-v]+$/);
    const second = (
      await alice.events.import({ calendarId: "primary", requestBody: { ...body, summary: "Again" } })
    ).data;
    expect(second.id).toBe(first.id);
    expect(await summaries({})).toEqual(["Again"]);
    expect(await failure(alice.events.import({ calendarId: "primary", requestBody: at(9) }))).toMatchObject({
      status: 400,
      reason: "required",
    });
  });

  test("move changes the organiser and leaves a deleted event behind", async () => {
    const event = await insert(at(9, "Moved"));
    const eventId = event.id ?? "";
    const { nextSyncToken } = await listAll(alice);
    const moved = (await alice.events.move({ calendarId: "primary", eventId, destination: TEAM })).data;
    expect(moved).toMatchObject({
      id: eventId,
      iCalUID: event.iCalUID,
      organizer: { email: TEAM, self: true },
      start: { dateTime: "2026-01-05T04:00:00-05:00" },
    });
    const delta = await listAll(alice, { syncToken: nextSyncToken ?? "" });
    expect(delta.items).toMatchObject([{ id: eventId, status: "cancelled" }]);
    expect((await listAll(alice, { calendarId: TEAM })).items.map(item => item.id)).toEqual([eventId]);
  });

  test("a series moves with its exceptions; an instance cannot be moved", async () => {
    await insert({
      id: "movin",
      start: { date: "2026-01-05" },
      end: { date: "2026-01-06" },
      recurrence: ["RRULE:FREQ=DAILY;COUNT=3"],
    });
    await alice.events.delete({ calendarId: "primary", eventId: "movin_20260106" });
    expect(
      await failure(
        alice.events.move({ calendarId: "primary", eventId: "movin_20260105", destination: TEAM }),
      ),
    ).toMatchObject({ status: 400, reason: "cannotChangeOrganizerOfInstance" });
    await alice.events.move({ calendarId: "primary", eventId: "movin", destination: TEAM });
    expect((await listAll(alice, { calendarId: TEAM, singleEvents: true })).items).toHaveLength(2);
    expect((await listAll(alice, { singleEvents: true })).items).toEqual([]);
  });

  test("move needs a destination that the user may write to", async () => {
    const eventId = (await insert(at(9))).id ?? "";
    expect(
      await failure(alice.events.move({ calendarId: "primary", eventId, destination: "nobody@example.com" })),
    ).toMatchObject({ status: 404 });
    const answer = await harness.fetch(`/calendar/v3/calendars/primary/events/${eventId}/move`, {
      method: "POST",
      headers: { authorization: `Bearer ${await harness.token()}` },
    });
    expect(answer).toMatchObject({
      status: 400,
      json: { error: { errors: [{ reason: "required", location: "destination" }] } },
    });
  });
});
