import { SeededRandom } from "../src/random.ts";
import { ALICE, TEAM } from "./harness.ts";

/** The random generator of the whole run. */
export const random = new SeededRandom(Number(process.env["FUZZ_SEED"] ?? 42));
/** A random element of `values`. */
export const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)] as T;

/** Texts that are likely to break parsers. */
export const TEXTS = [
  "",
  "primary",
  ALICE,
  TEAM,
  "0",
  "-1",
  "99999999999999999999",
  "true",
  "null",
  "\u0000",
  "💥",
  "a".repeat(5_000),
  "../../etc",
  "%",
  "2026-01-05T09:00:00Z",
  "2026-13-45T99:99:99Z",
  "9999-12-31T23:59:59Z",
  "0000-01-01T00:00:00Z",
  "-0001-01-01",
  "2026-01-05",
  "Europe/Berlin",
  "items(",
  "((((",
  "*",
  "a/b/c",
  "series0a",
  "series0a_20260329T070000Z",
  "series0a_00000000",
  "_R_20260101",
  "{}",
  "[]",
  "__proto__",
  "constructor",
  "=",
  "x=y",
  "A==",
  "Bearer",
];

function value(depth: number): unknown {
  switch (random.integer(0, depth > 3 ? 4 : 7)) {
    case 0:
      return pick(TEXTS);
    case 1:
      return pick([0, -1, 1.5, 1e308, -1e308, 2 ** 53]);
    case 2:
      return pick([true, false, null]);
    case 3:
      return pick(["2026-01-05T09:00:00Z", "2026-01-05", "Europe/Berlin"]);
    case 4:
      return {};
    case 5:
      return Array.from({ length: random.integer(0, 4) }, () => value(depth + 1));
    default:
      return body(depth + 1);
  }
}

const LINES = [
  "RRULE:FREQ=DAILY",
  "RRULE:FREQ=SECONDLY",
  "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
  "RRULE:FREQ=MINUTELY;BYHOUR=25",
  "EXRULE:FREQ=DAILY",
  "RDATE:20260101",
  "RDATE;TZID=Nowhere/Land:20260101T000000",
  "EXDATE;VALUE=DATE:2026",
  "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;COUNT=100000",
  "RRULE:FREQ=DAILY;UNTIL=99991231",
  "RRULE:FREQ=WEEKLY;X-ORIGIN=7",
  "EXDATE;TZID=Eastern Standard Time:20260119T090000",
  "RRULE:",
  ";;;",
];
const KEYS = [
  "start",
  "end",
  "date",
  "dateTime",
  "timeZone",
  "summary",
  "attendees",
  "email",
  "recurrence",
  "id",
  "status",
  "iCalUID",
  "reminders",
  "overrides",
  "extendedProperties",
  "private",
  "shared",
  "scope",
  "role",
  "type",
  "value",
  "address",
  "token",
  "expiration",
  "params",
  "resourceId",
  "items",
  "timeMin",
  "timeMax",
  "sequence",
  "visibility",
  "organizer",
  "__proto__",
  "users",
  "calendars",
  "events",
  "recurringEventId",
  "originalStartTime",
  "eventType",
  "etag",
  "updated",
  "accessRole",
  "kind",
];

/** A body with the API's field names at random places. */
export function body(depth: number): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (let count = random.integer(0, 8); count > 0; count -= 1) {
    const key = pick(KEYS);
    made[key] =
      key === "recurrence" ? Array.from({ length: random.integer(0, 3) }, () => pick(LINES)) : value(depth);
  }
  if (depth === 0 && random.chance(0.5)) {
    const day = `2026-0${random.integer(1, 9)}-1${random.integer(0, 9)}`;
    made["start"] = pick([
      { date: day },
      { dateTime: `${day}T09:00:00Z`, timeZone: pick(["UTC", "Europe/Berlin", "Pacific/Apia"]) },
    ]);
    made["end"] = pick([
      made["start"],
      { date: day },
      { dateTime: `${day}T10:00:00Z`, timeZone: "UTC" },
      value(1),
    ]);
  }
  return made;
}

/** An almost valid event or list entry, for the calls that store raw values. */
export function rawThing(): unknown {
  if (random.chance(0.1)) return value(1);
  const day = pick(["2026-02-01", "2026-02-30", "9999-12-31", "10000-01-01", "0000-01-01"]);
  const moment = (): unknown =>
    pick([
      { date: day },
      { dateTime: `${day}T09:00:00-03:00`, timeZone: pick(["GMT-03:00", "Eastern Standard Time", "UTC", 7]) },
      { dateTime: `${day}T09:00:00` },
      null,
      value(2),
    ]);
  return {
    ...body(1),
    id: pick(["series0a", "series0a_20260329T070000Z", "rawraw", ALICE, TEAM, ...TEXTS, 7, null]),
    start: moment(),
    end: moment(),
    ...(random.chance(0.5) ? { recurrence: pick([[pick(LINES)], [pick(LINES), 7], value(1)]) } : {}),
    ...(random.chance(0.3) ? { recurringEventId: pick(["series0a", "rawraw", 7]) } : {}),
  };
}
