import { describe, expect, test } from "@jest/globals";
import { dayMs, hourMs } from "./civil.ts";
import { formatDate, formatDateTime } from "./event-time.ts";
import { expandSeries } from "./expand-series.ts";
import cases from "./fixtures/cases.json";
import { parseMoment } from "./ical-value.ts";
import type { RecurringSeries } from "./series.ts";
import { toInstant } from "./zone.ts";
import { utc, zoneNamed } from "./zone-names.ts";

type Case = (typeof cases)[number];

function momentMs(text: string): number {
  const moment = parseMoment(text);
  if (moment.kind === "malformed") throw new Error(moment.reason);
  return moment.value.kind === "utc" ? moment.value.instantMs : moment.value.localMs;
}

/** Timed events last an hour and all-day events a day, as in the generator of the fixture. */
function seriesOf({ start, timeZone, recurrence }: Case): RecurringSeries {
  if (timeZone === null) {
    const date = formatDate(momentMs(start));
    return { id: "case", start: { date }, end: { date: formatDate(momentMs(start) + dayMs) }, recurrence };
  }
  const zone = zoneNamed(timeZone);
  if (zone === null) throw new Error(`no zone ${timeZone}`);
  const startMs = toInstant(zone, momentMs(start));
  const at = (instantMs: number) => ({ dateTime: formatDateTime(instantMs, zone), timeZone });
  return { id: "case", start: at(startMs), end: at(startMs + hourMs), recurrence };
}

describe("occurrences as python-dateutil gives them (fixtures/generate-cases.py)", () => {
  test("the table holds at least 150 cases with occurrences", () => {
    expect(cases.filter(({ occurrences }) => occurrences !== "").length).toBeGreaterThanOrEqual(150);
  });

  test.each(cases.map(entry => [entry.name, entry] as const))("%s", (_, entry) => {
    const window = { fromMs: momentMs(entry.from), toMs: momentMs(entry.to) };
    const expansion = expandSeries(seriesOf(entry), [], window, utc);
    if (expansion.kind !== "expanded") throw new Error(JSON.stringify(expansion));
    expect(expansion.occurrences.map(({ eventId }) => eventId.replace("case_", "")).join(" ")).toBe(
      entry.occurrences,
    );
  });
});
