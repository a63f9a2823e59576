import cldr from "cldr-core/supplemental/windowsZones.json" with { type: "json" };
import { hourMs, minuteMs } from "./civil.ts";
import { engineZone } from "./zone.ts";
import type { Zone } from "./zone.ts";

/** Limits the number of cached zones. The database has about 600 names, and each can be written in several forms. */
const maxCachedZones = 1000;
/** Longer than any list of cities in a display name. */
const maxNameLength = 200;

const zones = new Map<string, Zone | null>();

export const utc: Zone = fixedZone(0);

/**
 * Returns the zone with that name in any of its written forms, or null if the name is unknown. Zones are cached for the
 * life of the process, because each zone caches its offsets. They contain no user data.
 */
export function zoneNamed(name: string): Zone | null {
  const known = zones.get(name);
  if (known !== undefined) return known;
  if (name.length > maxNameLength) return null;
  const zone = readZoneName(name);
  if (zones.size >= maxCachedZones) zones.clear();
  zones.set(name, zone);
  return zone;
}

/** Returns the zone with that name, or `fallback` if there is no name or it is unknown. */
export function zoneOr(name: string | undefined, fallback: Zone): Zone {
  return name === undefined ? fallback : (zoneNamed(name) ?? fallback);
}

/**
 * Reads the name of a zone as calendars write it: IANA names, offsets (`GMT-03:00`, `UTC+5`, `+0530`, `Z`), Windows
 * names and Windows display names; each may be quoted or follow a vendor's prefix. Such names reach Google in
 * invitations from other software, and Google passes them on unchanged (home-assistant/core#81917,
 * allenporter/gcal_sync#145, calcom/cal.diy#27042).
 */
function readZoneName(written: string): Zone | null {
  const name = written
    .replace(/[\u2010-\u2015\u2212]/gu, "-")
    .replace(/["\\]/gu, "")
    .replace(/^[\s'“”‘’;,]+|[\s'“”‘’;,]+$/gu, "")
    .replace(/\s+/gu, " ");
  // CLDR's name for "no zone". Some engines accept it.
  if (name === "" || /^Etc\/Unknown$/iu.test(name)) return null;
  return plainZone(name) ?? zoneBehindPrefix(name) ?? displayedZone(name);
}

function plainZone(name: string): Zone | null {
  return offsetZone(name) ?? engineZone(name.replaceAll(" ", "_")) ?? windowsZone(name);
}

/** A zone with a constant offset. */
function fixedZone(offsetMs: number): Zone {
  return { name: fixedName(offsetMs), offsetAt: () => offsetMs };
}

/**
 * The database has names for whole hours from UTC-12 to UTC+14, with POSIX's sign: `Etc/GMT+3` is west of Greenwich.
 */
function fixedName(offsetMs: number): string {
  if (offsetMs === 0) return "UTC";
  const hours = offsetMs / hourMs;
  if (Number.isInteger(hours) && hours >= -12 && hours <= 14) {
    return `Etc/GMT${hours < 0 ? "+" : "-"}${Math.abs(hours)}`;
  }
  const minutes = Math.abs(offsetMs) / minuteMs;
  const digits = (number: number) => String(number).padStart(2, "0");
  return `${offsetMs < 0 ? "-" : "+"}${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}`;
}

const offsetPattern = /^(?:UTC|GMT|UT)? ?([+-]) ?(\d{1,2})(?:[:.]?(\d{2})(?::?00)?)?$/iu;

/** The sign has its usual meaning: `GMT-03:00` is west of Greenwich. */
function offsetZone(name: string): Zone | null {
  if (/^(?:Z|UTC|GMT|UT)$/iu.test(name)) return fixedZone(0);
  const match = offsetPattern.exec(name);
  const hours = Number(match?.[2]);
  const minutes = Number(match?.[3] ?? 0);
  if (match === null || hours > 23 || minutes > 59) return null;
  const offsetMs = hours * hourMs + minutes * minuteMs;
  // Zero must not become -0.
  return fixedZone(match[1] === "-" && offsetMs > 0 ? -offsetMs : offsetMs);
}

function windowsZone(name: string): Zone | null {
  const iana =
    ianaNameOfWindowsZone(name) ??
    ianaNameOfWindowsZone(name.replace(/ (?:(?:Daylight|Standard|Summer) )?Time$/iu, " Standard Time"));
  return iana === undefined ? null : engineZone(iana);
}

let ianaNames: ReadonlyMap<string, string> | undefined;

/**
 * The IANA zone that CLDR gives to a Windows name for the whole world ("001"). The table is built at the first call,
 * because few calendars need it (docs/decisions/0101-windows-zone-names.md).
 */
function ianaNameOfWindowsZone(name: string): string | undefined {
  ianaNames ??= new Map(
    cldr.supplemental.windowsZones.mapTimezones
      .filter(({ mapZone }) => mapZone._territory === "001")
      .map(({ mapZone }) => [mapZone._other.toLowerCase(), mapZone._type]),
  );
  return ianaNames.get(name.toLowerCase());
}

/** As in `America/Argentina/Buenos_Aires`. No name of the database has more. */
const maxSegments = 3;

/**
 * Reads `/mozilla.org/20050126_1/Europe/Berlin` or `tzone://Microsoft/Utc`: the longest suffix that is a zone name.
 * Without a vendor's prefix, the suffix must contain a slash, because `Nowhere/Japan` probably does not mean Japan.
 */
function zoneBehindPrefix(name: string): Zone | null {
  const segments = name.split("/").filter(segment => segment !== "");
  const shortest = name.startsWith("/") || name.includes("://") ? 1 : 2;
  const earliest = Math.max(name.startsWith("/") ? 0 : 1, segments.length - maxSegments);
  for (let first = earliest; segments.length - first >= shortest; first++) {
    const end = segments.slice(first).join("/");
    if (/^Etc\/Unknown$/iu.test(end)) return null;
    const zone = plainZone(end);
    if (zone !== null) return zone;
  }
  return null;
}

const displayPattern = /^\(?(?:UTC|GMT)? ?((?:[+-] ?\d{1,2}(?:[:.]?\d{2})?(?![.:]?\d))?)\)? ?(.*)$/iu;

/**
 * Reads display names of Windows and other software: `(UTC+01:00) Amsterdam, Berlin, Bern`, `Eastern Time (US &
 * Canada)`, `GMT-0300 (Brasilia)`, or in older versions `(GMT+01.00) Amsterdam / Berlin / Bern`. The words are tried as
 * a Windows name and as cities of the IANA database, and accepted if their zone has the offset in the text. Otherwise
 * the offset is used for the whole year.
 */
function displayedZone(name: string): Zone | null {
  const [, written = "", words = ""] = displayPattern.exec(name) ?? [];
  const says = written === "" && !/^\((?:UTC|GMT)\)/iu.test(name) ? null : offsetZone(written || "Z");
  const agrees = (zone: Zone | null) =>
    zone !== null && (says === null || standardOffset(zone) === says.offsetAt(0)) ? zone : null;
  const bare = words.replace(/\([^)]*\)/gu, "").trim();
  const named = agrees(windowsZone(bare));
  if (named !== null || says === null) return named;
  const told = agrees(windowsZone(`${bare} Standard Time`)) ?? cityZone(words, agrees);
  // For `GMT -0500 (Standard) / GMT -0400 (Daylight)` a constant offset would be wrong for half of the year.
  return told ?? (/\bdaylight\b/iu.test(words) ? null : says);
}

let cities: ReadonlyMap<string, string> | undefined;

function cityZone(words: string, agrees: (zone: Zone | null) => Zone | null): Zone | null {
  // If several names end with the same city, the first name is used.
  cities ??= new Map(
    Intl.supportedValuesOf("timeZone")
      .filter(name => name.includes("/"))
      .reverse()
      .map(name => [name.slice(name.lastIndexOf("/") + 1).toLowerCase(), name]),
  );
  for (const city of words.split(/[,;()/]/u)) {
    const name = cities.get(city.trim().replaceAll(" ", "_").toLowerCase());
    const zone = name === undefined ? null : agrees(engineZone(name));
    if (zone !== null) return zone;
  }
  return null;
}

/** The offset outside daylight-saving time in a recent year, because display names contain the present offset. */
function standardOffset(zone: Zone): number {
  return Math.min(zone.offsetAt(Date.UTC(2026, 0, 15)), zone.offsetAt(Date.UTC(2026, 6, 15)));
}
