const MINUTE_MS = 60_000;
const QUARTER_HOUR_MS = 900_000;
/**
 * Since 1972, zone offsets change only on quarter hours, so they are cached per quarter hour. Earlier offsets are not
 * cached.
 */
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

/** Whether Node supports this IANA time zone name. Offsets ("+01:00") are not names. */
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

/** The zone's offset from UTC at an instant, in ms. East is positive. */
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

/** The wall-clock time of an instant in a zone, as the ms of the same wall-clock time in UTC. */
export function toLocal(zone: string, epochMs: number): number {
  return epochMs + offsetMs(zone, epochMs);
}

/**
 * The instant at which a zone's wall clock shows `localMs`. If the clock shows it twice, the first instant. If the
 * clock skips it, the time moves forward by the length of the gap. Google does not document its behaviour in a gap;
 * the emulator's choice is made only here (docs/emulator-differences.md).
 */
export function toInstant(zone: string, localMs: number): number {
  const before = offsetMs(zone, localMs - 86_400_000);
  const after = offsetMs(zone, localMs + 86_400_000);
  for (const offset of before === after ? [before] : [before, after]) {
    const candidate = localMs - offset;
    if (offsetMs(zone, candidate) === offset) return candidate;
  }
  // A zone can change twice within two days (Ramadan rules), so the offset near `localMs` is checked too.
  const near = offsetMs(zone, localMs - before);
  if (toLocal(zone, localMs - near) === localMs) return localMs - near;
  return localMs - before;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}

/** `YYYY-MM-DD` of a wall-clock time in ms. */
export function formatDate(localMs: number): string {
  const date = new Date(localMs);
  return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

/** The instant in RFC 3339 with the zone's offset (`Z` for 0) and whole seconds, as Google formats `dateTime`. */
export function formatInZone(epochMs: number, zone: string): string {
  const offset = offsetMs(zone, epochMs);
  const local = new Date(epochMs + offset);
  const clock = `${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}:${pad(local.getUTCSeconds())}`;
  const text = `${formatDate(local.getTime())}T${clock}`;
  if (offset === 0) return `${text}Z`;
  const minutes = Math.round(Math.abs(offset) / MINUTE_MS);
  return `${text}${offset < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** The instant as `YYYYMMDDTHHMMSSZ`, the form in instance ids. */
export function formatBasicUtc(epochMs: number): string {
  return new Date(Math.floor(epochMs / 1000) * 1000).toISOString().replaceAll(/[-:]|\.000/g, "");
}

/** `YYYYMMDD` of a wall-clock time in ms. */
export function formatBasicDate(localMs: number): string {
  return formatDate(localMs).replaceAll("-", "");
}

/** The ms of a `YYYY-MM-DD` at midnight UTC. Undefined if there is no such day. */
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

/**
 * Parses an RFC 3339 date-time. `offsetMs` is undefined if the text has no offset. Fractions of a second are dropped.
 */
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

/** The instant of an RFC 3339 date-time with offset, in ms. Undefined if the offset is missing. */
export function parseInstant(text: string): number | undefined {
  const parsed = parseDateTime(text);
  if (parsed?.offsetMs === undefined) return undefined;
  return parsed.localMs - parsed.offsetMs;
}
