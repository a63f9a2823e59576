import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { DeleteEventInput, RespondToEventInput } from "@firestore-calendar-sync/client";
import { createEvent } from "./create-event.ts";
import { deleteEvent } from "./delete-event.ts";
import { moveEvent } from "./move-event.ts";
import { respondToEvent } from "./respond-to-event.ts";
import { ann, bob, prepareClient, type Resource, team, uid, WriteWorld } from "./testing/write-world.fake.ts";
import { failure } from "./testing/scripted-google.fake.ts";

let world: WriteWorld;
beforeAll(async () => {
  prepareClient();
  world = await WriteWorld.start();
});
beforeEach(async () => {
  await world.reset();
});
afterAll(async () => {
  await world.close();
});

const at = (day: string, from = "09:00") => ({
  dateTime: `${day}T${from}:00+02:00`,
  timeZone: "Europe/Berlin",
});
const event = { summary: "Event", start: at("2026-05-04"), end: at("2026-05-04", "10:00") };
const weekly = { ...event, recurrence: ["RRULE:FREQ=WEEKLY;COUNT=4"] };
const failed = (because: string) => ({ kind: "failed", because });

async function occurrence(index: number, calendar = ann): Promise<Resource> {
  const found = (await world.occurrences(calendar))[index];
  if (found === undefined) throw new Error("no such occurrence");
  return found;
}
const keys = () => world.tasks.map(({ calendarKey }) => calendarKey);

describe("an answer to an invitation", () => {
  const eve = "eve@example.com";
  const respond = async (eventId: string, more: Partial<RespondToEventInput> = {}) =>
    await respondToEvent(world.ports, uid, {
      calendarKey: world.key,
      eventId,
      response: "accepted",
      ...more,
    });
  /** Ann's answer as Bob sees it, in each occurrence. */
  const seenByBob = async () =>
    (await world.occurrences(bob)).map(({ attendees }) => {
      const guest = (attendees as readonly Resource[]).find(({ email }) => email === ann);
      return `${String(guest?.["responseStatus"])} ${(guest?.["comment"] as string | undefined) ?? ""}`.trim();
    });

  test("changes only the user's own answer, also of long lists of guests", async () => {
    await world.add(
      { ...event, attendees: [{ email: ann }, { email: eve, responseStatus: "declined" }] },
      bob,
    );
    const { id } = await occurrence(0);
    expect(await respond(id, { comment: "With pleasure" })).toMatchObject({
      kind: "written",
      event: { eventId: id },
    });
    expect(await seenByBob()).toEqual(["accepted With pleasure"]);
    expect((await occurrence(0, bob))["attendees"]).toContainEqual(
      expect.objectContaining({ email: eve, responseStatus: "declined" }),
    );
    expect((await occurrence(0))["attendees"]).toContainEqual(expect.objectContaining({ email: eve }));
    expect(keys()).toEqual([world.key]);
  });

  test("of the organizer keeps the guests", async () => {
    const { id } = await world.add({ ...event, attendees: [{ email: ann }, { email: bob }] });
    await respond(id, { response: "declined" });
    expect((await world.event(id))["attendees"]).toMatchObject([
      { email: ann, responseStatus: "declined" },
      { email: bob, responseStatus: "needsAction" },
    ]);
  });

  test("can be changed; an earlier comment stays until there is another", async () => {
    await world.add({ ...event, attendees: [{ email: ann }] }, bob);
    const { id } = await occurrence(0);
    await respond(id, { comment: "Late" });
    await respond(id, { response: "tentative" });
    expect(await seenByBob()).toEqual(["tentative Late"]);
    await respond(id, { response: "declined", comment: "" });
    expect(await seenByBob()).toEqual(["declined"]);
  });

  test("is for one occurrence or for the series, with its changed occurrences", async () => {
    await world.add({ ...weekly, attendees: [{ email: ann }] }, bob);
    await respond((await occurrence(1)).id, { response: "declined" });
    expect(await seenByBob()).toEqual(["needsAction", "declined", "needsAction", "needsAction"]);
    await respond((await occurrence(1)).id, { scope: "all" });
    expect(await seenByBob()).toEqual(["accepted", "accepted", "accepted", "accepted"]);
  });

  test("is repeated if the event changes meanwhile: it overwrites nothing but an earlier answer", async () => {
    const { id: ofBob } = await world.add({ ...event, attendees: [{ email: ann }] }, bob);
    const { id } = await occurrence(0);
    const inner = world.ports.google;
    let calls = 0;
    const google = {
      ...inner,
      patch: async (...call: Parameters<typeof inner.patch>) => {
        if (++calls === 1) await world.google("PATCH", `${bob}/events/${ofBob}`, { location: "Room" }, bob);
        return await inner.patch(...call);
      },
    };
    const input = { calendarKey: world.key, eventId: id, response: "accepted" } as const;
    expect(await respondToEvent({ ...world.ports, google }, uid, input)).toMatchObject({ kind: "written" });
    expect(calls).toBe(2);
    expect(await seenByBob()).toEqual(["accepted"]);
    expect(await occurrence(0)).toMatchObject({ location: "Room" });
  });

  test("is given up if the event changes all the time", async () => {
    await world.add({ ...event, attendees: [{ email: ann }] }, bob);
    let calls = 0;
    const patch = () => {
      calls += 1;
      return Promise.resolve(failure("badRequest", 412));
    };
    const ports = { ...world.ports, google: { ...world.ports.google, patch } };
    const input = {
      calendarKey: world.key,
      eventId: (await occurrence(0)).id,
      response: "accepted",
    } as const;
    expect(await respondToEvent(ports, uid, input)).toMatchObject(failed("changedMeanwhile"));
    expect(calls).toBe(3);
  });

  test("is not for events to which the user is not invited", async () => {
    const { id } = await world.add(event);
    expect(await respond(id)).toEqual(failed("notInvited"));
    expect(await respond("nothing")).toMatchObject(failed("gone"));
  });
});

describe("a new event", () => {
  const create = async (requestId = "request-1", more: object = {}) =>
    await createEvent(world.ports, uid, { calendarKey: world.key, requestId, event: { ...event, ...more } });

  test("is made once for each request", async () => {
    const first = await create();
    expect(first).toMatchObject({ kind: "written" });
    expect(await create()).toEqual(first);
    expect(await world.occurrences()).toHaveLength(1);
    await create("request-2");
    expect(await world.occurrences()).toHaveLength(2);
    expect(keys()).toEqual([world.key, world.key, world.key]);
  });

  test("is made once for each calendar", async () => {
    const first = await create();
    const input = { calendarKey: world.teamKey, requestId: "request-1", event };
    const other = await createEvent(world.ports, uid, input);
    expect(other).toMatchObject({ kind: "written" });
    expect(first.kind === "written" && first.event.eventId).not.toBe(
      other.kind === "written" && other.event.eventId,
    );
    expect([(await world.occurrences()).length, (await world.occurrences(team)).length]).toEqual([1, 1]);
  });

  test("that was deleted is not made again by the same request", async () => {
    await create();
    await world.google("DELETE", `${ann}/events/${(await occurrence(0)).id}`);
    expect(await create()).toEqual(failed("gone"));
    expect(await world.occurrences()).toEqual([]);
  });

  test("can be a series with times that name no zone: the calendar's", async () => {
    const plain = (time: string) => ({ dateTime: `2026-10-19T${time}:00+02:00` });
    await create("request-1", {
      start: plain("09:00"),
      end: plain("10:00"),
      recurrence: ["RRULE:FREQ=WEEKLY;COUNT=2"],
    });
    const starts = (await world.occurrences()).map(
      each => (each["start"] as { readonly dateTime: string }).dateTime,
    );
    expect(starts.map(start => new Date(start).toISOString())).toEqual([
      "2026-10-19T07:00:00.000Z",
      "2026-10-26T08:00:00.000Z",
    ]);
  });

  test("that ends before it starts asks Google nothing", async () => {
    world.calls.total = 0;
    expect(await create("request-1", { end: at("2026-05-04", "08:00") })).toEqual(failed("badTimes"));
    expect(world.calls.total).toBe(0);
  });
});

describe("a deletion", () => {
  const remove = async (eventId: string, more: Partial<DeleteEventInput> = {}) =>
    await deleteEvent(world.ports, uid, { calendarKey: world.key, eventId, ...more });

  test.each([true, false])("succeeds once and again (with an etag: %s)", async withEtag => {
    const { id, etag } = await world.add(event);
    const more = withEtag ? { etag } : {};
    expect(await remove(id, more)).toMatchObject({ kind: "written" });
    expect(await world.occurrences()).toEqual([]);
    expect(await remove(id, more)).toMatchObject({ kind: "written" });
  });

  test("of an invitation deletes the user's own copy only", async () => {
    await world.add({ ...event, attendees: [{ email: ann }] }, bob);
    await remove((await occurrence(0)).id);
    expect(await world.occurrences()).toEqual([]);
    expect(await world.occurrences(bob)).toHaveLength(1);
  });

  test("does nothing to an event that has changed meanwhile", async () => {
    const { id, etag } = await world.add(event);
    await world.google("PATCH", `${ann}/events/${id}`, { summary: "Changed" });
    expect(await remove(id, { etag })).toEqual(failed("changedMeanwhile"));
    expect(await world.occurrences()).toHaveLength(1);
    expect(keys()).toEqual([world.key]);
  });

  test.each(["all", "following"] as const)(
    "%s: does not say that a series is deleted of which one occurrence is",
    async scope => {
      await world.add(weekly);
      const { id } = await occurrence(1);
      await world.google("DELETE", `${ann}/events/${id}`);
      expect(await remove(id, { scope })).toMatchObject(failed("gone"));
      expect(await world.occurrences()).toHaveLength(3);
    },
  );

  test("of a whole series that is deleted already succeeds", async () => {
    const { id } = await world.add(weekly);
    await world.google("DELETE", `${ann}/events/${id}`);
    expect(await remove(id, { scope: "all" })).toMatchObject({ kind: "written" });
  });

  test("of an event that never was fails", async () => {
    expect(await remove("nothing")).toMatchObject(failed("gone"));
  });
});

describe("a move to another calendar", () => {
  const move = async (eventId: string, more: object = {}) =>
    await moveEvent(world.ports, uid, {
      calendarKey: world.key,
      toCalendarKey: world.teamKey,
      eventId,
      ...more,
    });

  test("takes the event away here and shows it there; both calendars are pulled", async () => {
    const { id, etag } = await world.add(event);
    expect(await move(id, { etag })).toMatchObject({ kind: "written", event: { eventId: id } });
    expect(await world.occurrences()).toEqual([]);
    expect(await world.occurrences(team)).toMatchObject([{ id, summary: "Event" }]);
    expect(keys()).toEqual([world.key, world.teamKey]);
  });

  test("of an occurrence moves its series", async () => {
    const { id } = await world.add(weekly);
    expect(await move((await occurrence(2)).id)).toMatchObject({ kind: "written", event: { eventId: id } });
    expect([(await world.occurrences()).length, (await world.occurrences(team)).length]).toEqual([0, 4]);
  });

  test("of somebody else's event is refused", async () => {
    await world.add({ ...event, attendees: [{ email: ann }] }, bob);
    expect(await move((await occurrence(0)).id)).toEqual(failed("notOrganizer"));
    expect(await world.occurrences()).toHaveLength(1);
  });

  test("of an event that has changed meanwhile is refused", async () => {
    const { id, etag } = await world.add(event);
    await world.google("PATCH", `${ann}/events/${id}`, { summary: "Changed" });
    expect(await move(id, { etag })).toEqual(failed("changedMeanwhile"));
    expect(keys()).toEqual([world.key]);
  });

  test("to a calendar of another account, or to none of the user, is refused", async () => {
    const { id } = await world.add(event);
    const other = world.states.get(world.teamKey);
    if (other === undefined) throw new Error("no such calendar");
    world.states.set("other", { ...other, accountId: "another" });
    world.states.set("foreign", { ...other, uid: "somebody" });
    expect(await move(id, { toCalendarKey: "other" })).toEqual(failed("badChange"));
    expect(await move(id, { toCalendarKey: "foreign" })).toEqual(failed("unknownCalendar"));
    expect(await move(id, { toCalendarKey: "unknown" })).toEqual(failed("unknownCalendar"));
    expect(await world.occurrences()).toHaveLength(1);
  });

  test("of which nothing is known lets both calendars be pulled", async () => {
    const { id } = await world.add(event);
    const lost = () => Promise.resolve(failure("unavailable"));
    const ports = { ...world.ports, google: { ...world.ports.google, move: lost } };
    const input = { calendarKey: world.key, toCalendarKey: world.teamKey, eventId: id };
    expect(await moveEvent(ports, uid, input)).toEqual(failed("outcomeUnknown"));
    expect(keys()).toEqual([world.key, world.teamKey]);
  });
});
