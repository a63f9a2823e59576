import { describe, expect, test } from "@jest/globals";
import { allDayEvent, event } from "./documents.fixture.ts";
import { idOf, openPage, ref, refusal, series, settle, single, written } from "./pending-page.fixture.ts";

const { calendarKey } = event;

describe("an answer to an invitation", () => {
  test("is shown at the call, and as stored when the sync has brought it", async () => {
    const page = openPage();
    page.bring(single);
    const answer = page.events.respond(ref(single), { response: "accepted", comment: "with cake" });
    const shown = page.shown.get(idOf(single));
    expect(shown).toMatchObject({ pending: true, selfResponse: "accepted", etag: "v1" });
    expect(shown?.attendees).toEqual([
      { email: "demo@example.com", self: true, responseStatus: "accepted", comment: "with cake" },
      { email: "ada@example.com", responseStatus: "accepted" },
    ]);
    await settle();
    const input = { calendarKey, eventId: "lunch", response: "accepted", comment: "with cake" };
    expect(page.calls.map(({ name, input: sent }) => [name, sent])).toEqual([["respondToEvent", input]]);
    page.calls[0]?.answer(written("lunch", "v2"));
    expect(await answer).toEqual(written("lunch", "v2"));
    expect(page.shown.get(idOf(single))?.pending).toBe(true);
    page.bring({ ...single, etag: "v2", selfResponse: "accepted" });
    expect(page.shown.get(idOf(single))).toEqual({ ...single, etag: "v2", selfResponse: "accepted" });
    expect(page.timers).toEqual([]);
  });

  test("is shown for all occurrences, if it is for the series", () => {
    const page = openPage();
    page.bring(...series, single);
    void page.events.respond(ref(series[1]), { response: "declined", scope: "all" });
    expect([...page.shown.values()].map(({ selfResponse }) => selfResponse)).toEqual([
      "declined",
      "declined",
      "declined",
      "needsAction",
    ]);
  });
});

describe("a change", () => {
  test("is undone by a failure, which is passed on unchanged", async () => {
    const page = openPage();
    page.bring(single);
    const answer = page.events.update(ref(single), { changes: { summary: "Dinner" } });
    expect(page.shown.get(idOf(single))?.summary).toBe("Dinner");
    page.bring({ ...single, location: "kept beneath" });
    expect(page.shown.get(idOf(single))).toMatchObject({ summary: "Dinner", location: "kept beneath" });
    await settle();
    const error = refusal();
    page.calls[0]?.fail(error);
    await expect(answer).rejects.toBe(error);
    expect(page.shown.get(idOf(single))).toEqual({ ...single, location: "kept beneath" });
  });

  test("ends when the sync brings a version before the answer, and does not come back", async () => {
    const page = openPage();
    page.bring(single);
    const answer = page.events.update(ref(single), { changes: { summary: "Dinner" } });
    await settle();
    page.bring({ ...single, summary: "Dinner at Google", etag: "v2" });
    expect(page.shown.get(idOf(single))?.summary).toBe("Dinner at Google");
    page.calls[0]?.answer(written("lunch", "v2"));
    await answer;
    expect(page.shown.get(idOf(single))).toEqual({ ...single, summary: "Dinner at Google", etag: "v2" });
    expect(page.timers).toEqual([]);
  });

  test("ends when the event disappears, or a minute after the answer", async () => {
    const page = openPage();
    page.bring(single, allDayEvent);
    const answers = [
      page.events.update(ref(single), { changes: { summary: "Dinner" } }),
      page.events.update(ref(allDayEvent), { changes: { summary: "Fair" } }),
    ];
    await settle();
    page.calls[0]?.answer(written("lunch", "v2"));
    page.calls[0]?.answer(written("fair", "v2"));
    await Promise.all(answers);
    page.events.stored([{ kind: "removed", id: idOf(single) }]);
    expect([...page.shown.keys()]).toEqual([idOf(allDayEvent)]);
    expect(page.shown.get(idOf(allDayEvent))?.summary).toBe("Fair");
    expect(page.timers.map(({ ms }) => ms)).toEqual([60_000]);
    page.timePasses();
    expect(page.shown.get(idOf(allDayEvent))).toEqual(allDayEvent);
  });

  test("that changes nothing at Google is over with the answer", async () => {
    const page = openPage();
    page.bring(single);
    const answer = page.events.update(ref(single), { changes: { summary: "Lunch" } });
    await settle();
    page.calls[0]?.answer(written("lunch", "v1"));
    await answer;
    expect(page.shown.get(idOf(single))).toEqual(single);
  });

  test("of the time of all occurrences moves each on the clock of its zone", () => {
    const page = openPage("America/New_York");
    page.bring(...series);
    const start = { dateTime: "2026-10-24T10:15:00", timeZone: "Europe/Berlin" };
    void page.events.update(ref(series[1]), { changes: { start }, scope: "all" });
    expect([...page.shown.values()].map(({ start: shown }) => shown)).toEqual([
      { dateTime: "2026-10-23T10:15:00+02:00", timeZone: "Europe/Berlin" },
      { dateTime: "2026-10-24T10:15:00+02:00", timeZone: "Europe/Berlin" },
      { dateTime: "2026-10-26T10:15:00+01:00", timeZone: "Europe/Berlin" },
    ]);
    expect(page.shown.get(idOf(series[2]))?.startAt.toMillis()).toBe(Date.parse("2026-10-26T09:15:00Z"));
  });

  test("of this and the following occurrences leaves the earlier ones", () => {
    const page = openPage();
    page.bring(...series);
    const changes = { summary: "New", start: { date: "2026-10-25" }, end: { date: "2026-10-26" } };
    void page.events.update(ref(series[1]), { changes, scope: "following" });
    const shown = [...page.shown.values()].map(({ start, summary }) => ({ start, summary }));
    expect(shown).toEqual([
      { start: series[0].start, summary: "Stand-up" },
      { start: { date: "2026-10-25" }, summary: "New" },
      { start: { date: "2026-10-27" }, summary: "New" },
    ]);
    expect(page.shown.get(idOf(series[2]))?.startAt.toMillis()).toBe(Date.parse("2026-10-26T23:00:00Z"));
  });

  test("of the series stays on each occurrence until the sync brings that one", async () => {
    const page = openPage();
    page.bring(...series);
    const start = { dateTime: "2026-10-24T10:00:00+02:00" };
    const answer = page.events.update(ref(series[1]), { changes: { start }, scope: "all" });
    await settle();
    page.calls[0]?.answer(written("standup", "s2"));
    await answer;
    page.bring({ ...series[1], start, etag: "s2" });
    const hours = () =>
      [...page.shown.values()].map(shown =>
        "date" in shown.start ? "" : shown.start.dateTime.slice(11, 13),
      );
    expect(hours()).toEqual(["10", "10", "10"]);
    expect([...page.shown.values()].map(({ pending }) => pending)).toEqual([true, undefined, true]);
  });

  test("of the time of a series is that of its own call, whatever becomes of an earlier one", async () => {
    const page = openPage();
    page.bring(...series);
    const hours = () =>
      [...page.shown.values()].map(({ start }) => ("date" in start ? "" : start.dateTime.slice(11, 13)));
    const moveTo = (hour: string) => {
      const start = { dateTime: `2026-10-24T${hour}:00:00+02:00` };
      return page.events.update(ref(series[1]), { changes: { start }, scope: "all" });
    };
    const first = moveTo("10");
    const second = moveTo("11");
    expect(hours()).toEqual(["11", "11", "11"]);
    await settle();
    page.calls[0]?.fail(refusal());
    await expect(first).rejects.toThrow("Look again.");
    expect(hours()).toEqual(["11", "11", "11"]);
    await settle();
    page.calls[0]?.answer(written("standup", "s2"));
    await second;
    // The sync brings the occurrence that was moved, while another write on it is pending.
    void page.events.update(ref(series[1]), { changes: { summary: "Late" } });
    page.bring({ ...series[1], start: { dateTime: "2026-10-24T11:00:00+02:00" }, etag: "s2" });
    expect(hours()).toEqual(["11", "11", "11"]);
  });

  test("to what is not a time is refused, and nothing is shown or sent", async () => {
    const page = openPage();
    page.bring(single);
    const answer = page.events.update(ref(single), { changes: { start: { dateTime: "soon" } } });
    await expect(answer).rejects.toBeInstanceOf(RangeError);
    expect(page.shown.get(idOf(single))).toEqual(single);
    expect(page.calls).toEqual([]);
  });
});

describe("two writes on one event", () => {
  test("are sent one after the other, the second for the version that the first has made", async () => {
    const page = openPage();
    page.bring(single);
    const first = page.events.update(ref(single), { changes: { summary: "Dinner" } });
    const second = page.events.update(ref(single), { changes: { location: "Room 7" } });
    expect(page.shown.get(idOf(single))).toMatchObject({ summary: "Dinner", location: "Room 7" });
    await settle();
    expect(page.calls.map(({ input }) => input)).toMatchObject([
      { etag: "v1", changes: { summary: "Dinner" } },
    ]);
    page.calls[0]?.answer(written("lunch", "v2"));
    await first;
    await settle();
    expect(page.calls.map(({ input }) => input)).toMatchObject([
      { etag: "v2", changes: { location: "Room 7" } },
    ]);
    // The sync brings the first only.
    page.bring({ ...single, summary: "Dinner", etag: "v2" });
    expect(page.shown.get(idOf(single))).toMatchObject({
      summary: "Dinner",
      location: "Room 7",
      pending: true,
    });
    page.calls[0]?.answer(written("lunch", "v3"));
    await second;
    page.bring({ ...single, summary: "Dinner", location: "Room 7", etag: "v3" });
    expect(page.shown.get(idOf(single))).toEqual({
      ...single,
      summary: "Dinner",
      location: "Room 7",
      etag: "v3",
    });
  });

  test("fail separately: the second is still shown and sent, for the version that the user saw", async () => {
    const page = openPage();
    page.bring(single);
    const first = page.events.update(ref(single), { changes: { summary: "Dinner" } });
    const second = page.events.update(ref(single), { changes: { location: "Room 7" } });
    await settle();
    page.calls[0]?.fail(refusal());
    await expect(first).rejects.toThrow("Look again.");
    expect(page.shown.get(idOf(single))).toMatchObject({
      summary: "Lunch",
      location: "Room 7",
      pending: true,
    });
    await settle();
    expect(page.calls.map(({ input }) => input)).toMatchObject([{ etag: "v1" }]);
    page.calls[0]?.answer(written("lunch", "v2"));
    await second;
  });

  test("never take over the version of somebody else", async () => {
    const page = openPage();
    page.bring(single);
    const first = page.events.update(ref(single), { changes: { summary: "Dinner" } });
    void page.events.update(ref(single), { changes: { summary: "Breakfast" } });
    await settle();
    page.calls[0]?.answer(written("lunch", "v2"));
    await first;
    page.bring({ ...single, summary: "Somebody's", etag: "v9" });
    await settle();
    expect(page.calls.map(({ input }) => input)).toMatchObject([{ etag: "v2" }]);
  });

  test("on occurrences of a series wait, too; those on other events do not", async () => {
    const page = openPage();
    page.bring(...series, single);
    void page.events.update(ref(series[0]), { changes: { summary: "All" }, scope: "all" });
    void page.events.remove(ref(series[1]));
    void page.events.remove(ref(single));
    expect([...page.shown.keys()]).toEqual([idOf(series[0]), idOf(series[2])]);
    await settle();
    expect(page.calls.map(({ name }) => name)).toEqual(["updateEvent", "deleteEvent"]);
    page.calls[0]?.answer(written("standup", "s2"));
    await settle();
    expect(page.calls.map(({ input }) => input)).toMatchObject([
      { eventId: "lunch", etag: "v1" },
      { eventId: series[1].eventId, etag: "s2" },
    ]);
  });

  test("on an occurrence with a version of its own keep it when the series has a new one", async () => {
    const page = openPage();
    const moved = { ...series[1], etag: "m1" };
    page.bring(series[0], moved, series[2]);
    void page.events.update(ref(moved), { changes: { summary: "All" }, scope: "all" });
    void page.events.update(ref(moved), { changes: { location: "Room 7" } });
    await settle();
    page.calls[0]?.answer(written("standup", "s2"));
    await settle();
    expect(page.calls.map(({ input }) => input)).toMatchObject([
      { etag: "m1", changes: { location: "Room 7" } },
    ]);
  });
});

describe("a deletion", () => {
  test("hides the events, which come back if it fails", async () => {
    const page = openPage();
    page.bring(...series);
    const answer = page.events.remove(ref(series[1]), { scope: "following", sendUpdates: "all" });
    expect([...page.shown.keys()]).toEqual([idOf(series[0])]);
    await settle();
    const input = {
      calendarKey,
      eventId: series[1].eventId,
      etag: "s1",
      scope: "following",
      sendUpdates: "all",
    };
    expect(page.calls[0]?.input).toEqual(input);
    page.calls[0]?.fail(refusal());
    await expect(answer).rejects.toThrow("Look again.");
    expect([...page.shown.values()]).toEqual([series[0], series[1], series[2]]);
  });

  test("of the later occurrences gives the others the version on which the next write is based", async () => {
    const page = openPage();
    page.bring(...series);
    const ended = written("standup", "s2");
    const deletion = page.events.remove(ref(series[2]), { scope: "following" });
    await settle();
    page.calls[0]?.answer({ ended });
    await deletion;
    const split = page.events.update(ref(series[1]), {
      changes: { summary: "Later" },
      scope: "following",
    });
    await settle();
    expect(page.calls[0]?.input).toMatchObject({ eventId: series[1].eventId, etag: "s2" });
    page.calls[0]?.answer({ ...written("new", "n1"), ended: written("standup", "s3") });
    await split;
    void page.events.remove(ref(series[0]), { scope: "all" });
    await settle();
    expect(page.calls[0]?.input).toMatchObject({ eventId: series[0].eventId, etag: "s3" });
  });

  test("stays hidden until the sync has removed the event", async () => {
    const page = openPage();
    page.bring(single);
    const answer = page.events.remove(ref(single));
    await settle();
    page.calls[0]?.answer();
    await answer;
    page.events.stored([{ kind: "removed", id: idOf(single) }]);
    expect(page.shown.size).toBe(0);
    expect(page.timers).toEqual([]);
  });
});

test("after close nothing is reported, but what was called is sent", async () => {
  const page = openPage();
  page.bring(single);
  void page.events.update(ref(single), { changes: { summary: "Dinner" } });
  const second = page.events.update(ref(single), { changes: { location: "Room 7" } });
  page.events.close();
  page.log.splice(0);
  await settle();
  page.calls[0]?.answer(written("lunch", "v2"));
  await settle();
  page.calls[0]?.answer(written("lunch", "v3"));
  expect(await second).toEqual(written("lunch", "v3"));
  page.bring({ ...single, etag: "v3" });
  expect(page.log).toEqual([]);
  expect(page.timers).toEqual([]);
});
