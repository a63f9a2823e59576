import { dateFormat } from "./date-format.ts";

/** The offset of a zone at a moment, for example `GMT+1`, `GMT+5:30` or `GMT+0`. */
export function offsetWords(timeZone: string, at: Date): string {
  const format = dateFormat("en", { timeZone, timeZoneName: "shortOffset" });
  const offset = format.formatToParts(at).find(part => part.type === "timeZoneName")?.value ?? "GMT";
  // Engines write the offset zero as "GMT+0" or as "GMT".
  return offset === "GMT" ? "GMT+0" : offset;
}

/** A zone's city and its offset at a moment, for example `Berlin (GMT+1)`. */
export function zoneWords(timeZone: string, at: Date): string {
  const offset = offsetWords(timeZone, at);
  // The names of these zones are offsets with the opposite sign: Etc/GMT+5 is five hours behind (IANA's tz, etcetera).
  return /^(Etc\/)?GMT/.test(timeZone) ? offset : `${cityOf(timeZone)} (${offset})`;
}

/** Whether the browser knows the zone: Google can know zones that it does not know yet. */
export function isKnownZone(timeZone: string): boolean {
  try {
    return dateFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** `America/New_York` → `New York`. */
function cityOf(timeZone: string): string {
  return (timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ");
}
