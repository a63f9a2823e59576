import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, failure, listAll, TEAM, useHarness, WORLD } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
let bob: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
  bob = await harness.client(BOB);
});

const habits = async (body: object): Promise<unknown> => await harness.control("POST", "habits", body);
const zoned = (day: string, hour: number) => ({
  dateTime: `2026-02-${day}T${String(hour).padStart(2, "0")}:00:00+01:00`,
  timeZone: "Europe/Berlin",
});
const SERIES = {
  id: "debate",
  summary: "Debate",
  start: zoned("02", 9),
  end: zoned("02", 10),
  recurrence: ["RRULE:FREQ=DAILY;COUNT=4"],
};
const THIRD = "debate_20260204T080000Z";
const FOURTH = "debate_20260205T080000Z";

async function seriesWithExceptions(
  moved: Pick<calendar_v3.Schema$Event, "start" | "end"> = { start: zoned("04", 15), end: zoned("04", 16) },
): Promise<string> {
  await alice.events.insert({ calendarId: ALICE, requestBody: SERIES });
  await alice.events.patch({
    calendarId: ALICE,
    eventId: THIRD,
    requestBody: { ...moved, summary: "moved" },
  });
  await alice.events.delete({ calendarId: ALICE, eventId: FOURTH });
  return (await listAll(alice)).nextSyncToken ?? "";
}

const told = async (syncToken: string): Promise<string[]> =>
  (await listAll(alice, { syncToken })).items.map(event => `${event.id ?? ""} ${event.status ?? ""}`);
const restore = async (eventId: string): Promise<unknown> =>
  await harness.control("POST", "events/restore", { calendarId: ALICE, eventId });

/** Sets Bob's role for the team's calendar. */
async function roleOfBob(accessRole: string): Promise<void> {
  const calendars = [
    { id: BOB, summary: "Bob", primary: true },
    { id: TEAM, summary: "Team", timeZone: "America/New_York", accessRole },
  ];
  await harness.control("PUT", "state", { users: [WORLD.users[0], { email: BOB, calendars }] });
}

describe("the control of habits", () => {
  test.each([
    [{ syncTokenExpiri: "400" }, "syncTokenExpiri", /there is no habit syncTokenExpiri; known are syncToken/],
    [{ syncTokenExpiry: 400 }, "syncTokenExpiry", /410/],
    [{ freeBusyReaderEvents: "maybe" }, "freeBusyReaderEvents", /withTitles/],
    [{ unknownValues: { color: true } }, "unknownValues.color", /there is no field color; known are kind/],
  ])("%j is refused by name", async (body, field, message) => {
    const answer = await harness.fetch("/_emulator/habits", { method: "POST", body: JSON.stringify(body) });
    expect(answer).toMatchObject({ status: 400, json: { error: { field } } });
    expect((answer.json as { error: { message: string } }).error.message).toMatch(message);
  });

  test("a state sets and shows those that differ; a reset restores the defaults", async () => {
    const defaults = await harness.control("GET", "habits");
    await harness.control("PUT", "state", { ...WORLD, habits: { syncTokenExpiry: "400" } });
    expect(await harness.control("GET", "state")).toMatchObject({ habits: { syncTokenExpiry: "400" } });
    expect(await habits({ masterMoveExceptions: "keep" })).toMatchObject({ syncTokenExpiry: "400" });
    await harness.control("POST", "reset");
    expect(await harness.control("GET", "habits")).toEqual(defaults);
    expect(await harness.control("GET", "state")).toEqual({ users: [] });
  });
});

describe("sync tokens", () => {
  test("a dead sync token is 400 Invalid sync token value., for events and for the calendar list", async () => {
    const events = (await listAll(alice)).nextSyncToken ?? "";
    const entries = (await alice.calendarList.list()).data.nextSyncToken ?? "";
    await habits({ syncTokenExpiry: "400" });
    await harness.control("POST", "sync-tokens/expire", {});
    const refused = {
      status: 400,
      reason: "invalid",
      message: "Invalid sync token value.",
      location: "syncToken",
    };
    expect(await failure(alice.events.list({ calendarId: ALICE, syncToken: events }))).toMatchObject(refused);
    expect(await failure(alice.calendarList.list({ syncToken: entries }))).toMatchObject(refused);
    await habits({ syncTokenExpiry: "410" });
    expect(await failure(alice.calendarList.list({ syncToken: entries }))).toMatchObject({ status: 410 });
  });
});

describe("roles", () => {
  const secret = { ...at(9, "Secret"), visibility: "private", location: "there" };

  test("a role that nobody knows is shown as it is and reads like a reader", async () => {
    await roleOfBob("choreographer");
    await alice.events.insert({ calendarId: TEAM, requestBody: at(8, "Open") });
    await alice.events.insert({ calendarId: TEAM, requestBody: secret });
    const entry = await bob.calendarList.get({ calendarId: TEAM });
    expect(entry.data.accessRole).toBe("choreographer");
    const { data } = await bob.events.list({ calendarId: TEAM });
    expect(data.accessRole).toBe("choreographer");
    expect(data.items?.map(event => event.summary)).toEqual(["Open", undefined]);
    expect(await failure(bob.events.insert({ calendarId: TEAM, requestBody: at(9) }))).toMatchObject({
      status: 403,
    });
  });

  test("writerWithoutPrivateAccess writes, and sees of a private event that it is there", async () => {
    await roleOfBob("writerWithoutPrivateAccess");
    await alice.events.insert({ calendarId: TEAM, requestBody: secret });
    await bob.events.insert({ calendarId: TEAM, requestBody: at(10, "Bob's") });
    const { data } = await bob.events.list({ calendarId: TEAM });
    expect(data.items?.map(event => [event.summary, event.location])).toEqual([
      [undefined, undefined],
      ["Bob's", undefined],
    ]);
  });

  test("a freeBusyReader gets events without titles, with them, or 403", async () => {
    await roleOfBob("freeBusyReader");
    await alice.events.insert({ calendarId: TEAM, requestBody: { ...secret, visibility: "default" } });
    const list = async (): Promise<unknown> =>
      (await bob.events.list({ calendarId: TEAM })).data.items?.map(event => [event.summary, event.location]);
    expect(await failure(list())).toMatchObject({ status: 403 });
    await habits({ freeBusyReaderEvents: "withoutTitles" });
    expect(await list()).toEqual([[undefined, undefined]]);
    await habits({ freeBusyReaderEvents: "withTitles" });
    expect(await list()).toEqual([["Secret", undefined]]);
  });
});

describe("exceptions", () => {
  const early = { start: { dateTime: "2025-11-05T09:00:00Z" }, end: { dateTime: "2025-11-05T10:00:00Z" } };
  const ids = async (): Promise<unknown> =>
    (await listAll(alice, { timeMin: "2026-01-01T00:00:00Z" })).items.map(event => event.id);

  test("a full list has exceptions that ended before timeMin, or leaves them out", async () => {
    await seriesWithExceptions(early);
    expect(await ids()).toEqual(["debate", THIRD, FOURTH]);
    await habits({ fullListOmitsExceptionsBeforeTimeMin: true });
    // A cancelled instance has no moved time, so the habit does not omit it.
    expect(await ids()).toEqual(["debate", FOURTH]);
    await alice.events.delete({ calendarId: ALICE, eventId: THIRD });
    expect(await ids()).toEqual(["debate", THIRD, FOURTH]);
  });

  const later = { start: zoned("02", 11), end: zoned("02", 12) };

  test("a series that is moved cancels its exceptions, or keeps them", async () => {
    const first = await seriesWithExceptions();
    await alice.events.patch({ calendarId: ALICE, eventId: "debate", requestBody: later });
    expect(await told(first)).toEqual(["debate confirmed", `${THIRD} cancelled`]);
  });

  test("with masterMoveExceptions keep the exceptions of a moved series stay as they are", async () => {
    await habits({ masterMoveExceptions: "keep" });
    const first = await seriesWithExceptions();
    await alice.events.patch({ calendarId: ALICE, eventId: "debate", requestBody: later });
    expect(await told(first)).toEqual(["debate confirmed"]);
    const all = (await listAll(alice)).items.map(event => `${event.id ?? ""} ${event.status ?? ""}`);
    expect(all).toEqual(["debate confirmed", `${THIRD} confirmed`, `${FOURTH} cancelled`]);
  });

  test("the deletion of a series tells its own id alone where that is the habit", async () => {
    await habits({ deletionSendsExceptions: false });
    const first = await seriesWithExceptions();
    await alice.events.delete({ calendarId: ALICE, eventId: "debate" });
    expect(await told(first)).toEqual(["debate cancelled"]);
    expect((await listAll(alice)).items).toEqual([]);
  });

  test.each([
    [{}, ["debate confirmed", `${THIRD} cancelled`, `${FOURTH} cancelled`], "cancelled"],
    [
      { restoreKeepsExceptions: true },
      ["debate confirmed", `${THIRD} confirmed`, `${FOURTH} cancelled`],
      "confirmed",
    ],
    [{ restoreSendsExceptions: false }, ["debate confirmed"], "confirmed"],
    [{ restoreSendsExceptions: false, deletionSendsExceptions: false }, ["debate confirmed"], "confirmed"],
  ])(
    "a restored series tells its exceptions, as they were or cancelled, or not: %j",
    async (mode, delta, third) => {
      await habits(mode);
      await seriesWithExceptions();
      await alice.events.delete({ calendarId: ALICE, eventId: "debate" });
      const { nextSyncToken } = await listAll(alice);
      await restore("debate");
      expect(await told(nextSyncToken ?? "")).toEqual(delta);
      const after = await alice.events.get({ calendarId: ALICE, eventId: THIRD });
      expect(after.data).toMatchObject({ status: third, summary: "moved" });
      expect((await alice.events.get({ calendarId: ALICE, eventId: FOURTH })).data.status).toBe("cancelled");
    },
  );
});

describe("unknown values", () => {
  const UNKNOWN = "somethingNobodyKnows";

  test("all fields come with values that nobody knows, deleted events stay deleted", async () => {
    const attendees = [{ email: BOB }];
    const conferenceData = { entryPoints: [{ entryPointType: "video", uri: "https://meet.example.com/x" }] };
    const requestBody = { ...at(9), attendees, conferenceData };
    await alice.events.insert({ calendarId: ALICE, conferenceDataVersion: 1, requestBody });
    const gone = await alice.events.insert({ calendarId: ALICE, requestBody: at(10) });
    const { nextSyncToken } = await listAll(alice);
    await alice.events.delete({ calendarId: ALICE, eventId: gone.data.id ?? "" });
    await habits({ unknownValues: true });
    const { data } = await alice.events.list({ calendarId: ALICE });
    expect(data).toMatchObject({ accessRole: UNKNOWN });
    expect(data.items).toMatchObject([
      {
        summary: "at 9",
        status: UNKNOWN,
        eventType: UNKNOWN,
        visibility: UNKNOWN,
        transparency: UNKNOWN,
        attendees: [{ email: BOB, responseStatus: UNKNOWN }],
        conferenceData: { entryPoints: [{ entryPointType: UNKNOWN, uri: "https://meet.example.com/x" }] },
      },
    ]);
    const one = await alice.events.get({ calendarId: ALICE, eventId: data.items?.[0]?.id ?? "" });
    expect(one.data.eventType).toBe(UNKNOWN);
    expect((await listAll(alice, { syncToken: nextSyncToken ?? "" })).items).toMatchObject([
      { status: "cancelled" },
    ]);
    const entries = await alice.calendarList.list();
    expect(entries.data.items).toMatchObject([
      { id: ALICE, accessRole: UNKNOWN },
      { id: TEAM, accessRole: UNKNOWN },
      { accessRole: UNKNOWN },
    ]);
  });

  test("single fields take a value of one's own, and end again", async () => {
    await alice.events.insert({ calendarId: ALICE, requestBody: at(9) });
    await habits({ unknownValues: { eventType: "picnic", visibility: true, status: false } });
    const first = async (): Promise<unknown> => (await listAll(alice)).items[0];
    expect(await first()).toMatchObject({ eventType: "picnic", visibility: UNKNOWN, status: "confirmed" });
    await habits({ unknownValues: false });
    expect(await first()).toMatchObject({ eventType: "default" });
  });
});
