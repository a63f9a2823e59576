import { describe, expect, test } from "@jest/globals";
import { event } from "./documents.fixture.ts";
import type { EventDocument } from "./documents.ts";
import { idOf, openPage, ref, refusal, series, settle, single, written } from "./pending-page.fixture.ts";

const { calendarKey } = event;
const otherKey = "otherotherotherotherot";

describe("a new event", () => {
  const input = {
    calendarKey,
    event: {
      summary: "Tea",
      start: { dateTime: "2026-11-23T16:00:00", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-11-23T17:00:00+01:00" },
      attendees: [{ email: "ada@example.com" }],
    },
  };
  const provisional = `${calendarKey}_pending-request-1`;
  const tea = { ...single, eventId: "tea", etag: "t1", summary: "Tea" };

  test("has a provisional document until the sync brings its own", async () => {
    const page = openPage();
    const answer = page.events.create(input);
    expect([...page.shown]).toMatchObject([
      [
        provisional,
        {
          pending: true,
          summary: "Tea",
          allDay: false,
          start: { dateTime: "2026-11-23T16:00:00+01:00", timeZone: "Europe/Berlin" },
          attendees: [{ email: "ada@example.com", responseStatus: "needsAction" }],
        },
      ],
    ]);
    expect(page.shown.get(provisional)?.startAt.toMillis()).toBe(Date.parse("2026-11-23T15:00:00Z"));
    await settle();
    expect(page.calls[0]?.input).toEqual({ ...input, requestId: "request-1" });
    page.calls[0]?.answer(written("tea", "t1"));
    await answer;
    expect([...page.shown.keys()]).toEqual([provisional]);
    const opened = { id: provisional, event: page.shown.get(provisional) ?? event };
    expect(page.events.current(opened)).toEqual(opened);
    page.bring(single);
    page.bring(tea);
    expect([...page.shown.values()]).toEqual([single, tea]);
    expect(page.events.current(opened)).toMatchObject({ id: idOf(tea), event: { eventId: "tea" } });
  });

  test("is shown once if the sync brings it before the answer, also if it has gone again", async () => {
    for (const goes of [false, true]) {
      const page = openPage();
      const answer = page.events.create(input);
      await settle();
      page.bring(tea);
      if (goes) page.events.stored([{ kind: "removed", id: idOf(tea) }]);
      page.calls[0]?.answer(written("tea", "t1"));
      await answer;
      expect([...page.shown.values()]).toEqual(goes ? [] : [tea]);
    }
  });

  test("that repeats shows its first occurrence until the sync brings one", async () => {
    const page = openPage();
    const recurrence = ["RRULE:FREQ=DAILY;COUNT=3"];
    const answer = page.events.create({ ...input, event: { ...input.event, recurrence } });
    expect([...page.shown.keys()]).toEqual([provisional]);
    await settle();
    page.calls[0]?.answer(written("tea", "t1"));
    await answer;
    page.bring(single, { ...tea, eventId: "tea_20261124T150000Z", recurringEventId: "tea" });
    expect([...page.shown.keys()]).toEqual([idOf(single), `${calendarKey}_tea_20261124T150000Z`]);
  });

  test("can be changed before Google has made it, and is then changed by its own id", async () => {
    for (const recurrence of [[], ["RRULE:FREQ=DAILY"]]) {
      const page = openPage();
      const created = page.events.create({ ...input, event: { ...input.event, recurrence } });
      const seen = page.shown.get(provisional);
      if (!seen) throw new Error("nothing is shown");
      const changed = page.events.update(
        { id: provisional, event: seen },
        { changes: { summary: "Coffee" } },
      );
      await settle();
      expect(page.calls.map(({ name }) => name)).toEqual(["createEvent"]);
      page.calls[0]?.answer(written("tea", "t1"));
      await created;
      await settle();
      const eventId = recurrence.length > 0 ? "tea_20261123T150000Z" : "tea";
      expect(page.calls.map(({ input: sent }) => sent)).toMatchObject([{ calendarKey, eventId, etag: "t1" }]);
      expect([...page.shown.values()].map(({ summary }) => summary)).toEqual(["Coffee"]);
      const own = { ...tea, eventId, ...(recurrence.length > 0 && { recurringEventId: "tea" }) };
      page.bring(own);
      expect([...page.shown]).toMatchObject([[idOf(own), { summary: "Coffee", pending: true }]]);
      page.calls[0]?.answer(written(eventId, "t2"));
      await changed;
      page.bring({ ...own, summary: "Coffee", etag: "t2" });
      expect([...page.shown.values()]).toEqual([{ ...own, summary: "Coffee", etag: "t2" }]);
      // A form that was opened before still has the provisional event.
      void page.events.remove({ id: provisional, event: seen });
      expect(page.shown.size).toBe(0);
      await settle();
      expect(page.calls.map(({ input: sent }) => sent)).toMatchObject([{ eventId }]);
    }
  });

  test("that Google refuses takes what was done to it along; a repetition has the same id", async () => {
    const page = openPage();
    const created = page.events.create(input);
    const seen = page.shown.get(provisional);
    if (!seen) throw new Error("nothing is shown");
    const removed = page.events.remove({ id: provisional, event: seen });
    await settle();
    page.calls[0]?.fail(refusal());
    await expect(created).rejects.toThrow("Look again.");
    await expect(removed).rejects.toThrow("Look again.");
    expect(page.shown.size).toBe(0);
    expect(page.calls).toEqual([]);
    const again = page.events.create({ ...input, requestId: "request-1" });
    expect([...page.shown.keys()]).toEqual([provisional]);
    await settle();
    page.calls[0]?.answer(written("tea", "t1"));
    await again;
    page.bring(tea);
    expect([...page.shown.values()]).toEqual([tea]);
  });

  test("on a date begins at midnight of the calendar's zone, or in UTC if that is unknown", () => {
    for (const [zone, startsAt] of [
      ["Europe/Berlin", "2026-11-22T23:00:00Z"],
      ["Nowhere/Else", "2026-11-23T00:00:00Z"],
    ]) {
      const page = openPage(zone);
      const dates = { start: { date: "2026-11-23" }, end: { date: "2026-11-24" } };
      void page.events.create({ calendarKey, event: dates });
      expect(page.shown.get(provisional)).toMatchObject({ allDay: true, ...dates });
      expect(page.shown.get(provisional)?.startAt.toMillis()).toBe(Date.parse(startsAt ?? ""));
    }
  });
});

describe("a move to another calendar", () => {
  const there: EventDocument = { ...single, calendarKey: otherKey, etag: "v2" };

  test.each(["the old document goes first", "the new document comes first"])(
    "shows the event there, exactly once, also if %s",
    async order => {
      const page = openPage();
      page.bring(single);
      const answer = page.events.move(ref(single), { toCalendarKey: otherKey });
      const once = () => {
        expect([...page.shown.keys()]).toEqual([idOf(there)]);
      };
      once();
      expect(page.shown.get(idOf(there))).toMatchObject({ calendarKey: otherKey, pending: true });
      await settle();
      expect(page.calls[0]?.input).toEqual({
        calendarKey,
        eventId: "lunch",
        etag: "v1",
        toCalendarKey: otherKey,
      });
      page.calls[0]?.answer(written("lunch", "v2"));
      await answer;
      const steps = [
        () => {
          page.events.stored([{ kind: "removed", id: idOf(single) }]);
        },
        () => {
          page.bring(there);
        },
      ];
      for (const step of order.startsWith("the old") ? steps : steps.reverse()) {
        step();
        once();
      }
      expect(page.shown.get(idOf(there))).toEqual(there);
      expect(page.timers).toEqual([]);
    },
  );

  test("takes the whole series along, and back if it fails", async () => {
    const page = openPage();
    page.bring(...series);
    const answer = page.events.move(ref(series[1]), { toCalendarKey: otherKey });
    expect([...page.shown.keys()]).toEqual(series.map(({ eventId }) => `${otherKey}_${eventId}`));
    await settle();
    page.calls[0]?.fail(refusal());
    await expect(answer).rejects.toThrow("Look again.");
    expect([...page.shown.values()]).toEqual([...series]);
  });
});
