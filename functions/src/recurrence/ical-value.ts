import { dayMs, dayNumber, hourMs, isDate, minuteMs, secondMs } from "./civil.ts";
import { malformed, parsed, quoted } from "./outcome.ts";
import type { Parsed } from "./outcome.ts";

/** A DATE or DATE-TIME value of RFC 5545, 3.3.4 and 3.3.5, before its zone is applied. */
export type IcalMoment =
  /** `20260105`. */
  | { readonly kind: "date"; readonly localMs: number }
  /** `20260105T090000`, in a zone that the context determines. */
  | { readonly kind: "local"; readonly localMs: number }
  /** `20260105T090000Z`. */
  | { readonly kind: "utc"; readonly instantMs: number };

const momentPattern = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/iu;
const durationPattern =
  /^\+?P(?:(\d{1,5})W|(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,7})S)?)?)$/iu;

export function parseMoment(text: string): Parsed<IcalMoment> {
  const match = momentPattern.exec(text);
  if (match === null) return malformed(`not a date or a time: ${quoted(text)}`);
  const [, year, month, day, hour, minute, second, zulu] = match;
  if (!isDate(Number(year), Number(month), Number(day))) return malformed(`no such date: ${quoted(text)}`);
  const dateMs = dayNumber(Number(year), Number(month), Number(day)) * dayMs;
  if (hour === undefined) return parsed({ kind: "date", localMs: dateMs });
  const timeMs = timeOfDay(Number(hour), Number(minute), Number(second));
  if (timeMs === null) return malformed(`no such time: ${quoted(text)}`);
  return parsed(
    zulu === "" ? { kind: "local", localMs: dateMs + timeMs } : { kind: "utc", instantMs: dateMs + timeMs },
  );
}

const lenientPattern =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)? ?(Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?$/iu;

/**
 * Reads the same values, and also unambiguous forms that other software has been seen to write (simshaun/recurr#98,
 * GAS-ICS-Sync#398): `2026-01-26T23:59:59Z`, `20260126T235959-0500`, fractions, no seconds, 24:00. An offset after a
 * date without a time is ignored.
 */
export function parseLenientMoment(text: string): Parsed<IcalMoment> {
  const strict = parseMoment(text);
  if (strict.kind === "parsed") return strict;
  const match = lenientPattern.exec(text);
  const [, year, month, day, hour, minute, second, zone] = match ?? [];
  if (match === null || !isDate(Number(year), Number(month), Number(day))) return strict;
  const dateMs = dayNumber(Number(year), Number(month), Number(day)) * dayMs;
  if (hour === undefined) return parsed({ kind: "date", localMs: dateMs });
  const isMidnight = hour === "24" && Number(minute) + Number(second ?? 0) === 0;
  const timeMs = isMidnight ? dayMs : timeOfDay(Number(hour), Number(minute), Number(second ?? 0));
  if (timeMs === null) return strict;
  if (zone === undefined) return parsed({ kind: "local", localMs: dateMs + timeMs });
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})?$/u.exec(zone) ?? [];
  const offsetMs = Number(hours ?? 0) * hourMs + Number(minutes ?? 0) * minuteMs;
  return parsed({ kind: "utc", instantMs: dateMs + timeMs - (sign === "-" ? -offsetMs : offsetMs) });
}

/** Milliseconds since midnight; null if the time does not exist. A leap second counts as the second before it. */
export function timeOfDay(hour: number, minute: number, second: number): number | null {
  if (hour > 23 || minute > 59 || second > 60) return null;
  return hour * hourMs + minute * minuteMs + Math.min(second, 59) * secondMs;
}

/** A DURATION of RFC 5545, 3.3.6, in milliseconds. Never negative, because an event cannot end before it starts. */
export function parseDuration(text: string): Parsed<number> {
  const match = durationPattern.exec(text);
  // In the pattern every part is optional, but a duration without any part is invalid.
  if (match === null || !/\d/u.test(text)) return malformed(`not a duration: ${quoted(text)}`);
  const amount = (group: number) => Number(match[group] ?? 0);
  return parsed(
    (amount(1) * 7 + amount(2)) * dayMs + amount(3) * hourMs + amount(4) * minuteMs + amount(5) * secondMs,
  );
}
