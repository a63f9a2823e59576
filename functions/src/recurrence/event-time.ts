import type { GoogleTime } from "../model/google-time.ts";
import { civilDate, dayMs, dayNumber, dayOf, hourMs, isDate, minuteMs } from "./civil.ts";
import { timeOfDay } from "./ical-value.ts";
import { malformed, parsed, quoted } from "./outcome.ts";
import type { Parsed } from "./outcome.ts";
import type { Zone } from "./zone.ts";

/** A `GoogleTime`, parsed. A date has no instant until a zone is chosen. */
export type ReadTime =
  | { readonly allDay: true; readonly localMs: number }
  | { readonly allDay: false; readonly instantMs: number };

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/u;
const dateTimePattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/u;

/** Reads a time as Google sends it. Fractions of a second are cut off, because instance ids cannot contain them. */
export function readGoogleTime(time: GoogleTime, field: string): Parsed<ReadTime> {
  if ("date" in time) {
    const localMs = readDate(datePattern.exec(time.date));
    if (localMs === null) return malformed(`${field} is not a date: ${quoted(time.date)}`);
    return parsed({ allDay: true, localMs });
  }
  const match = dateTimePattern.exec(time.dateTime);
  const dateMs = readDate(match);
  const timeMs = timeOfDay(Number(match?.[4]), Number(match?.[5]), Number(match?.[6] ?? 0));
  if (match === null || dateMs === null || timeMs === null) {
    return malformed(`${field} is not a time with an offset: ${quoted(time.dateTime)}`);
  }
  const offset = Number(match[8] ?? 0) * hourMs + Number(match[9] ?? 0) * minuteMs;
  return parsed({
    allDay: false,
    instantMs: dateMs + timeMs - (match[7] === "-" ? -offset : offset),
  });
}

function readDate(match: RegExpExecArray | null): number | null {
  const [year, month, day] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])];
  return match !== null && isDate(year, month, day) ? dayNumber(year, month, day) * dayMs : null;
}

const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"));

function pad(number: number): string {
  return twoDigits[number] ?? String(number);
}

/** Remembers the last text, because occurrences come in order, often several per day. */
function rememberingLast(make: (day: number) => string): (day: number) => string {
  let lastDay = NaN;
  let lastText = "";
  return day => {
    if (day !== lastDay) {
      lastDay = day;
      lastText = make(day);
    }
    return lastText;
  };
}

function dateWith(separator: string): (day: number) => string {
  return rememberingLast(number => {
    const { year, month, day } = civilDate(number);
    return String(year).padStart(4, "0") + separator + pad(month) + separator + pad(day);
  });
}

const extendedDate = dateWith("-");
const basicDate = dateWith("");

/** `2026-01-05` */
export function formatDate(localMs: number): string {
  return extendedDate(dayOf(localMs));
}

/** `20260105` */
export function formatBasicDate(localMs: number): string {
  return basicDate(dayOf(localMs));
}

/** `20260105T090000Z` */
export function formatBasicUtc(instantMs: number): string {
  const day = dayOf(instantMs);
  const seconds = Math.floor((instantMs - day * dayMs) / 1000);
  const hour = Math.floor(seconds / 3600);
  return `${basicDate(day)}T${pad(hour)}${pad(Math.floor(seconds / 60) % 60)}${pad(seconds % 60)}Z`;
}

/**
 * `2026-01-05T09:00:00+01:00`, in local time of a zone. `Z` if the offset is zero, as Google writes it. Offsets with
 * seconds, which zones had before about 1920, cannot be written in RFC 3339; such times are written in UTC.
 */
export function formatDateTime(instantMs: number, zone: Zone): string {
  const zoneOffset = zone.offsetAt(instantMs);
  const offset = zoneOffset % minuteMs === 0 ? zoneOffset : 0;
  const localMs = instantMs + offset;
  const day = dayOf(localMs);
  const seconds = Math.floor((localMs - day * dayMs) / 1000);
  const hour = Math.floor(seconds / 3600);
  return `${extendedDate(day)}T${pad(hour)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${formatOffset(offset)}`;
}

/** At most one text for each minute of a day, on both sides of UTC. */
const offsetTexts = new Map<number, string>([[0, "Z"]]);

function formatOffset(offset: number): string {
  const known = offsetTexts.get(offset);
  if (known !== undefined) return known;
  const minutes = Math.abs(offset) / minuteMs;
  const text = `${offset < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
  offsetTexts.set(offset, text);
  return text;
}
