import { isContainer } from "./answer-mutations.fake.ts";

/*
 * Changes that look like a real change at Google are left out of the fuzzing. This is the whole list; all other changes
 * are made.
 *
 * Of an event: another plausible id or `recurringEventId`; removal of `recurringEventId` or `recurrence` (as if an
 * exception became an event, or a series a single event); the status "cancelled"; another valid time or zone; other
 * valid lines of recurrence, or fewer of them. Of the envelope: another valid token or zone; fewer items. (`items` may
 * be missing: the next full sync repairs the losses of a pull.)
 */

/** True if Google could send it as an id. Ids of imported events contain other letters than Google's own ids. */
function isPlausibleId(id: unknown): boolean {
  return (
    typeof id === "string" &&
    id.isWellFormed() &&
    Buffer.byteLength(id) <= 1_400 &&
    /^[^/\s]+$/.test(id) &&
    !/^(\.\.?|__.*__)$/.test(id)
  );
}

function isZone(name: unknown): boolean {
  if (typeof name !== "string") return false;
  // Other calendar software writes an offset, a Windows zone, a name in quotes or a name with a vendor's prefix.
  if (/^\W*(gmt|utc|etc\b|z$|[a-z ]*standard time|[+-]?\d)/i.test(name)) return true;
  const inner = name
    .trim()
    .replaceAll('"', "")
    .replace(/^.*\/(\w+\/\w+)$/, "$1");
  return [name, inner].some(accepts);
}

function accepts(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Epoch ms of a time; undefined if the text is not valid as a date or time of any form. */
function instant(time: unknown): number | undefined {
  if (!isContainer(time)) return undefined;
  for (const text of [time["dateTime"], time["date"]]) {
    if (typeof text !== "string") continue;
    const ms = Date.parse(text.trim().toUpperCase());
    if (!Number.isNaN(ms)) return ms;
  }
  return undefined;
}

function isOtherTime(before: unknown, after: unknown): boolean {
  const ms = instant(after);
  if (ms !== undefined && ms !== instant(before)) return true;
  // An all-day event that became a timed event, or the reverse.
  if (isContainer(before) && isContainer(after) && ms !== undefined) {
    if ("date" in before !== "date" in after) return true;
    return after["timeZone"] !== before["timeZone"] && isZone(after["timeZone"]);
  }
  return false;
}

const days = "(MO|TU|WE|TH|FR|SA|SU)";
const parts = [
  "FREQ=(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)",
  "(COUNT|INTERVAL)=\\d+",
  "UNTIL=\\d{8}(T\\d{6}Z?)?",
  `WKST=${days}`,
  `BYDAY=([+-]?\\d{0,2}${days})(,[+-]?\\d{0,2}${days})*`,
  "BY(SETPOS|MONTH|MONTHDAY|YEARDAY|WEEKNO|HOUR|MINUTE|SECOND)=[+-]?\\d+(,[+-]?\\d+)*",
].join("|");
const rule = new RegExp(`^(RRULE|EXRULE):(${parts})(;(${parts}))*;?$`, "i");
const dates = /^(RDATE|EXDATE)(;[A-Z-]+=[^;:]+)*:\d{8}(T\d{6}Z?)?(,\d{8}(T\d{6}Z?)?)*$/i;

/**
 * True for a line that every reader reads in the same way: in upper or lower case, folded, with white space around it.
 */
function isValidLine(line: unknown): boolean {
  if (typeof line !== "string") return false;
  const unfolded = line.replaceAll(/\r?\n[ \t]/g, "").trim();
  return rule.test(unfolded) || dates.test(unfolded);
}

/** True if the lines are valid and differ from the lines before. */
function isOtherRecurrence(before: unknown, after: unknown): boolean {
  if (before === undefined || !Array.isArray(after)) return false;
  if (after.length === 0 || !after.every(isValidLine)) return false;
  const texts = (lines: readonly unknown[]) =>
    JSON.stringify([...new Set(lines.map(line => String(line).toUpperCase()))].sort());
  return !Array.isArray(before) || texts(before) !== texts(after);
}

/** True if the changed item of `events.list` could be a real item of Google's. */
export function isOtherTruth(before: unknown, after: unknown): boolean {
  if (!isContainer(before) || !isContainer(after)) return false;
  const changed = (name: string) => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  const gone = (name: string) => before[name] !== undefined && !Object.hasOwn(after, name);
  return (
    (changed("id") && isPlausibleId(after["id"])) ||
    (changed("status") && after["status"] === "cancelled") ||
    gone("recurrence") ||
    (changed("recurrence") && isOtherRecurrence(before["recurrence"], after["recurrence"])) ||
    (before["recurrence"] === undefined &&
      Array.isArray(after["recurrence"]) &&
      after["recurrence"].some(isValidLine)) ||
    gone("recurringEventId") ||
    (changed("recurringEventId") && isPlausibleId(after["recurringEventId"])) ||
    ["start", "end", "originalStartTime"].some(
      name => changed(name) && isOtherTime(before[name], after[name]),
    )
  );
}

/** True if the changed envelope could be a real envelope of Google's. */
export function isOtherEnvelope(before: unknown, after: unknown): boolean {
  if (!isContainer(before) || !isContainer(after)) return false;
  const tokens = ["nextPageToken", "nextSyncToken"].some(
    name => after[name] !== before[name] && isToken(after[name]),
  );
  const { timeZone } = after as { timeZone?: unknown };
  const items: unknown = after["items"];
  const fewer = Array.isArray(items) && items.length < (before["items"] as unknown[]).length;
  return tokens || fewer || (timeZone !== before["timeZone"] && isZone(timeZone));
}

/** Tokens of the fake Google are JSON. */
function isToken(token: unknown): boolean {
  if (typeof token !== "string") return false;
  try {
    return Array.isArray(JSON.parse(token));
  } catch {
    return false;
  }
}
