import { beforeAll, describe, expect, test } from "@jest/globals";
import type { WrittenEvent } from "@firestore-calendar-sync/client";
import { useStack } from "../account/shared-stack.ts";
import { call } from "../../stack/client/callables.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { until } from "../../stack/client/until.ts";
import { control } from "../running-stack.ts";
import {
  ann,
  arrived,
  attempt,
  bob,
  connectBoth,
  documentOf,
  keyOf,
  newEvent,
  people,
  plans,
  write,
  type Writer,
} from "./write-people.ts";

const db = useStack(people);
let writer: Writer;
beforeAll(async () => {
  writer = await connectBoth(db);
});

const atGoogle = async (email: string, calendarId: string, eventId: string) =>
  (await (await googleClientOf(control, email)).events.get({ calendarId, eventId })).data;
/** The events at Google with this title, of one calendar. */
const namedAtGoogle = async (calendarId: string, q: string) =>
  (await (await googleClientOf(control, ann)).events.list({ calendarId, q })).data.items ?? [];

describe("createEvent", () => {
  test("brings the event into Firestore, with every field", async () => {
    const fields = {
      description: "With cake",
      location: "Kitchen",
      colorId: "5",
      visibility: "private",
      transparency: "transparent",
      reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 5 }] },
      guestsCanModify: true,
      attendees: [{ email: "guest@elsewhere.example", optional: true }],
      conference: true,
    };
    const made = await write(writer, "createEvent", plans, newEvent("Party", fields));
    const stored = (await arrived(db, writer, plans, made)).data();
    const { attendees, conference: _conference, ...same } = fields;
    expect(stored).toMatchObject({ summary: "Party", ...same, attendees: [attendees[0]] });
    const { hangoutLink } = await atGoogle(ann, plans, made.eventId);
    expect(hangoutLink).toMatch(/^https:/);
    expect(JSON.stringify(stored)).toContain(hangoutLink);
  });

  test("twice with one request id makes one event", async () => {
    const input = newEvent("Once");
    const first = await write(writer, "createEvent", plans, input);
    expect(await write(writer, "createEvent", plans, input)).toEqual(first);
    expect(await namedAtGoogle(plans, "Once")).toHaveLength(1);
    const { requestId } = newEvent("Twice");
    const second = await write(writer, "createEvent", plans, { ...input, requestId });
    expect(second.eventId).not.toBe(first.eventId);
  });

  test("arrives without Google's notification", async () => {
    await control.setPush({ paused: true });
    try {
      const made = await write(writer, "createEvent", plans, newEvent("Unannounced"));
      const stored = await arrived(db, writer, plans, made);
      expect(stored.get("summary")).toBe("Unannounced");
      const changes = { summary: "Still unannounced" };
      const changed = await write(writer, "updateEvent", plans, { ...made, changes });
      expect((await arrived(db, writer, plans, changed)).get("summary")).toBe("Still unannounced");
    } finally {
      await control.setPush({ paused: false });
    }
  });
});

describe("updateEvent", () => {
  test("changes an occurrence whose document has an older etag, after a change that no user can see", async () => {
    const recurrence = ["RRULE:FREQ=DAILY;COUNT=3"];
    const series = await write(writer, "createEvent", plans, newEvent("Daily", { recurrence }));
    const google = await googleClientOf(control, ann);
    const { data } = await google.events.instances({ calendarId: plans, eventId: series.eventId });
    const eventId = data.items?.[1]?.id ?? "";
    const { etag } = series;
    await arrived(db, writer, plans, { eventId, etag });
    const edit = { calendarId: plans, eventId: series.eventId, requestBody: { privateCopy: true } };
    await google.events.patch(edit);
    const input = { eventId, etag, changes: { summary: "Second day" } };
    const { result } = await until("the sync of the change", async () => {
      const answer = await attempt(writer, "updateEvent", plans, input);
      return answer.status === 200 ? answer : undefined;
    });
    const stored = await arrived(db, writer, plans, result as WrittenEvent);
    expect(stored.get("summary")).toBe("Second day");
  });
});

describe("respondToEvent", () => {
  test("the organizer's copy follows, and both documents say so", async () => {
    const invitation = newEvent("Invitation", { attendees: [{ email: bob }] });
    const { eventId } = await write(writer, "createEvent", ann, invitation);
    await until("the invitation", async () => {
      const document = await documentOf(db, writer, bob, eventId);
      return document.get("selfResponse") === "needsAction";
    });
    for (const response of ["accepted", "tentative", "declined"]) {
      const answer = { eventId, response, comment: `It is ${response}` };
      const own = await arrived(db, writer, bob, await write(writer, "respondToEvent", bob, answer));
      expect(own.get("selfResponse")).toBe(response);
      const guest: unknown = expect.objectContaining({ email: bob, responseStatus: response });
      expect((await atGoogle(ann, ann, eventId)).attendees).toContainEqual(guest);
      await until("the organizer's document", async () => {
        const attendees: unknown = (await documentOf(db, writer, ann, eventId)).get("attendees");
        const text = JSON.stringify(attendees);
        return text.includes(`"${response}"`) && text.includes(`It is ${response}`);
      });
    }
  });
});

describe("moveEvent", () => {
  test("moves an event to another calendar of the account, and to no other account's", async () => {
    const made = await write(writer, "createEvent", ann, newEvent("Moving"));
    await arrived(db, writer, ann, made);
    const to = (calendarId: string) => ({ ...made, toCalendarKey: keyOf(writer, calendarId) });
    expect(await attempt(writer, "moveEvent", ann, to(bob))).toMatchObject({
      error: { status: "INVALID_ARGUMENT", details: { reason: "badChange" } },
    });
    expect((await atGoogle(ann, ann, made.eventId)).status).toBe("confirmed");

    const moved = await write(writer, "moveEvent", ann, to(plans));
    expect((await arrived(db, writer, plans, moved)).get("summary")).toBe("Moving");
    await until("gone", async () => !(await documentOf(db, writer, ann, made.eventId)).exists);
    expect(await namedAtGoogle(ann, "Moving")).toEqual([]);
  });
});

describe("sendUpdates", () => {
  test("nobody gets a mail unless the app asks for it", async () => {
    const guests = { attendees: [{ email: bob }, { email: "guest@elsewhere.example" }] };
    const quiet = await write(writer, "createEvent", ann, newEvent("Quiet", guests));
    const loud = await write(writer, "createEvent", ann, { ...newEvent("Loud", guests), sendUpdates: "all" });
    const changes = { location: "Elsewhere" };
    const input = { ...loud, changes, sendUpdates: "externalOnly" };
    const changed = await write(writer, "updateEvent", ann, input);
    await write(writer, "deleteEvent", ann, { ...changed, sendUpdates: "all" });
    const mails = await control.mails();
    const told = (eventId: string) =>
      mails.filter(mail => mail.eventId === eventId).map(({ method, recipients }) => [method, recipients]);
    expect(told(quiet.eventId)).toEqual([["events.insert", []]]);
    const both = [bob, "guest@elsewhere.example"];
    expect(told(loud.eventId)).toEqual([
      ["events.insert", both],
      ["events.patch", ["guest@elsewhere.example"]],
      ["events.delete", both],
    ]);
  });
});

describe("what is not an event", () => {
  test.each([
    ["createEvent", { ...newEvent("x"), requestId: "short" }],
    ["createEvent", { ...newEvent("x".repeat(1_025)) }],
    ["createEvent", { ...newEvent("x", { attendees: [{ email: "nobody" }] }) }],
    ["createEvent", { ...newEvent("x", { recurrence: ["DTSTART:20300101"] }) }],
    ["createEvent", { ...newEvent("x", { start: { date: "2030-02-30" } }) }],
    ["createEvent", { ...newEvent("x", { organizer: { email: ann } }) }],
    ["createEvent", { ...newEvent("x", { end: { date: "2030-01-01" } }) }],
    ["updateEvent", { eventId: "event00001", changes: {} }],
    ["updateEvent", { eventId: "event00001", changes: { start: null } }],
    ["updateEvent", { eventId: "a/../b", changes: { summary: "x" } }],
    ["updateEvent", { eventId: "event00001", etag: 'x"\r\nX-Header: 1', changes: { summary: "x" } }],
    ["updateEvent", { eventId: "event00001", changes: { summary: "x" }, scope: "some" }],
    ["deleteEvent", { eventId: "event00001", sendUpdates: "everybody" }],
    ["moveEvent", { eventId: "event00001" }],
    ["respondToEvent", { eventId: "event00001", response: "needsAction" }],
    ["respondToEvent", { eventId: "event00001", response: "accepted", scope: "following" }],
  ])("%s refuses %j, and asks Google nothing", async (name, data) => {
    await control.forgetRequests();
    const answer = await call(writer.person, name, { calendarKey: keyOf(writer, ann), ...data });
    expect(answer).toMatchObject({ status: 400, error: { status: "INVALID_ARGUMENT" } });
    const asked = (await control.requests()).filter(({ path }) => path.includes("/events/"));
    expect(asked).toEqual([]);
  });
});
