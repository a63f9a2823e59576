import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseItem } from "../sync/parse-event.ts";
import { earliestMs, latestMs } from "./civil.ts";
import { expandSeries } from "./expand-series.ts";
import type { RecurringSeries } from "./series.ts";
import { utc, zoneOr } from "./zone-names.ts";

const odd = fc.constantFrom<unknown>(
  ...[null, "", 0, -1, NaN, 1e308, -1e308, true, [], {}, [[[[]]]], "\ud83d", "\0", "𝔉𝔯𝔢𝔮", "9".repeat(400)],
);
const date = fc.constantFrom(
  "0000-01-01",
  "0001-01-01",
  "1604-02-29",
  "2026-01-31",
  "9999-12-31",
  "10000-01-01",
);
const dateTime = fc
  .tuple(
    date,
    fc.constantFrom("T00:00:00Z", "T23:59:59.999Z", "T12:00:00-23:59", "T12:00:00+14:00", "T12:00:00"),
  )
  .map(parts => parts.join(""));
const timeZone = fc.constantFrom<unknown>("Europe/Berlin", "GMT-03:00", "Pacific/Apia", "Mars", null, 7);
const time = fc.oneof(
  { weight: 4, arbitrary: fc.record({ date }) },
  { weight: 4, arbitrary: fc.record({ dateTime, timeZone }, { requiredKeys: ["dateTime"] }) },
  { weight: 1, arbitrary: odd },
);
const part = fc.constantFrom(
  ...["FREQ=DAILY", "FREQ=YEARLY", "FREQ=SECONDLY", "FREQ=WEEKLY", "INTERVAL=999999999999999", "INTERVAL=0"],
  ...[
    "COUNT=999999999",
    "COUNT=1e9",
    "UNTIL=00000101",
    "UNTIL=99991231T235959Z",
    "BYDAY=-53SU,XX",
    "BYSETPOS=-366",
  ],
  ...[
    "BYMONTHDAY=31,0",
    "BYMONTH=2",
    "BYYEARDAY=366",
    "BYWEEKNO=53",
    "BYHOUR=25",
    "RSCALE=CHINESE",
    "X-A=1",
    "\ud83d",
  ],
);
const line = fc.oneof(
  fc.array(part, { maxLength: 5 }).map(parts => `RRULE:${parts.join(";")}`),
  fc.array(part, { maxLength: 3 }).map(parts => `EXRULE:${parts.join(";")}`),
  fc.constantFrom(
    "RDATE:00000101,99991231T235959Z,20260101T000000Z/P99999W",
    "EXDATE;TZID=Mars:",
    "RDATE:1e308",
  ),
  fc.string({ unit: "binary" }),
);
const item = fc.record(
  {
    id: fc.constantFrom("series", "series_R20260101", "series_20260101"),
    etag: fc.constantFrom<unknown>("1", 7),
    status: fc.constantFrom<unknown>("confirmed", "maybe", 7),
    start: time,
    end: time,
    recurrence: fc.oneof(
      { weight: 8, arbitrary: fc.array(line, { maxLength: 4 }) },
      { weight: 1, arbitrary: odd },
    ),
    recurringEventId: fc.oneof(fc.constant("series"), odd),
    originalStartTime: time,
    attendees: fc.oneof(odd, fc.array(odd)),
  },
  { requiredKeys: ["id", "start", "end"] },
);
const window = { fromMs: Date.UTC(2025, 11, 1), toMs: Date.UTC(2027, 1, 1) };
const calendarZone = zoneOr("America/New_York", utc);

/** Checks that Firestore and clients can store every occurrence, and that there are not too many. */
function check(series: RecurringSeries): void {
  const expansion = expandSeries(series, [], window, calendarZone);
  if (expansion.kind === "malformed") {
    expect(expansion.reason).not.toBe("threw");
    return;
  }
  expect(expansion.occurrences.length).toBeLessThanOrEqual(20_000);
  for (const { startMs, endMs, start, end } of expansion.occurrences) {
    expect(startMs >= earliestMs && startMs <= endMs && endMs <= latestMs).toBe(true);
    const texts = [start, end].map(one => ("date" in one ? one.date : one.dateTime));
    for (const text of texts) expect(text).toMatch(/^\d{4}-/u);
  }
  expect(JSON.stringify(expansion.unreadable).length).toBeLessThan(20_000);
}

test("no item of Google's makes the reader throw, and no series that it reads the expansion", () => {
  fc.assert(
    fc.property(item, raw => {
      const parsed = parseItem(raw, { calendarKey: "key", zone: calendarZone });
      if (parsed.kind === "malformed") expect(parsed.problem).not.toBe("threw");
      if (parsed.kind === "series") check({ id: parsed.eventId, ...parsed.master });
    }),
    { numRuns: 400 },
  );
});

test("any JSON at all: the reader gives an answer, and the expansion too", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
      for (const raw of [value, { id: "a", start: value, end: other, recurrence: other }]) {
        expect(parseItem(raw, { calendarKey: "key", zone: calendarZone }).kind).toMatch(/./u);
        const series = {
          id: "a",
          start: { date: "2026-01-01" },
          end: { date: "2026-01-02" },
          recurrence: other,
        };
        expect(expandSeries(series as never, [value as never], window, calendarZone).kind).toMatch(/./u);
      }
    }),
    { numRuns: 500 },
  );
});
