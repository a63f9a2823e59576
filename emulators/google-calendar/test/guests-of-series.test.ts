import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, BOB, CAROL, listAll, TEAM, useHarness, WORLD_WITH_CAROL } from "./harness.ts";

const harness = useHarness(WORLD_WITH_CAROL);
let alice: calendar_v3.Calendar;
let bob: calendar_v3.Calendar;
let carol: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
  bob = await harness.client(BOB);
  carol = await harness.client(CAROL);
  await alice.events.insert({ calendarId: "primary", requestBody: SERIES });
});

const [SECOND, THIRD, FOURTH] = ["06", "07", "08"].map(day => `standup0_202601${day}T090000Z`) as [
  string,
  string,
  string,
];
const BOTH = [{ email: ALICE }, { email: BOB }];
const SERIES: calendar_v3.Schema$Event = {
  id: "standup0",
  summary: "Stand-up",
  start: { dateTime: "2026-01-05T09:00:00Z", timeZone: "UTC" },
  end: { dateTime: "2026-01-05T09:30:00Z", timeZone: "UTC" },
  recurrence: ["RRULE:FREQ=DAILY;COUNT=4"],
  attendees: BOTH,
};
const patch = async (
  client: calendar_v3.Calendar,
  eventId: string,
  requestBody: calendar_v3.Schema$Event,
): Promise<unknown> => await client.events.patch({ calendarId: "primary", eventId, requestBody });
const answer = (responseStatus: string): calendar_v3.Schema$Event => ({
  attendeesOmitted: true,
  attendees: [{ email: BOB, responseStatus }],
});
/** Day, hour in UTC, title and Bob's answer of each instance. */
const seen = async (client: calendar_v3.Calendar, calendarId = "primary"): Promise<string[]> =>
  (
    await listAll(client, { calendarId, singleEvents: true, orderBy: "startTime", timeZone: "UTC" })
  ).items.map(({ start, summary, attendees }) =>
    [
      start?.dateTime?.slice(8, 13),
      summary,
      attendees?.find(guest => guest.email === BOB)?.responseStatus ?? "not invited",
    ].join(" "),
  );
const row = (day: string, summary = "Stand-up", bobs = "needsAction"): string => `${day} ${summary} ${bobs}`;

describe("guests' copies of a series", () => {
  test("follow edits, moves and cancellations of instances", async () => {
    await patch(alice, SECOND, { summary: "Planning" });
    await patch(alice, THIRD, {
      start: { dateTime: "2026-01-07T15:00:00Z" },
      end: { dateTime: "2026-01-07T16:00:00Z" },
    });
    await alice.events.delete({ calendarId: "primary", eventId: FOURTH });
    const expected = [row("05T09"), row("06T09", "Planning"), row("07T15")];
    expect(await seen(alice)).toEqual(expected);
    expect(await seen(bob)).toEqual(expected);
  });

  test("follow a split: the old series ends, the new one has the client's id", async () => {
    await patch(alice, FOURTH, { summary: "Too late" });
    await alice.events.insert({
      calendarId: "primary",
      requestBody: {
        ...SERIES,
        id: "later0",
        summary: "Later",
        start: { dateTime: "2026-01-07T10:00:00Z", timeZone: "UTC" },
        end: { dateTime: "2026-01-07T10:30:00Z", timeZone: "UTC" },
        recurrence: ["RRULE:FREQ=DAILY;COUNT=2"],
      },
    });
    await patch(alice, "standup0", { recurrence: ["RRULE:FREQ=DAILY;UNTIL=20260107T085959Z"] });
    const expected = [row("05T09"), row("06T09"), row("07T10", "Later"), row("08T10", "Later")];
    expect(await seen(alice)).toEqual(expected);
    expect(await seen(bob)).toEqual(expected);
  });

  test("follow a split in Google's own interface", async () => {
    await harness.control("POST", "splits", {
      calendarId: ALICE,
      instanceId: THIRD,
      changes: { summary: "Later" },
    });
    const expected = [row("05T09"), row("06T09"), row("07T09", "Later"), row("08T09", "Later")];
    expect(await seen(alice)).toEqual(expected);
    expect(await seen(bob)).toEqual(expected);
  });

  test("a guest answers for one instance, or for the series", async () => {
    await patch(alice, "standup0", { attendees: [...BOTH, { email: CAROL }] });
    await patch(bob, SECOND, answer("declined"));
    const one = [row("05T09"), row("06T09", "Stand-up", "declined"), row("07T09"), row("08T09")];
    for (const client of [alice, bob, carol]) expect(await seen(client)).toEqual(one);
    await patch(bob, "standup0", answer("accepted"));
    const all = one.map(text => text.replace("needsAction", "accepted"));
    for (const client of [alice, bob, carol]) expect(await seen(client)).toEqual(all);
  });

  test("a guest deletes one instance: declined, and it stays away", async () => {
    await bob.events.delete({ calendarId: "primary", eventId: SECOND });
    expect((await seen(alice))[1]).toBe(row("06T09", "Stand-up", "declined"));
    await patch(alice, SECOND, { summary: "Planning" });
    expect(await seen(bob)).toEqual([row("05T09"), row("07T09"), row("08T09")]);
  });

  test("a guest who has deleted the series gets no edited instance of it", async () => {
    await bob.events.delete({ calendarId: "primary", eventId: "standup0" });
    await patch(alice, SECOND, { summary: "Planning" });
    expect(await seen(bob)).toEqual([]);
  });

  test("guests are added to one instance and taken off one", async () => {
    await patch(alice, SECOND, { attendees: [{ email: ALICE }, { email: CAROL }] });
    expect(await seen(bob)).toEqual([row("05T09"), row("07T09"), row("08T09")]);
    expect(await seen(carol)).toEqual([row("06T09", "Stand-up", "not invited")]);
    const { data } = await carol.events.get({ calendarId: "primary", eventId: SECOND });
    expect(data).toMatchObject({ recurringEventId: "standup0", organizer: { email: ALICE } });
    await patch(alice, SECOND, { attendees: BOTH });
    expect(await seen(bob)).toHaveLength(4);
    expect(await seen(carol)).toEqual([]);
  });

  test("a guest of one instance loses it when the series is deleted", async () => {
    await patch(alice, SECOND, { attendees: [...BOTH, { email: CAROL }] });
    expect(await seen(carol)).toHaveLength(1);
    await alice.events.delete({ calendarId: "primary", eventId: "standup0" });
    for (const client of [alice, bob, carol]) expect(await seen(client)).toEqual([]);
  });

  test("a guest who is invited later gets the exceptions", async () => {
    await alice.events.delete({ calendarId: "primary", eventId: SECOND });
    await patch(alice, THIRD, { summary: "Without Carol" });
    await patch(alice, FOURTH, { summary: "With Carol", attendees: [...BOTH, { email: CAROL }] });
    await patch(alice, "standup0", { attendees: [...BOTH, { email: CAROL }] });
    expect(await seen(carol)).toEqual([row("05T09"), row("08T09", "With Carol")]);
  });

  test("a guest's reminders and colour of the series hold for edited instances", async () => {
    await patch(bob, "standup0", { colorId: "5", reminders: { useDefault: false } });
    await patch(alice, SECOND, { summary: "Planning" });
    const { data } = await bob.events.get({ calendarId: "primary", eventId: SECOND });
    expect(data).toMatchObject({ summary: "Planning", colorId: "5", reminders: { useDefault: false } });
  });

  test("follow a move to another calendar, with the exceptions", async () => {
    await patch(alice, SECOND, { summary: "Planning" });
    await alice.events.move({ calendarId: "primary", eventId: "standup0", destination: TEAM });
    for (const eventId of ["standup0", SECOND]) {
      const { data } = await bob.events.get({ calendarId: "primary", eventId });
      expect([data.status, data.organizer?.email]).toEqual(["confirmed", TEAM]);
    }
    await patch(bob, SECOND, answer("accepted"));
    await alice.events.patch({ calendarId: TEAM, eventId: THIRD, requestBody: { summary: "Review" } });
    const expected = [
      row("05T09"),
      row("06T09", "Planning", "accepted"),
      row("07T09", "Review"),
      row("08T09"),
    ];
    expect(await seen(alice, TEAM)).toEqual(expected);
    expect(await seen(bob)).toEqual(expected);
  });
});
