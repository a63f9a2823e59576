import { toInstant } from "../model/zone.ts";
import { expandRule } from "./expand-rule.ts";
import { parseBasic, parseRule, RuleError } from "./rule.ts";
import type { Rule } from "./rule.ts";

const DAY_MS = 86_400_000;
/** After so many excluded starts in a row an endless rule counts as used up. */
const MOST_MISSES = 20_000;

/** When a series takes place: its first start on the wall clock of its zone, and its lines. */
export interface SeriesTimes {
  allDay: boolean;
  /** The series' own time zone; instances of all-day series need none. */
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

/** Parses the lines of a series. Throws RuleError for what RFC 5545 does not allow. */
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
    // A PERIOD's end is ignored: Google shows the series' own duration [I].
    const parsed = parseBasic(text.split("/")[0]?.trim().toUpperCase() ?? "");
    if (parsed === undefined) throw new RuleError(`${text} is no date`);
    return parsed;
  });
  return { zone, values };
}

/** A date or time of an RDATE or EXDATE on the series' own wall clock or, for all-day series, its day. */
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
      // A date in a timed series means that day at the series' own time.
      else starts.push(toStart(ms + (series.startLocalMs % DAY_MS)));
    }
  }
  return starts;
}

/** What an EXRULE takes away, made as far as it is asked for: such a rule need not end. */
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
 * The starts of a series' instances, ascending: instants in ms, or midnights of UTC-reading days for all-day series.
 * The first start always counts, whether the rule makes it or not (Google shows the event that was inserted) [I].
 *
 * @param fromMs only starts at or after this
 * @param toMs only starts before this
 * @param limit at most this many
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
    // A date ends a timed series at 00:00 UTC of that day, as in Google's own google-rfc-2445 (an inference for today).
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
