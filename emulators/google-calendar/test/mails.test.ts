import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, CAROL, TEAM, useHarness, WORLD_WITH_CAROL } from "./harness.ts";

const OUTSIDE = "dora@elsewhere.example";
const harness = useHarness(WORLD_WITH_CAROL);
let alice: calendar_v3.Calendar;
let bob: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
  bob = await harness.client(BOB);
});

interface Mail {
  method: string;
  email: string;
  calendarId: string;
  eventId: string;
  sendUpdates: string;
  recipients: string[];
}
const mails = async (): Promise<Mail[]> => await harness.control<Mail[]>("GET", "mails");
const eventId = "meeting0";
const target = { calendarId: "primary", eventId };
const room = { email: "room@resource.example", resource: true };
const guests = [{ email: ALICE }, { email: BOB }, { email: OUTSIDE }, room];
const insert = async (sendUpdates?: string): Promise<unknown> =>
  await alice.events.insert({
    calendarId: "primary",
    ...(sendUpdates === undefined ? {} : { sendUpdates }),
    requestBody: { ...at(9), id: eventId, attendees: guests },
  });

describe("mails", () => {
  test.each([
    ["all", [BOB, OUTSIDE]],
    ["externalOnly", [OUTSIDE]],
    ["none", []],
    [undefined, []],
  ])("sendUpdates=%s says who would get one", async (sendUpdates, recipients) => {
    await insert(sendUpdates);
    expect(await mails()).toEqual([
      {
        at: expect.any(Number) as unknown,
        method: "events.insert",
        email: ALICE,
        calendarId: ALICE,
        eventId,
        sendUpdates: sendUpdates ?? "none",
        recipients,
      },
    ]);
  });

  test("every kind of write is recorded, also to guests who were taken off; refused writes are not", async () => {
    await insert("none");
    const sendUpdates = "all";
    const attendees = [{ email: CAROL }];
    await alice.events.patch({ ...target, sendUpdates, requestBody: { attendees } });
    await alice.events.update({ ...target, sendUpdates, requestBody: { ...at(10), attendees } });
    await alice.events.move({ ...target, sendUpdates, destination: TEAM });
    await expect(alice.events.patch({ ...target, calendarId: "nobody", sendUpdates })).rejects.toThrow();
    await alice.events.delete({ calendarId: TEAM, eventId, sendUpdates });
    expect((await mails()).map(mail => [mail.method, mail.calendarId, mail.recipients])).toEqual([
      ["events.insert", ALICE, []],
      ["events.patch", ALICE, [BOB, OUTSIDE, CAROL]],
      ["events.update", ALICE, [CAROL]],
      ["events.move", TEAM, [CAROL]],
      ["events.delete", TEAM, [CAROL]],
    ]);
  });

  test("a guest's answer is told to the organiser, a guest's own reminders to nobody", async () => {
    await insert();
    const sendUpdates = "all";
    const answer = { attendees: [{ email: BOB, responseStatus: "accepted" }], attendeesOmitted: true };
    await bob.events.patch({ ...target, sendUpdates, requestBody: { reminders: { useDefault: false } } });
    await bob.events.patch({ ...target, sendUpdates, requestBody: answer });
    await bob.events.patch({ ...target, sendUpdates, requestBody: answer });
    await bob.events.delete({ ...target, sendUpdates });
    const [, ...told] = await mails();
    expect(told.map(mail => [mail.method, mail.email, mail.calendarId, mail.recipients])).toEqual([
      ["events.patch", BOB, BOB, []],
      ["events.patch", BOB, BOB, [ALICE]],
      ["events.patch", BOB, BOB, []],
      ["events.delete", BOB, BOB, [ALICE]],
    ]);
  });

  test("sendNotifications is the old form; sendUpdates goes first", async () => {
    await insert();
    const requestBody = { summary: "Renamed" };
    await alice.events.patch({ ...target, sendNotifications: true, requestBody });
    await alice.events.patch({ ...target, sendNotifications: false, requestBody });
    await alice.events.patch({
      ...target,
      sendNotifications: true,
      sendUpdates: "externalOnly",
      requestBody,
    });
    expect((await mails()).slice(1).map(mail => [mail.sendUpdates, mail.recipients])).toEqual([
      ["all", [BOB, OUTSIDE]],
      ["none", []],
      ["externalOnly", [OUTSIDE]],
    ]);
  });

  test("the list can be cleared", async () => {
    await insert("all");
    await harness.control("DELETE", "mails");
    expect(await mails()).toEqual([]);
    await insert("all").catch(() => undefined);
    expect(await mails()).toEqual([]);
  });
});
