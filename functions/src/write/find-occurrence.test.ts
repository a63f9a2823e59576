import { expect, test } from "@jest/globals";
import type { EventAnswer, GoogleEvents } from "../ports/event-writes.port.ts";
import { utc } from "../recurrence/zone-names.ts";
import { findOccurrence } from "./find-occurrence.ts";
import { failure } from "./testing/scripted-google.fake.ts";
import type { WriteContext } from "./write-context.ts";

function event(id: string, etag: string, fields: object = {}): EventAnswer {
  return { kind: "event", event: { id, etag, resource: { id, etag, status: "confirmed", ...fields } } };
}
const occurrence = (etag: string, fields: object = {}) =>
  event("series_20260316", etag, { recurringEventId: "series", ...fields });

/** A calendar with these events, and the etag of the series as it is stored. */
function contextWith(events: Readonly<Record<string, EventAnswer>>, stored?: string) {
  const read: string[] = [];
  const google: Pick<GoogleEvents, "get"> = {
    get: ({ eventId }) => {
      read.push(eventId);
      return Promise.resolve(events[eventId] ?? failure("calendarGone", 404));
    },
  };
  const context: WriteContext = {
    google: google as GoogleEvents,
    calendarKey: "key",
    place: { accountId: "account", calendarId: "calendar" },
    timeZone: "UTC",
    zone: utc,
    sendUpdates: "none",
    storedSeriesEtag: () => Promise.resolve(stored),
    // unseen-changes.test.ts has the other case.
    isShown: () => Promise.resolve(false),
  };
  return { context, read };
}

const unchanged = { series_20260316: occurrence("s1"), series: event("series", "s1") };
const exception = { series_20260316: occurrence("e1"), series: event("series", "s1") };

test("an unchanged occurrence has the etag of its series, so that one etag is enough for both", async () => {
  const { context, read } = contextWith(unchanged, "older");
  expect(await findOccurrence(context, "series_20260316", "s1", true)).toMatchObject({
    kind: "found",
    event: { id: "series_20260316", etag: "s1" },
    series: { event: { id: "series", etag: "s1" }, isException: false },
  });
  expect(read).toEqual(["series_20260316", "series"]);
});

test("a changed occurrence says nothing about its series: that must be as it is stored", async () => {
  const found = await findOccurrence(contextWith(exception, "s1").context, "series_20260316", "e1", true);
  expect(found).toMatchObject({ kind: "found", series: { isException: true } });
  for (const stored of ["s0", undefined]) {
    const other = await findOccurrence(contextWith(exception, stored).context, "series_20260316", "e1", true);
    expect(other).toEqual({ kind: "failed", because: "changedMeanwhile" });
  }
});

test("without an etag, the newest versions are meant", async () => {
  const { context } = contextWith(exception, "s0");
  expect(await findOccurrence(context, "series_20260316", undefined, true)).toMatchObject({ kind: "found" });
});

test("the series is read only if it is needed, and if there is one", async () => {
  const alone = contextWith(unchanged);
  expect(await findOccurrence(alone.context, "series_20260316", "s1", false)).toMatchObject({
    series: undefined,
  });
  expect(alone.read).toEqual(["series_20260316"]);
  const single = contextWith({ single: event("single", "1") });
  expect(await findOccurrence(single.context, "single", "1", true)).toMatchObject({ series: undefined });
});

test.each<readonly [string, Readonly<Record<string, EventAnswer>>, string]>([
  ["another version", { series_20260316: occurrence("s2") }, "changedMeanwhile"],
  [
    "a cancelled occurrence",
    { ...unchanged, series_20260316: occurrence("s1", { status: "cancelled" }) },
    "gone",
  ],
  ["no event", {}, "gone"],
  ["no series", { series_20260316: occurrence("s1") }, "gone"],
  ["a deleted series", { ...unchanged, series: event("series", "s1", { status: "cancelled" }) }, "gone"],
  ["no answer", { series_20260316: failure("unavailable") }, "unavailable"],
  ["no answer for the series", { ...unchanged, series: failure("rateLimited", 403) }, "quota"],
])("%s is a failure", async (_what, events, because) => {
  const { context } = contextWith(events, "s1");
  expect(await findOccurrence(context, "series_20260316", "s1", true)).toMatchObject({
    kind: "failed",
    because,
  });
});
