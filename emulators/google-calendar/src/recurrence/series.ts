import { toInstant } from "../model/zone.ts";
import { expandRule } from "./expand-rule.ts";
import { parseBasic, parseRule, RuleError } from "./rule.ts";
import type { Rule } from "./rule.ts";

const DAY_MS = 86_400_000;
/** Expansion of an endless rule stops after this many consecutive excluded starts. */
const MOST_MISSES = 20_000;

/** The times of a series: its first start in its own zone, and its recurrence lines. */
export interface SeriesTimes {
  allDay: boolean;
  /** The series' own time zone. All-day series do not use it. */
  zone: string;
  /** DTSTART in local ms. */
  startLocalMs: number;
  /** RRULE, EXRULE, RDATE and EXDATE lines. */
  lines: readonly string[];
}

interface DateList {
  zone: string | undefined;
  values: { kind: "date" | "utc" | "local"; ms: number }[];
}

interface Lines {
  rules: Rule[];
  excluded: Rule[];
  dates: DateList[];
  excludedDates: DateList[];
}

/** Parses the lines of a series. Throws a RuleError if they do not follow RFC 5545. */
export function parseLines(lines: readonly string[]): Lines {
  const parsed: Lines = { rules: [], excluded: [], dates: [], excludedDates: [] };
  for (const line of lines) {
    const match = /^(RRULE|EXRULE|RDATE|EXDATE)((?:;[^:;=]+=[^:;]*)*):(.+)$/i.exec(line.trim());
    if (match === null) throw new RuleError(`${line} is not understood`);
    const [, name = "", parameters = "", value = ""] = match;
    switch (name.toUpperCase()) {
      case "RRULE":
        parsed.rules.push(parseRule(value));
        break;
      case "EXRULE":
        parsed.excluded.push(parseRule(value));
        break;
      case "RDATE":
        parsed.dates.push(parseDates(parameters, value));
        break;
      default:
        parsed.excludedDates.push(parseDates(parameters, value));
    }
  }
  if (parsed.rules.length + parsed.dates.length === 0) throw new RuleError("neither RRULE nor RDATE");
  return parsed;
}

function parseDates(parameters: string, value: string): DateList {
  const zone = /;TZID=([^;]+)/i.exec(parameters)?.[1];
  const values = value.split(",").map(text => {
    // The end of a PERIOD is ignored: Google shows the series' own duration [I].
    const parsed = parseBasic(text.split("/")[0]?.trim().toUpperCase() ?? "");
    if (parsed === undefined) throw new RuleError(`${text} is no date`);
    return parsed;
  });
  return { zone, values };
}

/** The starts of RDATE or EXDATE lists: instants, or the ms of days for all-day series. */
function datesOf(
  series: SeriesTimes,
  lists: readonly DateList[],
  toStart: (localMs: number) => number,
): number[] {
  const starts: number[] = [];
  for (const list of lists) {
    for (const { kind, ms } of list.values) {
      if (series.allDay) starts.push(Math.floor(ms / DAY_MS) * DAY_MS);
      else if (kind === "utc") starts.push(ms);
      else if (kind === "local")
        starts.push(list.zone === undefined ? toStart(ms) : toInstant(list.zone, ms));
      // A date in a timed series means that day at the series' start time.
      else starts.push(toStart(ms + (series.startLocalMs % DAY_MS)));
    }
  }
  return starts;
}

/** The starts that an EXRULE excludes. They are computed only as far as needed, because an EXRULE may be endless. */
class Exclusion {
  readonly #source: Iterator<number>;
  readonly #toStart: (localMs: number) => number;
  readonly #made = new Set<number>();
  #latest = -Infinity;

  constructor(source: Iterator<number>, toStart: (localMs: number) => number) {
    this.#source = source;
    this.#toStart = toStart;
  }

  covers(startMs: number): boolean {
    while (this.#latest < startMs) {
      const next = this.#source.next();
      if (next.done === true) this.#latest = Infinity;
      else {
        this.#latest = this.#toStart(next.value);
        this.#made.add(this.#latest);
      }
    }
    return this.#made.has(startMs);
  }
}

/**
 * The starts of a series' instances, ascending: instants in ms, or for an all-day series the ms of each day's
 * midnight in UTC. The first start is included even if the rule does not match it, unless an EXDATE or EXRULE excludes
 * it (Google shows the inserted event) [I]. Throws a RuleError.
 *
 * @param fromMs only starts at or after this
 * @param toMs only starts before this
 * @param limit the most starts
 */
export function expandSeries(series: SeriesTimes, fromMs: number, toMs: number, limit: number): number[] {
  const lines = parseLines(series.lines);
  const toStart = (localMs: number): number => (series.allDay ? localMs : toInstant(series.zone, localMs));
  const excluded = new Set(datesOf(series, lines.excludedDates, toStart));
  const fromLocal = fromMs - 2 * DAY_MS;
  const isPast = (rule: Rule) => (localMs: number) => {
    if (toStart(localMs) >= toMs + 2 * DAY_MS) return true;
    const { until } = rule;
    if (until === undefined) return false;
    // In a timed series, a date means 00:00 UTC of that day, as in Google's own google-rfc-2445. That today's Google
    // Calendar does the same is an inference.
    if (until.kind === "date") return (series.allDay ? localMs : toStart(localMs)) > until.localMs;
    if (series.allDay) return localMs > until.ms;
    return until.kind === "utc" ? toStart(localMs) > until.ms : localMs > until.ms;
  };
  const exclusions = lines.excluded.map(
    rule => new Exclusion(expandRule(rule, series.startLocalMs, fromLocal, isPast(rule)), toStart),
  );
  const starts = new Set<number>();
  const keep = (startMs: number): boolean => {
    if (startMs < fromMs || startMs >= toMs || excluded.has(startMs) || starts.has(startMs)) return false;
    if (exclusions.some(exclusion => exclusion.covers(startMs))) return false;
    starts.add(startMs);
    return true;
  };
  keep(toStart(series.startLocalMs));
  for (const startMs of datesOf(series, lines.dates, toStart)) keep(startMs);
  for (const rule of lines.rules) {
    let kept = 0;
    let misses = 0;
    for (const localMs of expandRule(rule, series.startLocalMs, fromLocal, isPast(rule))) {
      const startMs = toStart(localMs);
      if (keep(startMs)) {
        kept += 1;
        misses = 0;
      } else if (startMs >= fromMs) {
        misses += 1;
      }
      if (kept >= limit || misses > MOST_MISSES) break;
    }
  }
  return [...starts].sort((a, b) => a - b).slice(0, limit);
}
