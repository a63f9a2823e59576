import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { EventChanges, UpdateEventInput } from "@firestore-calendar-sync/client";
import type { GoogleEvents } from "../ports/event-writes.port.ts";
import { deleteEvent } from "./delete-event.ts";
import { endedBy } from "./event-body.ts";
import { ann, bob, prepareClient, type Resource, uid, WriteWorld } from "./testing/write-world.fake.ts";
import { failure } from "./testing/scripted-google.fake.ts";
import { updateEvent } from "./update-event.ts";
import type { WriteOutcome, WritePorts } from "./write-context.ts";

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

const at = (day: string, from = "09:00") => ({ dateTime: `${day}T${from}:00`, timeZone: "Europe/Berlin" });
const weekly = {
  summary: "Series",
  start: at("2026-05-04"),
  end: at("2026-05-04", "10:00"),
  recurrence: ["RRULE:FREQ=WEEKLY;COUNT=6"],
};

/** Day in Berlin and title, in order. */
async function shown(calendar = ann): Promise<string[]> {
  return (await world.occurrences(calendar)).map(dayAndTitle).sort();
}
function dayAndTitle({ start, ...event }: Resource): string {
  const { date, dateTime = "" } = start as { readonly date?: string; readonly dateTime?: string };
  const wall = new Date(dateTime === "" ? 0 : dateTime).toLocaleString("sv-SE", {
    timeZone: "Europe/Berlin",
  });
  return `${date ?? wall.slice(5, 16)} ${String(event["summary"])}`;
}

async function occurrence(index: number): Promise<Resource> {
  const found = (await world.occurrences())[index];
  if (found === undefined) throw new Error("no such occurrence");
  return found;
}

async function change(
  { id, etag }: Resource,
  changes: EventChanges,
  { scope = "following", google = {} }: { scope?: "following" | "all"; google?: Partial<GoogleEvents> } = {},
): Promise<WriteOutcome> {
  const input: UpdateEventInput = { calendarKey: world.key, eventId: id, etag, changes, scope };
  return await updateEvent(portsWith(google), uid, input);
}
async function end({ id, etag }: Resource, google: Partial<GoogleEvents> = {}): Promise<WriteOutcome> {
  const input = { calendarKey: world.key, eventId: id, etag, scope: "following" } as const;
  return await deleteEvent(portsWith(google), uid, input);
}
function portsWith(google: Partial<GoogleEvents>): WritePorts {
  return { ...world.ports, google: { ...world.ports.google, ...google } };
}

const days = ["05-04", "05-11", "05-18", "05-25", "06-01", "06-08"];
const titled = (titles: readonly string[]) => days.map((day, index) => `${day} 09:00 ${titles[index] ?? ""}`);
const old = titled(Array.from(days, () => "Series"));
const renamed = titled(["Series", "Series", "New", "New", "New", "New"]);

describe("this and all following occurrences", () => {
  test("are a series of their own, which has the guests with their answers", async () => {
    await world.add({ ...weekly, attendees: [{ email: bob }], location: "Room", colorId: "5" });
    const [copy] = await world.occurrences(bob);
    const own = { email: bob, self: true, responseStatus: "declined" };
    await world.google(
      "PATCH",
      `${bob}/events/${String(copy?.["recurringEventId"])}`,
      { attendees: [own] },
      bob,
    );
    const outcome = await change(await occurrence(2), { summary: "New" });
    expect(outcome).toMatchObject({ kind: "written" });
    expect(await shown()).toEqual(renamed);
    expect(await shown(bob)).toEqual(renamed);
    const begun = await occurrence(2);
    expect(begun).toMatchObject({ location: "Room", colorId: "5" });
    expect(begun["attendees"]).toContainEqual(
      expect.objectContaining({ email: bob, responseStatus: "declined" }),
    );
    expect(outcome).toMatchObject({ event: { eventId: begun["recurringEventId"] } });
  });

  test("have one conference, however often they are changed", async () => {
    await world.add(weekly);
    await change(await occurrence(2), { conference: true });
    const begun = await occurrence(2);
    const conference = (event: Resource) =>
      (event["conferenceData"] as { conferenceId?: string } | undefined)?.conferenceId;
    expect(conference(begun)).toEqual(expect.any(String));
    expect(conference(await occurrence(1))).toBeUndefined();
    await change(await occurrence(4), { conference: true, summary: "New" });
    expect(conference(await occurrence(4))).toBe(conference(begun));
  });

  test("keep what was changed or cancelled one by one, if only the title changes", async () => {
    await world.add(weekly);
    await world.google("PATCH", `${ann}/events/${(await occurrence(3)).id}`, {
      start: at("2026-05-26", "18:00"),
      end: at("2026-05-26", "19:00"),
    });
    await world.google("PATCH", `${ann}/events/${(await occurrence(1)).id}`, { location: "Before" });
    await world.google("DELETE", `${ann}/events/${(await occurrence(4)).id}`);
    const target = await occurrence(2);
    expect(await change(target, { summary: "New" })).toMatchObject({ kind: "written" });
    expect(await shown()).toEqual([
      "05-04 09:00 Series",
      "05-11 09:00 Series",
      "05-18 09:00 New",
      "05-26 18:00 Series",
      "06-08 09:00 New",
    ]);
    expect(await occurrence(1)).toMatchObject({ location: "Before" });
  });

  test("are of the new kind, if they become all-day", async () => {
    await world.add(weekly);
    const changes = { start: { date: "2026-05-19" }, end: { date: "2026-05-20" } };
    expect(await change(await occurrence(2), changes)).toMatchObject({ kind: "written" });
    expect(await shown()).toEqual([
      "05-04 09:00 Series",
      "05-11 09:00 Series",
      ...["2026-05-19", "2026-05-26", "2026-06-02", "2026-06-09"].map(day => `${day} Series`),
    ]);
  });

  test("cannot be moved if no rule says where they are then, and nothing is written", async () => {
    await world.add({ ...weekly, recurrence: ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=6"] });
    const before = await shown();
    const changes = {
      start: { dateTime: "2026-05-19T09:00:00+02:00" },
      end: { dateTime: "2026-05-19T10:00:00+02:00" },
    };
    const target = (await world.occurrences()).find(each => dayAndTitle(each).startsWith("05-18"));
    if (target === undefined) throw new Error("no Monday");
    expect(await change(target, changes)).toEqual({ kind: "failed", because: "fixedRule" });
    expect(await shown()).toEqual(before);
    // With a rule of their own they can.
    const withRule = { ...changes, recurrence: ["RRULE:FREQ=WEEKLY;COUNT=2"] };
    expect(await change(target, withRule)).toMatchObject({ kind: "written" });
    expect((await shown()).slice(-2)).toEqual(["05-19 09:00 Series", "05-26 09:00 Series"]);
  });

  test("of somebody else's series cannot be changed or deleted", async () => {
    await world.add({ ...weekly, attendees: [{ email: ann }], guestsCanModify: true }, bob);
    const target = await occurrence(2);
    expect(await change(target, { summary: "New" })).toEqual({ kind: "failed", because: "notOrganizer" });
    expect(await end(target)).toEqual({ kind: "failed", because: "notOrganizer" });
    expect(await shown()).toEqual(old);
    expect(await shown(bob)).toEqual(old);
  });
});

test("after the end of a series its other occurrences can be changed at once, with the version in the answer", async () => {
  const { id } = await world.add(weekly);
  const endedIn = (outcome: WriteOutcome) => (outcome.kind === "written" ? outcome.event.ended : undefined);
  const [first, second, third, fourth] = await world.occurrences();
  if (!first || !second || !third || !fourth) throw new Error("no series");
  const ended = endedIn(await end(fourth));
  expect(ended).toEqual({ eventId: id, etag: expect.any(String) });
  expect(ended?.etag).not.toBe(fourth.etag);
  const split = await change({ ...third, etag: ended?.etag ?? "" }, { summary: "New" });
  expect(await shown()).toEqual(titled(["Series", "Series", "New"]).slice(0, 3));
  const again = endedIn(split);
  expect(again?.eventId).toBe(id);
  // Versions from before are refused.
  const refused = await end({ ...second, etag: ended?.etag ?? "" });
  expect(refused).toEqual({ kind: "failed", because: "changedMeanwhile" });
  expect(await end({ ...second, etag: again?.etag ?? "" })).toMatchObject({ kind: "written" });
  expect(await shown()).toEqual([titled(["Series"])[0], "05-18 09:00 New"]);
});

describe("between the two writes of a split", () => {
  test("a crash doubles the later occurrences, and a repeated call ends that", async () => {
    await world.add(weekly);
    const target = await occurrence(2);
    const crash = change(
      target,
      { summary: "New" },
      { google: { patch: () => Promise.reject(new Error("crash")) } },
    );
    await expect(crash).rejects.toThrow("crash");
    expect(await shown()).toEqual([...old, ...renamed.slice(2)].sort());
    expect(await change(target, { summary: "New" })).toMatchObject({ kind: "written" });
    expect(await shown()).toEqual(renamed);
  });

  test("a change of the series by somebody else takes the new series back", async () => {
    await world.add(weekly);
    const target = await occurrence(2);
    const refusal = { patch: () => Promise.resolve(failure("badRequest", 412)) };
    const refused = await change(target, { summary: "New" }, { google: refusal });
    expect(refused).toMatchObject({ kind: "failed", because: "changedMeanwhile" });
    expect(await shown()).toEqual(old);
    // The id of the series that was taken back is used up.
    expect(await change(target, { summary: "New" })).toMatchObject({ kind: "written" });
    expect(await shown()).toEqual(renamed);
  });

  test("after a quota the new series stays: the same call, sent twice, may end the old one just now", async () => {
    await world.add(weekly);
    const target = await occurrence(2);
    const refusal = { patch: () => Promise.resolve(failure("rateLimited", 403)) };
    const refused = await change(target, { summary: "New" }, { google: refusal });
    expect(refused).toEqual({ kind: "failed", because: "outcomeUnknown" });
    expect(await shown()).toEqual([...old, ...renamed.slice(2)].sort());
    expect(await change(target, { summary: "New" })).toMatchObject({ kind: "written" });
    expect(await shown()).toEqual(renamed);
  });

  test("a change of the new series by somebody else loses no occurrence's own title", async () => {
    await world.add(weekly);
    const own = await occurrence(4);
    await world.google("PATCH", `${ann}/events/${own.id}`, { summary: "Own" });
    const inner = world.ports.google;
    const insert: GoogleEvents["insert"] = async (...call) => {
      const answer = await inner.insert(...call);
      if (answer.kind === "event")
        await world.google("PATCH", `${ann}/events/${answer.event.id}`, { location: "Room" });
      return answer;
    };
    expect(await change(await occurrence(2), { summary: "New" }, { google: { insert } })).toMatchObject({
      kind: "written",
    });
    expect(await shown()).toEqual(titled(["Series", "Series", "New", "New", "Own", "New"]));
  });

  test("a lost answer to each of them is found out by reading", async () => {
    await world.add(weekly);
    const inner = world.ports.google;
    const lost = failure("unavailable");
    const google: Partial<GoogleEvents> = {
      insert: async (...call) => {
        await inner.insert(...call);
        return lost;
      },
      patch: async (...call) => {
        await inner.patch(...call);
        return lost;
      },
    };
    expect(await change(await occurrence(2), { summary: "New" }, { google })).toMatchObject({
      kind: "written",
    });
    expect(await shown()).toEqual(renamed);
  });

  test("the end that another split has set is not taken for this one's, if the answer is lost", async () => {
    await world.add(weekly);
    const target = await occurrence(2);
    /** Another call is faster, and ends the old series at the same place; Google's answer to this one is lost. */
    const slower = (other: () => Promise<WriteOutcome>): Partial<GoogleEvents> => ({
      patch: async () => {
        expect(await other()).toMatchObject({ kind: "written" });
        return failure("unavailable");
      },
    });
    const unknown = { kind: "failed", because: "outcomeUnknown" };
    const rename = async () => await change(target, { summary: "Other" });
    expect(await change(target, { summary: "New" }, { google: slower(rename) })).toEqual(unknown);

    const next = await occurrence(1);
    const remove = async () => await end(next);
    expect(await change(next, { summary: "New" }, { google: slower(remove) })).toEqual(unknown);
    const last = await occurrence(0);
    expect(last).toMatchObject({ summary: "Series" });
  });

  test("a deletion does not take another split's end for its own either, if the answer is lost", async () => {
    await world.add(weekly);
    const target = await occurrence(2);
    const google: Partial<GoogleEvents> = {
      patch: async () => {
        expect(await change(target, { summary: "New" })).toMatchObject({ kind: "written" });
        return failure("unavailable");
      },
    };
    expect(await end(target, google)).toEqual({ kind: "failed", because: "outcomeUnknown" });
    expect(await shown()).toEqual(renamed);
  });

  test("a later split does not inherit the mark of the earlier one, and no copy of a guest has one", async () => {
    await world.add({
      ...weekly,
      attendees: [{ email: bob }],
      extendedProperties: { private: { own: "1" } },
    });
    await change(await occurrence(2), { summary: "New" });
    const properties = async (index: number, calendar = ann) =>
      (await world.occurrences(calendar))[index]?.["extendedProperties"];
    const begun = await occurrence(2);
    expect(await properties(0)).toEqual({
      private: { own: "1", [endedBy]: begun["recurringEventId"] },
    });
    expect(await properties(0, bob)).toBeUndefined();
    expect(await properties(2)).toEqual({ private: { own: "1" } });
    await change(await occurrence(1), { summary: "Newer" });
    expect(await properties(1)).toEqual({ private: { own: "1" } });
  });

  test("if it is not known whether the old series was ended, the new one stays: nothing is lost", async () => {
    await world.add(weekly);
    const lost = () => Promise.resolve(failure("unavailable"));
    const outcome = await change(await occurrence(2), { summary: "New" }, { google: { patch: lost } });
    expect(outcome).toEqual({ kind: "failed", because: "outcomeUnknown" });
    expect(await shown()).toEqual([...old, ...renamed.slice(2)].sort());
  });
});

describe("the whole series", () => {
  test.each(["following", "all"] as const)("is meant by the first occurrence and %s", async scope => {
    const { id } = await world.add(weekly);
    expect(await change(await occurrence(0), { summary: "New" }, { scope })).toMatchObject({
      event: { eventId: id },
    });
    expect(await shown()).toEqual(titled(Array.from(days, () => "New")));
  });

  test("becomes all-day, and timed again", async () => {
    await world.add(weekly);
    const toDays = { start: { date: "2026-05-12" }, end: { date: "2026-05-13" } };
    expect(await change(await occurrence(1), toDays, { scope: "all" })).toMatchObject({ kind: "written" });
    const tuesdays = ["05-05", "05-12", "05-19", "05-26", "06-02", "06-09"];
    expect(await shown()).toEqual(tuesdays.map(day => `2026-${day} Series`));
    const toTimes = {
      start: { dateTime: "2026-05-19T18:30:00+02:00" },
      end: { dateTime: "2026-05-19T19:00:00+02:00" },
    };
    expect(await change(await occurrence(2), toTimes, { scope: "all" })).toMatchObject({ kind: "written" });
    expect(await shown()).toEqual(tuesdays.map(day => `${day} 18:30 Series`));
  });

  test("becomes one event, where the occurrence is", async () => {
    await world.add(weekly);
    expect(await change(await occurrence(2), { recurrence: null }, { scope: "all" })).toMatchObject({
      kind: "written",
    });
    expect(await shown()).toEqual(["05-18 09:00 Series"]);
  });
});
