const MINUTE_MS = 60_000;
const QUARTER_HOUR_MS = 900_000;
/** Zone offsets change on quarter hours only (since 1972); older instants are asked of Intl one by one. */
const CACHE_FROM_MS = Date.UTC(1972, 0, 1);
const LARGEST_CACHE = 200_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();

function format(zone: string): Intl.DateTimeFormat {
  let known = formats.get(zone);
  if (known === undefined) {
    known = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      era: "short",
    });
    formats.set(zone, known);
  }
  return known;
}

/** True for an IANA time zone name that this Node knows. Offsets ("+01:00") are not names. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,63}$/.test(name)) return false;
  try {
    format(name);
    return true;
  } catch {
    return false;
  }
}

function askOffset(zone: string, epochMs: number): number {
  const fields: Record<string, number> = {};
  let beforeChrist = false;
  for (const part of format(zone).formatToParts(epochMs)) {
    if (part.type === "era") beforeChrist = part.value.startsWith("B");
    else fields[part.type] = Number(part.value);
  }
  const year = fields["year"] ?? 0;
  const local = new Date(0);
  local.setUTCFullYear(beforeChrist ? 1 - year : year, (fields["month"] ?? 1) - 1, fields["day"] ?? 1);
  local.setUTCHours(fields["hour"] ?? 0, fields["minute"] ?? 0, fields["second"] ?? 0);
  return local.getTime() - Math.floor(epochMs / 1000) * 1000;
}

/** The zone's offset from UTC at an instant, in ms (east is positive). */
function offsetMs(zone: string, epochMs: number): number {
  if (zone === "UTC") return 0;
  if (epochMs < CACHE_FROM_MS) return askOffset(zone, epochMs);
  let known = offsets.get(zone);
  if (known === undefined) {
    known = new Map();
    offsets.set(zone, known);
  }
  const slot = Math.floor(epochMs / QUARTER_HOUR_MS);
  let offset = known.get(slot);
  if (offset === undefined) {
    if (known.size > LARGEST_CACHE) known.clear();
    offset = askOffset(zone, slot * QUARTER_HOUR_MS);
    known.set(slot, offset);
  }
  return offset;
}

/** The wall-clock time of an instant in a zone, as ms of a clock that reads the same in UTC. */
export function toLocal(zone: string, epochMs: number): number {
  return epochMs + offsetMs(zone, epochMs);
}

/**
 * The instant at which a zone's clock shows `localMs`. A time that occurs twice is the first; a time that is skipped
 * moves forward by the length of the gap. What Google does inside a gap is not documented: this is the one place
 * where the choice is made (docs/emulator-differences.md).
 */
export function toInstant(zone: string, localMs: number): number {
  const before = offsetMs(zone, localMs - 86_400_000);
  const after = offsetMs(zone, localMs + 86_400_000);
  for (const offset of before === after ? [before] : [before, after]) {
    const candidate = localMs - offset;
    if (offsetMs(zone, candidate) === offset) return candidate;
  }
  // Two changes within two days are possible (Ramadan rules); look closer before calling it a gap.
  const near = offsetMs(zone, localMs - before);
  if (toLocal(zone, localMs - near) === localMs) return localMs - near;
  return localMs - before;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}

/** `YYYY-MM-DD` of UTC-reading ms. */
export function formatDate(localMs: number): string {
  const date = new Date(localMs);
  return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

/** RFC 3339 with the zone's offset (`Z` in UTC), whole seconds, as Google writes `dateTime`. */
export function formatInZone(epochMs: number, zone: string): string {
  const offset = offsetMs(zone, epochMs);
  const local = new Date(epochMs + offset);
  const clock = `${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}:${pad(local.getUTCSeconds())}`;
  const text = `${formatDate(local.getTime())}T${clock}`;
  if (offset === 0) return `${text}Z`;
  const minutes = Math.round(Math.abs(offset) / MINUTE_MS);
  return `${text}${offset < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** `YYYYMMDDTHHMMSSZ`, the form in instance ids. */
export function formatBasicUtc(epochMs: number): string {
  return new Date(Math.floor(epochMs / 1000) * 1000).toISOString().replaceAll(/[-:]|\.000/g, "");
}

/** `YYYYMMDD`. */
export function formatBasicDate(localMs: number): string {
  return formatDate(localMs).replaceAll("-", "");
}

/** Midnight UTC of a `YYYY-MM-DD` that exists, in ms. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  return utcOf(Number(match[1]), Number(match[2]), Number(match[3]), 0, 0, 0);
}

function utcOf(y: number, mo: number, d: number, h: number, mi: number, s: number): number | undefined {
  if (mo < 1 || mo > 12 || d < 1 || h > 23 || mi > 59 || s > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  if (date.getUTCMonth() !== mo - 1 || date.getUTCDate() !== d) return undefined;
  date.setUTCHours(h, mi, Math.min(s, 59));
  return date.getTime();
}

/** A date-time as RFC 3339 writes it; `offsetMs` is undefined when the text has no offset. Fractions are dropped. */
export function parseDateTime(text: string): { localMs: number; offsetMs: number | undefined } | undefined {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*([Zz]|[+-]\d{2}:?\d{2})?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, y, mo, d, h, mi, s, zone] = match;
  const localMs = utcOf(Number(y), Number(mo), Number(d), Number(h), Number(mi), Number(s ?? 0));
  if (localMs === undefined) return undefined;
  if (zone === undefined) return { localMs, offsetMs: undefined };
  if (zone === "Z" || zone === "z") return { localMs, offsetMs: 0 };
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  if (minutes > 24 * 60) return undefined;
  return { localMs, offsetMs: (zone.startsWith("-") ? -1 : 1) * minutes * MINUTE_MS };
}

/** The instant of an RFC 3339 timestamp whose offset is mandatory, in ms. */
export function parseInstant(text: string): number | undefined {
  const parsed = parseDateTime(text);
  if (parsed?.offsetMs === undefined) return undefined;
  return parsed.localMs - parsed.offsetMs;
}
