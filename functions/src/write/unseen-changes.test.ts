import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { deleteEvent } from "./delete-event.ts";
import { ann, prepareClient, type Resource, uid, WriteWorld } from "./testing/write-world.fake.ts";
import { updateEvent } from "./update-event.ts";

/*
 * The documents of a series' occurrences have an older etag than Google after a change that no user can see, because
 * the sync does not write them again. They can be changed nevertheless.
 */

let world: WriteWorld;
let before: Resource;
let master: Resource;
beforeAll(async () => {
  prepareClient();
  world = await WriteWorld.start();
});
afterAll(async () => {
  await world.close();
});
beforeEach(async () => {
  await world.reset();
  master = await world.add({
    summary: "Series",
    start: { dateTime: "2026-03-16T09:00:00Z", timeZone: "UTC" },
    end: { dateTime: "2026-03-16T10:00:00Z", timeZone: "UTC" },
    recurrence: ["RRULE:FREQ=DAILY;COUNT=5"],
  });
  const found = (await world.occurrences())[2];
  if (found === undefined) throw new Error("no occurrence");
  before = found;
  world.documentEtags.set(before.id, before.etag);
  await world.google("PATCH", `${ann}/events/${master.id}`, { privateCopy: true });
  expect((await world.event(before.id)).etag).not.toBe(before.etag);
});

const target = (scope: "this" | "following" | "all") => ({
  calendarKey: world.key,
  eventId: before.id,
  etag: before.etag,
  scope,
});
const works = {
  update: async (scope: "this" | "following" | "all") =>
    await updateEvent(world.ports, uid, { ...target(scope), changes: { summary: "Renamed" } }),
  delete: async (scope: "this" | "following" | "all") => await deleteEvent(world.ports, uid, target(scope)),
};
const cases = (["update", "delete"] as const).flatMap(work =>
  (["this", "following", "all"] as const).map(scope => [work, scope] as const),
);
const titles = async () => (await world.occurrences()).map(event => String(event["summary"]));

describe("the sync has brought the change, and wrote no occurrence", () => {
  test.each(cases)("%s, %s: is done", async (work, scope) => {
    const meant = { this: 1, following: 3, all: 5 }[scope];
    expect(await works[work](scope)).toMatchObject({ kind: "written" });
    const left = (await titles()).filter(title => title === "Series");
    expect(left).toHaveLength(5 - meant);
  });
});

describe("is refused, and nothing is written", () => {
  const unchanged = async () => {
    expect(await titles()).toEqual(Array.from({ length: 5 }, () => "Series"));
  };
  const refused = { kind: "failed", because: "changedMeanwhile" };

  test.each(cases)("%s, %s: the sync has not brought the change yet", async (work, scope) => {
    world.storedEtags.set(master.id, master.etag);
    expect(await works[work](scope)).toMatchObject(refused);
    await unchanged();
  });

  test.each(cases)("%s, %s: the sync has not yet written all occurrences", async (work, scope) => {
    world.dirty.add(master.id);
    expect(await works[work](scope)).toMatchObject(refused);
    await unchanged();
  });

  test.each(cases)("%s, %s: the user has seen an older document", async (work, scope) => {
    world.documentEtags.set(before.id, (await world.event(before.id)).etag);
    expect(await works[work](scope)).toMatchObject(refused);
    await unchanged();
  });
});
