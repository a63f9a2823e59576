import { parseDuration, parseLenientMoment } from "./ical-value.ts";
import type { IcalMoment } from "./ical-value.ts";
import { unfoldLines } from "./line-text.ts";
import type { Line } from "./line-text.ts";
import { malformed, parsed, quoted } from "./outcome.ts";
import type { Parsed } from "./outcome.ts";
import { parseRule } from "./rule.ts";
import type { Note, Rule } from "./rule.ts";
import { zoneNamed } from "./zone-names.ts";
import type { Zone } from "./zone.ts";

/** One value of an RDATE or EXDATE line. */
export type ListedMoment = {
  readonly moment: IcalMoment;
  /** The zone of TZID. Null: a local time is in the zone of the series. */
  readonly zone: Zone | null;
  /** The second half of a PERIOD (RFC 5545, 3.3.9): an end, or a duration in milliseconds. */
  readonly end: IcalMoment | null;
  readonly durationMs: number | null;
};

/** The lines of an event's `recurrence`, read without the event's start. */
export type RecurrenceLines = {
  readonly rules: readonly Rule[];
  readonly exclusionRules: readonly Rule[];
  readonly additions: readonly ListedMoment[];
  readonly exclusions: readonly ListedMoment[];
  /** Values that could not be read, for the log: names of lines and parts, and short quotations. */
  readonly unreadable: readonly string[];
  /**
   * True if a rule could not be read, or if nothing that generates occurrences could be read. The remaining occurrences
   * are correct, but others may be missing: a missing occurrence is no evidence of a deletion.
   */
  readonly incomplete: boolean;
  /**
   * An RRULE has a part that could not be read and was left out, so it may generate other occurrences than intended.
   */
  readonly lacksPart: boolean;
  /** A line or value that is, or may be, an RDATE could not be read. */
  readonly lacksDates: boolean;
};

/**
 * The most RRULEs, and the most EXRULEs. Events do not have so many, and each costs time for each occurrence of the
 * others.
 */
const maxRules = 100;
/** The most zone names: creating a new zone takes a millisecond. */
const maxZoneNames = 50;
/** The most problems to log, because a line may have a hundred thousand. */
const maxProblems = 100;
/** Parts of a rule that were written as parameters. */
const misplacedPart = /^\s*(?:COUNT|UNTIL|INTERVAL)\s*=/iu;

/**
 * Reads the lines of `recurrence`. If a value, a part or a line cannot be read, only that value, part or line is left
 * out. Google allows RRULE, EXRULE, RDATE and EXDATE (events reference); lines of other properties are ignored.
 */
export function readRecurrence(lines: readonly string[]): RecurrenceLines {
  const rules: Rule[] = [];
  const exclusionRules: Rule[] = [];
  const additions: ListedMoment[] = [];
  const exclusions: ListedMoment[] = [];
  const unreadable: string[] = [];
  const note = (problem: string) => {
    if (unreadable.length < maxProblems) unreadable.push(problem);
  };
  const zoneNames = new Set<string>();
  const lostLimits = { end: false, interval: false };
  let isRuleLost = false;
  let hasOddLine = false;
  let lacksDates = false;
  let lacksPart = false;
  for (const line of unfoldLines(lines)) {
    switch (line.name) {
      case "RRULE":
      case "EXRULE": {
        // An empty rule is ignored, like an EXDATE without a date.
        if (/^[\s;]*$/u.test(line.value)) break;
        const into = line.name === "RRULE" ? rules : exclusionRules;
        const misplaced = line.parameters.filter(one => misplacedPart.test(one));
        const rule =
          into.length < maxRules
            ? parseRule([...misplaced, line.value].join(";"))
            : malformed(`more than ${maxRules} rules`);
        (rule.kind === "malformed" ? [rule.reason] : rule.unreadable).forEach(note);
        if (rule.kind === "malformed") isRuleLost ||= line.name === "RRULE";
        // An EXRULE that lacks a part could remove all occurrences, so it is left out.
        else if (line.name === "RRULE" || !rule.isWider) into.push(rule.value);
        lacksPart ||= line.name === "RRULE" && rule.kind === "parsed" && rule.isWider;
        break;
      }
      case "RDATE":
      case "EXDATE":
        if (!readMoments(line, line.name === "RDATE" ? additions : exclusions, zoneNames, note))
          lacksDates ||= line.name === "RDATE";
        break;
      case null:
        note(`not a recurrence line: ${quoted(line.value)}`);
        // A piece of a broken rule: the part that ended the rule, or that made it less frequent.
        lostLimits.end ||= /\b(?:COUNT|UNTIL)\b/iu.test(line.value);
        lostLimits.interval ||= /\bINTERVAL\b/iu.test(line.value);
        if (/FREQ\s*=/iu.test(line.value)) isRuleLost = true;
        else lacksDates = true;
        hasOddLine = true;
    }
  }
  const isWhole = ({ count, until, interval }: Rule) =>
    (count !== null || until !== null || !lostLimits.end) && (interval > 1 || !lostLimits.interval);
  const whole = rules.filter(isWhole);
  const isEmpty = whole.length + additions.length === 0;
  if (isEmpty && unreadable.length === 0) note("no RRULE and no RDATE");
  // If there are dates but no rule, the unreadable line may have been the rule.
  const mayLackRule = hasOddLine && rules.length === 0;
  const incomplete = isRuleLost || mayLackRule || isEmpty || whole.length < rules.length;
  const excluded = exclusionRules.filter(isWhole);
  const read = { rules: whole, exclusionRules: excluded, additions, exclusions };
  return { ...read, unreadable, incomplete, lacksPart, lacksDates };
}

/** Returns true if every value could be read. */
function readMoments(line: Line, into: ListedMoment[], zoneNames: Set<string>, note: Note): boolean {
  const zone = readZone(line.parameters, zoneNames, note);
  let areAllRead = true;
  for (const item of line.value.split(/[,;]/u).map(part => part.trim())) {
    if (item === "") continue;
    const moment = readMoment(item, zone);
    if (moment.kind === "parsed") into.push(moment.value);
    else {
      note(`${line.name ?? ""}: ${moment.reason}`);
      areAllRead = false;
    }
  }
  return areAllRead;
}

/**
 * Returns the zone of TZID, the only parameter that changes the meaning of a value: VALUE only repeats the value's
 * form. If the zone is unknown, the times are read in the zone of the series, in which almost all of them are written
 * anyway.
 */
function readZone(parameters: readonly string[], zoneNames: Set<string>, note: Note): Zone | null {
  for (const parameter of parameters) {
    const tzid = /^\s*TZID\s*=(.*)$/isu.exec(parameter)?.[1]?.trim();
    if (tzid === undefined || tzid.replaceAll('"', "") === "") continue;
    if (zoneNames.size < maxZoneNames) zoneNames.add(tzid);
    const zone = zoneNames.has(tzid) ? zoneNamed(tzid) : null;
    if (zone !== null) return zone;
    note(`unknown time zone: ${quoted(tzid)}`);
  }
  return null;
}

function readMoment(text: string, zone: Zone | null): Parsed<ListedMoment> {
  const [startText = "", second] = text.split("/", 2).map(half => half.trim());
  const start = parseLenientMoment(startText);
  if (start.kind === "malformed") return start;
  const listed = { moment: start.value, zone, end: null, durationMs: null };
  if (second === undefined) return parsed(listed);
  if (/^\+?P/iu.test(second)) {
    const duration = parseDuration(second);
    return duration.kind === "malformed" ? duration : parsed({ ...listed, durationMs: duration.value });
  }
  const end = parseLenientMoment(second);
  return end.kind === "malformed" ? end : parsed({ ...listed, end: end.value });
}
