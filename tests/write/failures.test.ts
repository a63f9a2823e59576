import { beforeAll, describe, expect, test } from "@jest/globals";
import { useStack } from "../account/shared-stack.ts";
import { call } from "../../stack/client/callables.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { until } from "../../stack/client/until.ts";
import { signUp } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import {
  ann,
  arrived,
  attempt,
  bob,
  connectBoth,
  documentOf,
  keyOf,
  newEvent,
  news,
  people,
  plans,
  write,
  type Writer,
} from "./write-people.ts";

/* What users are told, with the code and the reason for apps, and what is at Google afterwards. */

const db = useStack(people);
let writer: Writer;
beforeAll(async () => {
  writer = await connectBoth(db);
});

const atGoogle = async (calendarId: string, eventId: string) =>
  (await (await googleClientOf(control, ann)).events.get({ calendarId, eventId })).data;
const namedAtGoogle = async (calendarId: string, q: string) =>
  (await (await googleClientOf(control, ann)).events.list({ calendarId, q })).data.items ?? [];
const error = (status: string, reason: string, message: RegExp): object => ({
  error: { status, details: expect.objectContaining({ reason }), message: expect.stringMatching(message) },
});
/** An event that the sync has brought. */
async function stored(summary: string, calendarId = plans) {
  const made = await write(writer, "createEvent", calendarId, newEvent(summary));
  await arrived(db, writer, calendarId, made);
  return made;
}
const titled = (summary: string) => ({ changes: { summary } });

describe("a call that may not write", () => {
  test("of nobody", async () => {
    for (const name of ["respondToEvent", "createEvent", "updateEvent", "deleteEvent", "moveEvent"]) {
      expect(await call(stack, name, {})).toMatchObject({ error: { status: "UNAUTHENTICATED" } });
    }
  });

  test("in a calendar of another user: as if there were none", async () => {
    const stranger = { ...writer, person: await signUp(stack) };
    const made = await stored("Not yours");
    const unknown = await call(stranger.person, "updateEvent", {
      calendarKey: "u".repeat(22),
      ...made,
      ...titled("Taken"),
    });
    expect(unknown).toMatchObject(error("NOT_FOUND", "unknownCalendar", /no such calendar/));
    const calls = [
      attempt(stranger, "updateEvent", plans, { ...made, ...titled("Taken") }),
      attempt(stranger, "createEvent", plans, newEvent("Planted")),
      attempt(stranger, "deleteEvent", plans, made),
      attempt(stranger, "respondToEvent", plans, { eventId: made.eventId, response: "declined" }),
      attempt(stranger, "moveEvent", plans, { ...made, toCalendarKey: keyOf(writer, ann) }),
    ];
    for (const answer of await Promise.all(calls)) expect(answer).toEqual(unknown);
    expect((await atGoogle(plans, made.eventId)).summary).toBe("Not yours");
    expect(await namedAtGoogle(plans, "Planted")).toEqual([]);
  });

  test("in a calendar that is switched off, until it is on again", async () => {
    const calendarKey = keyOf(writer, plans);
    await call(writer.person, "setCalendarEnabled", { calendarKey, enabled: false });
    const input = newEvent("Into the dark");
    expect(await attempt(writer, "createEvent", plans, input)).toMatchObject(
      error("FAILED_PRECONDITION", "switchedOff", /switched off/),
    );
    expect(await namedAtGoogle(plans, "Into the dark")).toEqual([]);
    await call(writer.person, "setCalendarEnabled", { calendarKey, enabled: true });
    await arrived(db, writer, plans, await write(writer, "createEvent", plans, input));
  });

  test("in a calendar that the user may only read", async () => {
    expect(await attempt(writer, "createEvent", news, newEvent("Fake news"))).toMatchObject(
      error("PERMISSION_DENIED", "readOnly", /only read/),
    );
    const events = await db
      .collection(`users/${writer.person.uid}/calendarEvents`)
      .where("summary", "==", "Headline")
      .get();
    const [headline] = events.docs;
    const target = { eventId: String(headline?.get("eventId")), etag: String(headline?.get("etag")) };
    expect(await attempt(writer, "updateEvent", news, { ...target, ...titled("No news") })).toMatchObject(
      error("PERMISSION_DENIED", "readOnly", /only read/),
    );
    expect(await attempt(writer, "deleteEvent", news, target)).toMatchObject(
      error("PERMISSION_DENIED", "readOnly", /only read/),
    );
    expect((await atGoogle(news, target.eventId)).summary).toBe("Headline");
  });

  test("of a guest, or of somebody who is not invited", async () => {
    const input = newEvent("Ann's", { attendees: [{ email: bob }] });
    const { eventId } = await write(writer, "createEvent", ann, input);
    await until("the invitation", async () => (await documentOf(db, writer, bob, eventId)).exists);
    expect(await attempt(writer, "updateEvent", bob, { eventId, ...titled("Bob's") })).toMatchObject(
      error("PERMISSION_DENIED", "notOrganizer", /Only the organizer/),
    );
    expect((await atGoogle(ann, eventId)).summary).toBe("Ann's");
    const made = await stored("Alone");
    const answer = { eventId: made.eventId, response: "accepted" };
    expect(await attempt(writer, "respondToEvent", plans, answer)).toMatchObject(
      error("FAILED_PRECONDITION", "notInvited", /not among the guests/),
    );
  });
});

describe("an event that is not as the user has seen it", () => {
  test("has changed: nothing is overwritten, and the new etag is accepted", async () => {
    const made = await stored("Seen");
    const google = await googleClientOf(control, ann);
    const edit = { calendarId: plans, eventId: made.eventId, requestBody: { summary: "Changed at Google" } };
    const { data } = await google.events.patch(edit);
    for (const scope of ["this", "following", "all"]) {
      const input = { ...made, ...titled("Overwritten"), scope };
      expect(await attempt(writer, "updateEvent", plans, input)).toMatchObject(
        error("ABORTED", "changedMeanwhile", /changed meanwhile/),
      );
      expect(await attempt(writer, "deleteEvent", plans, { ...made, scope })).toMatchObject(
        error("ABORTED", "changedMeanwhile", /changed meanwhile/),
      );
    }
    const move = { ...made, toCalendarKey: keyOf(writer, ann) };
    expect(await attempt(writer, "moveEvent", plans, move)).toMatchObject(
      error("ABORTED", "changedMeanwhile", /changed meanwhile/),
    );
    const { summary, etag } = await atGoogle(plans, made.eventId);
    expect([summary, etag]).toEqual(["Changed at Google", data.etag]);
    const document = await arrived(db, writer, plans, { eventId: made.eventId, etag: String(data.etag) });
    const fresh = { eventId: made.eventId, etag: String(document.get("etag")) };
    await write(writer, "updateEvent", plans, { ...fresh, ...titled("After a look") });
    expect((await atGoogle(plans, made.eventId)).summary).toBe("After a look");
  });

  test("is deleted: a change fails, and a deletion has what it wanted", async () => {
    const made = await stored("Short-lived");
    const google = await googleClientOf(control, ann);
    await google.events.delete({ calendarId: plans, eventId: made.eventId });
    const update = await attempt(writer, "updateEvent", plans, { ...made, ...titled("Revived") });
    expect(["gone", "changedMeanwhile"]).toContain((update.error?.details as { reason: string }).reason);
    const { eventId } = made;
    expect(await attempt(writer, "updateEvent", plans, { eventId, ...titled("Revived") })).toMatchObject(
      error("NOT_FOUND", "gone", /not exist any more/),
    );
    expect((await atGoogle(plans, eventId)).status).toBe("cancelled");
    expect(await attempt(writer, "deleteEvent", plans, made)).toMatchObject({ status: 200 });
    expect(await attempt(writer, "deleteEvent", plans, { eventId })).toMatchObject({ status: 200 });
    const never = { eventId: "never0was0there", ...titled("Revived") };
    expect(await attempt(writer, "updateEvent", plans, never)).toMatchObject(
      error("NOT_FOUND", "gone", /not exist any more/),
    );
  });
});

describe("Google", () => {
  test("accepts no more calls", async () => {
    const made = await stored("Many");
    await control.fault({ method: "PATCH", status: 403, reason: "rateLimitExceeded", times: 1 });
    expect(await attempt(writer, "updateEvent", plans, { ...made, ...titled("Too many") })).toMatchObject({
      error: {
        status: "RESOURCE_EXHAUSTED",
        details: { reason: "quota", googleReason: "rateLimitExceeded" },
      },
    });
    expect((await atGoogle(plans, made.eventId)).summary).toBe("Many");
  });

  test("fails once: the call is repeated", async () => {
    const made = await stored("Briefly down");
    await control.fault({ method: "PATCH", status: 503, reason: "backendError", times: 1 });
    const changed = await write(writer, "updateEvent", plans, { ...made, ...titled("Up again") });
    expect((await arrived(db, writer, plans, changed)).get("summary")).toBe("Up again");
  });

  test("stays down: the user is told that it is not known", async () => {
    const made = await stored("Long down");
    await control.fault({ path: "/events/", status: 503, reason: "backendError" });
    expect(await attempt(writer, "updateEvent", plans, { ...made, ...titled("Lost") })).toMatchObject(
      error("UNKNOWN", "outcomeUnknown", /may or may not/),
    );
    await control.clearFaults();
    expect((await atGoogle(plans, made.eventId)).summary).toBe("Long down");
  });

  const lost = { drop: true, when: "after", times: 1 } as const;
  test.each([
    ["a new event", { method: "POST", path: "/events", ...lost }],
    ["a change", { method: "PATCH", path: "/events/", ...lost }],
    ["a deletion", { method: "DELETE", path: "/events/", ...lost }],
  ])("does it, and its answer is lost: %s is done once", async (name, fault) => {
    const title = `Lost answer of ${name}`;
    if (name === "a new event") {
      await control.fault(fault);
      const made = await write(writer, "createEvent", plans, newEvent(title));
      expect((await arrived(db, writer, plans, made)).get("summary")).toBe(title);
      expect(await namedAtGoogle(plans, title)).toHaveLength(1);
    } else if (name === "a change") {
      const made = await stored("Before it");
      await control.fault(fault);
      const changed = await write(writer, "updateEvent", plans, { ...made, ...titled(title) });
      expect(changed.etag).not.toBe(made.etag);
      expect((await arrived(db, writer, plans, changed)).get("summary")).toBe(title);
    } else {
      const made = await stored(title);
      await control.fault(fault);
      expect(await attempt(writer, "deleteEvent", plans, made)).toMatchObject({ status: 200 });
      await until("gone", async () => !(await documentOf(db, writer, plans, made.eventId)).exists);
      expect((await atGoogle(plans, made.eventId)).status).toBe("cancelled");
    }
    const struck = (await control.requests()).filter(request => request.struck === true);
    expect(struck.map(({ method }) => method)).toContain(fault.method);
  });
});
