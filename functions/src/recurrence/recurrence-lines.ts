import { parseDuration, parseMoment } from "./ical-value.ts";
import type { IcalMoment } from "./ical-value.ts";
import { malformed, parsed, quoted } from "./outcome.ts";
import type { Malformed, Parsed } from "./outcome.ts";
import { parseRule } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { zoneNamed } from "./zone.ts";
import type { Zone } from "./zone.ts";

/** One value of an RDATE or EXDATE line. */
export type ListedMoment = {
  readonly moment: IcalMoment;
  /** From TZID; null leaves a local time to the series' own zone. */
  readonly zone: Zone | null;
  /** The second half of a PERIOD (RFC 5545, 3.3.9): an end, or a duration in milliseconds. */
  readonly end: IcalMoment | null;
  readonly durationMs: number | null;
};

/** The `recurrence` of an event, read but not yet tied to its start. */
export type RecurrenceLines = {
  readonly rules: readonly Rule[];
  readonly exclusionRules: readonly Rule[];
  readonly additions: readonly ListedMoment[];
  readonly exclusions: readonly ListedMoment[];
};

const linePattern = /^(RRULE|EXRULE|RDATE|EXDATE)((?:;[^:;]*)*):(.*)$/iu;

/** Reads the lines of `recurrence`. Google allows these four properties and no others (events reference). */
export function readRecurrence(lines: readonly string[]): Parsed<RecurrenceLines> {
  const rules: Rule[] = [];
  const exclusionRules: Rule[] = [];
  const additions: ListedMoment[] = [];
  const exclusions: ListedMoment[] = [];
  for (const line of lines) {
    const match = linePattern.exec(line.trim());
    if (match === null) return malformed(`not a recurrence line: ${quoted(line)}`);
    const [, name = "", parameters = "", value = ""] = match;
    if (name.toUpperCase().endsWith("RULE")) {
      const rule = parseRule(value);
      if (rule.kind === "malformed") return rule;
      (name.toUpperCase() === "RRULE" ? rules : exclusionRules).push(rule.value);
      continue;
    }
    const failure = readMoments(parameters, value, name.toUpperCase() === "RDATE" ? additions : exclusions);
    if (failure !== null) return failure;
  }
  if (rules.length + additions.length === 0) return malformed("no RRULE and no RDATE");
  return parsed({ rules, exclusionRules, additions, exclusions });
}

function readMoments(parameters: string, value: string, into: ListedMoment[]): Malformed | null {
  const zone = readZone(parameters);
  if (zone?.kind === "malformed") return zone;
  for (const item of value.split(",")) {
    const read = readMoment(item.trim(), zone?.value ?? null);
    if (read.kind === "malformed") return read;
    into.push(read.value);
  }
  return null;
}

/** TZID is the only parameter that changes what a value means: VALUE merely repeats what its form says. */
function readZone(parameters: string): Parsed<Zone> | null {
  const tzid = /;TZID="?([^";]*)"?/iu.exec(parameters)?.[1];
  if (tzid === undefined) return null;
  const zone = zoneNamed(tzid);
  return zone === null ? malformed(`unknown time zone: ${quoted(tzid)}`) : parsed(zone);
}

function readMoment(text: string, zone: Zone | null): Parsed<ListedMoment> {
  const [startText = "", second] = text.split("/", 2);
  const start = parseMoment(startText);
  if (start.kind === "malformed") return start;
  const listed = { moment: start.value, zone, end: null, durationMs: null };
  if (second === undefined) return parsed(listed);
  if (/^\+?P/iu.test(second)) {
    const duration = parseDuration(second);
    return duration.kind === "malformed" ? duration : parsed({ ...listed, durationMs: duration.value });
  }
  const end = parseMoment(second);
  return end.kind === "malformed" ? end : parsed({ ...listed, end: end.value });
}
