import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, CAROL, failure, useHarness, WORLD_WITH_CAROL } from "./harness.ts";

const harness = useHarness(WORLD_WITH_CAROL);
let alice: calendar_v3.Calendar;
let bob: calendar_v3.Calendar;
let carol: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
  bob = await harness.client(BOB);
  carol = await harness.client(CAROL);
  await alice.events.insert({
    calendarId: "primary",
    requestBody: {
      ...at(9, "Meeting"),
      id: eventId,
      attendees: [
        { email: ALICE, responseStatus: "accepted" },
        { email: BOB, optional: true, displayName: "Bob" },
        { email: CAROL, responseStatus: "tentative" },
      ],
    },
  });
});

const eventId = "meeting0";
const target = { calendarId: "primary", eventId };
const get = async (client: calendar_v3.Calendar): Promise<calendar_v3.Schema$Event> =>
  (await client.events.get(target)).data;
const patch = async (client: calendar_v3.Calendar, requestBody: calendar_v3.Schema$Event): Promise<unknown> =>
  await client.events.patch({ ...target, requestBody });
const answersIn = async (client: calendar_v3.Calendar): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    ((await get(client)).attendees ?? []).map(guest => [guest.email ?? "", guest.responseStatus]),
  );
const FORBIDDEN = { status: 403, reason: "forbiddenForNonOrganizer" };

describe("an update of some guests", () => {
  test.each(["patch", "update"] as const)(
    "attendeesOmitted: %s changes only the listed guests",
    async method => {
      const requestBody = {
        ...(method === "update" ? await get(bob) : {}),
        attendeesOmitted: true,
        attendees: [
          { email: BOB, responseStatus: "accepted", comment: "late" },
          { email: "new@example.com", responseStatus: "accepted" },
        ],
      };
      await bob.events[method]({ ...target, requestBody });
      for (const client of [alice, bob, carol]) {
        const { attendees, attendeesOmitted } = await get(client);
        expect(attendeesOmitted).toBeUndefined();
        expect(
          attendees?.map(guest => [guest.email, guest.responseStatus, guest.comment, guest.optional]),
        ).toEqual([
          [ALICE, "accepted", undefined, undefined],
          [BOB, "accepted", "late", true],
          [CAROL, "tentative", undefined, undefined],
        ]);
      }
    },
  );

  test("the organiser can use it, too", async () => {
    await patch(alice, { attendeesOmitted: true, attendees: [{ email: ALICE, responseStatus: "declined" }] });
    const answers = { [ALICE]: "declined", [BOB]: "needsAction", [CAROL]: "tentative" };
    expect(await answersIn(alice)).toEqual(answers);
    expect(await answersIn(bob)).toEqual(answers);
  });

  test("the organiser's plain array replaces all guests, and addresses alone lose the answers", async () => {
    await patch(alice, { attendees: [{ email: ALICE, responseStatus: "accepted" }, { email: CAROL }] });
    expect(await answersIn(alice)).toEqual({ [ALICE]: "accepted", [CAROL]: "needsAction" });
    expect((await get(bob)).status).toBe("cancelled");
  });

  test("a guest's plain array takes nobody off", async () => {
    await patch(bob, { attendees: [{ email: BOB, responseStatus: "accepted" }] });
    const answers = { [ALICE]: "accepted", [BOB]: "accepted", [CAROL]: "tentative" };
    for (const client of [alice, bob, carol]) expect(await answersIn(client)).toEqual(answers);
  });

  test("a guest may not answer for others", async () => {
    const attendees = [{ email: CAROL, responseStatus: "declined" }];
    expect(await failure(patch(bob, { attendees }))).toMatchObject(FORBIDDEN);
    expect(await failure(patch(bob, { attendees, attendeesOmitted: true }))).toMatchObject(FORBIDDEN);
    expect((await answersIn(alice))[CAROL]).toBe("tentative");
  });

  test("a guest may invite others, unless the organiser forbids it", async () => {
    const dora = "dora@example.com";
    await patch(bob, { attendees: [{ email: dora }] });
    expect(await answersIn(alice)).toMatchObject({ [BOB]: "needsAction", [dora]: "needsAction" });
    expect(await answersIn(carol)).toHaveProperty([dora]);
    await patch(alice, { guestsCanInviteOthers: false });
    expect(await failure(patch(bob, { attendees: [{ email: "emil@example.com" }] }))).toMatchObject(
      FORBIDDEN,
    );
  });

  test("with guestsCanModify, a guest's edits reach the organiser and the other guests", async () => {
    await patch(alice, { guestsCanModify: true });
    await patch(bob, { summary: "Bob's title", start: { dateTime: "2026-01-05T08:30:00Z" } });
    expect(await get(alice)).toMatchObject({
      summary: "Bob's title",
      start: { dateTime: "2026-01-05T09:30:00+01:00" },
      organizer: { self: true },
      sequence: 1,
    });
    expect(await get(carol)).toMatchObject({ summary: "Bob's title", organizer: { email: ALICE } });
    await patch(bob, { attendees: [{ email: ALICE, responseStatus: "accepted" }, { email: BOB }] });
    expect((await get(carol)).status).toBe("cancelled");
  });

  test("a guest who was taken off and is invited again has the event again", async () => {
    const without = [{ email: ALICE }, { email: BOB }];
    await patch(alice, { attendees: without });
    expect((await get(carol)).status).toBe("cancelled");
    await patch(alice, { attendees: [...without, { email: CAROL }] });
    expect((await get(carol)).status).toBe("confirmed");
  });

  test("transparency, visibility and private properties are each guest's own", async () => {
    await patch(alice, {
      visibility: "public",
      extendedProperties: { private: { a: "Alice" }, shared: { s: "1" } },
    });
    await patch(bob, { transparency: "transparent", extendedProperties: { private: { b: "Bob" } } });
    await patch(alice, { summary: "Renamed", extendedProperties: { shared: { s: "2" } } });
    expect(await get(bob)).toMatchObject({
      summary: "Renamed",
      transparency: "transparent",
      visibility: "public",
    });
    expect((await get(bob)).extendedProperties).toEqual({ private: { b: "Bob" }, shared: { s: "2" } });
    expect(await get(carol)).not.toHaveProperty("transparency");
    expect((await get(carol)).extendedProperties).toEqual({ shared: { s: "2" } });
    expect(await get(alice)).not.toHaveProperty("transparency");
  });
});
