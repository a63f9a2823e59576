import { describe, expect, test } from "@jest/globals";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import { caseOf } from "./case-schema.fake.ts";
import { runCase, snapshot } from "./run-case.fake.ts";

/** Runs a case whose outcome is a text, and checks that no other expectation is unmet. */
async function storedAfter(caseId: string): Promise<readonly CalendarEvent[]> {
  const { world, problems } = await runCase(caseOf(caseId));
  expect(problems).toEqual([]);
  const before = snapshot(world);
  await world.full();
  expect(snapshot(world)).toEqual(before);
  return world.stored;
}

const instants = (events: readonly CalendarEvent[]) =>
  events.map(({ startAtMs, endAtMs }) => [startAtMs, endAtMs].map(ms => new Date(ms).toISOString()));

describe("cases that say in words what must come of them", () => {
  test("birthday-events: a birthday is stored as one, for clients to hide", async () => {
    const stored = await storedAfter("birthday-events");
    expect(stored).toEqual([
      expect.objectContaining({
        eventType: "birthday",
        summary: "Birthday of a contact",
        start: { date: "2026-03-04" },
        transparency: "transparent",
        visibility: "private",
      }),
    ]);
  });

  test("freebusy-titles: an event without a title is stored without one", async () => {
    const [busy, ...others] = await storedAfter("freebusy-titles");
    expect(others).toEqual([]);
    expect(busy).toMatchObject({ eventId: "busy0001", visibility: "private" });
    expect(busy).not.toHaveProperty("summary");
  });

  test("resource-all-day-as-timed: what Google says is timed is timed", async () => {
    const stored = await storedAfter("resource-all-day-as-timed");
    expect(stored).toMatchObject([{ allDay: false }]);
    expect(instants(stored)).toEqual([["2026-05-16T22:00:00.000Z", "2026-05-17T22:00:00.000Z"]]);
  });

  test("overnight-dst: an occurrence lasts exactly as long as the first one (RFC 5545, 3.8.5.3)", async () => {
    const stored = await storedAfter("overnight-dst");
    expect(instants(stored).sort()).toEqual([
      ["2026-10-24T20:00:00.000Z", "2026-10-25T04:00:00.000Z"],
      ["2026-10-25T21:00:00.000Z", "2026-10-26T05:00:00.000Z"],
    ]);
  });

  test("master-moved-with-exceptions: no day of the series that has an occurrence at Google is without one", async () => {
    const stored = await storedAfter("master-moved-with-exceptions");
    const starts = instants(stored).map(([start]) => start);
    expect(starts).toContain("2026-02-02T09:00:00.000Z");
    expect(starts.filter(start => start?.startsWith("2026-02-03T"))).not.toEqual([]);
  });

  test("exception-moved-before-window-import: at its original time, until something tells of the exception", async () => {
    const { world } = await runCase(caseOf("exception-moved-before-window-import"));
    const starts = () => instants(world.stored).map(([start]) => start);
    expect(starts()).toContain("2026-02-02T08:00:00.000Z");
    world.sync.google.put("clinic_20260202T080000Z", { summary: "told" });
    await world.pull();
    expect(starts()).not.toContain("2026-02-02T08:00:00.000Z");
    await world.full();
    expect(starts()).not.toContain("2026-02-02T08:00:00.000Z");
  });
});
