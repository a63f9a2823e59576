import { expandSeries } from "../recurrence/expand-series.ts";
import { readRecurrence } from "../recurrence/recurrence-lines.ts";
import type { Window } from "../recurrence/occurrence.ts";
import type { EventWrite, Fingerprint, StoredSeries } from "../ports/sync.port.ts";
import type { CalendarEvent, SeriesExceptions, SeriesMaster } from "../model/calendar-event.ts";
import { canonical, contentOf } from "../model/event-content.ts";
import { whyGone } from "./change-feed.ts";
import type { CalendarContext } from "./parse-event.ts";
import type { SeriesChange } from "./series-changes.ts";
import type { WriteUnit } from "./commit-queue.ts";
import { hasMovedInstance, type SeriesSet, seriesWrite, shownSeries } from "./shown-series.ts";

/** The calendar and the time range in which occurrences are stored: from the window's start to the horizon. */
export interface SeriesScope {
  readonly calendar: CalendarContext;
  readonly window: Window;
  /**
   * The start of the stored window, in epoch ms. Documents of occurrences before it may remain from a larger window and
   * be outdated, because no pull compares them.
   */
  readonly storedFromMs: number;
  readonly nowMs: number;
  /** The version of this code's mapping. */
  readonly queryVersion: number;
  /** True in a full sync from another version: masters of other mappings are replaced. */
  readonly rewrite: boolean;
}

/** A document holds 1 MiB including field names and overhead: about 7,000 exceptions. */
const maxSeriesBytes = 900_000;

/** The log contains at most this many problems of a series. */
const maxProblems = 5;

/** The result of expanding a series. */
export type Generated =
  | {
      readonly kind: "generated";
      readonly events: ReadonlyMap<string, CalendarEvent>;
      readonly open: boolean;
      /** The unreadable parts of the series, for the log. */
      readonly problem?: string;
      /** True if occurrences may be missing, because a rule or a whole line could not be read. */
      readonly isIncomplete: boolean;
    }
  | { readonly kind: "unreadable"; readonly problem: string };

/** The occurrences of a series within the window, without its exceptions, which are stored as events of their own. */
export function generate(
  seriesId: string,
  master: SeriesMaster,
  exceptions: SeriesExceptions,
  calendar: CalendarContext,
  window: Window,
): Generated {
  const replaced = Object.entries(exceptions).map(([id, { originalStartTime }]) => ({
    id,
    originalStartTime,
  }));
  const expansion = expandSeries({ id: seriesId, ...master }, replaced, window, calendar.zone);
  if (expansion.kind === "malformed") return { kind: "unreadable", problem: "recurrence" };
  const events = new Map<string, CalendarEvent>();
  for (const { eventId, start, end, startMs, endMs } of expansion.occurrences) {
    events.set(eventId, {
      ...master.event,
      calendarKey: calendar.calendarKey,
      eventId,
      recurringEventId: seriesId,
      start,
      end,
      startAtMs: startMs,
      // An occurrence without a duration gets 1 ms, so that queries for its own day find it.
      endAtMs: Math.max(endMs, startMs + 1),
      originalStart: start,
    });
  }
  const { nextStartMs, unreadable: problems, incomplete: isIncomplete } = expansion;
  return {
    kind: "generated",
    events,
    open: nextStartMs !== null,
    isIncomplete,
    ...(problems.length > 0 && { problem: problems.slice(0, maxProblems).join("; ") }),
  };
}

/** The writes for one series, and the documents that a full sync's sweep must keep. */
export interface SeriesPlan {
  readonly unit: WriteUnit;
  /** Ids of the current occurrences. */
  readonly alive: readonly string[];
  readonly open: boolean;
  readonly problem?: string;
  /** The occurrences could not be determined: the stored occurrences stay. */
  readonly keepsStored?: true;
  /** No version of the series was completely readable, so occurrences may be missing. */
  readonly isIncomplete?: true;
}

/** Merges a pull's changes into the stored series. For an ended series only the changes count. */
export function mergeChange(change: SeriesChange, stored: StoredSeries | undefined): SeriesChange {
  if (change.master === "ended") return change;
  return {
    ...change,
    master: change.master ?? stored?.master ?? undefined,
    exceptions: { ...stored?.exceptions, ...change.exceptions },
  };
}

/** Fingerprints of stored occurrences, for a plan that cannot rely on the stored series alone. */
export interface StoredOccurrences {
  /**
   * `calendar`: every event of the calendar, in a full sync, where the sweep deletes. `series`: the occurrences of this
   * series, read because the stored series may differ from them.
   */
  readonly scope: "calendar" | "series";
  readonly fingerprints: ReadonlyMap<string, Fingerprint>;
}

/**
 * True if only a full sync can return the whole series: it had ended, exists again, and Google has not sent every
 * exception that was stored. Whether a pull always returns all of them is not documented.
 */
export function isRestoredInPart(change: SeriesChange, before: StoredSeries | undefined): boolean {
  if (before?.endedAtMs === undefined || change.master === undefined || change.master === "ended")
    return false;
  return Object.keys(before.exceptions).some(id => change.exceptions[id] === undefined);
}

/**
 * The exceptions that a full sync listed, and the stored exceptions that stay although they are not in the list:
 * exceptions that could not be read this time, and exceptions outside the window, which the list may leave out (not
 * documented).
 *
 * @param heard the listed exceptions
 * @param unread ids of the items that could not be read; undefined if an item had no readable id
 */
export function keptExceptions(
  heard: SeriesExceptions,
  before: StoredSeries | undefined,
  unread: ReadonlySet<string> | undefined,
  stored: ReadonlyMap<string, Fingerprint>,
): SeriesExceptions {
  // The series had ended and exists again: the full list contains all its exceptions.
  if (before?.endedAtMs !== undefined) return heard;
  const kept = Object.entries(before?.exceptions ?? {}).filter(
    ([id, { cancelled }]) =>
      heard[id] === undefined && (unread === undefined || unread.has(id) || (!cancelled && !stored.has(id))),
  );
  return kept.length === 0 ? heard : { ...Object.fromEntries(kept), ...heard };
}

/**
 * Compares a series with its stored version and writes only the occurrences that differ. The stored occurrences follow
 * from the stored series, so a pull does not read them, unless the series is dirty.
 *
 * @param existing the stored occurrences, if they were read; undefined if the stored series determines them
 */
export function planSeries(
  now: SeriesChange,
  before: StoredSeries | undefined,
  existing: StoredOccurrences | undefined,
  scope: SeriesScope,
): SeriesPlan {
  const { seriesId, exceptions } = now;
  if (now.master === "ended") return planEnd(now, before, existing, scope.nowMs);
  if (now.master === undefined) {
    const { endedAtMs } = before ?? {};
    const ended = endedAtMs !== undefined && { endedAtMs };
    const series = { seriesId, master: null, exceptions, dirty: false, open: false, ...ended };
    return { unit: seriesUnit([], seriesWrite(series, null, before), before), alive: [], open: false };
  }
  const master = mappedBefore(now.master, before, scope) ?? now.master;
  const recordOf = (of: SeriesMaster) => {
    const queryVersion = of === before?.master ? mappingOf(before) : scope.queryVersion;
    return { seriesId, master: of, exceptions, queryVersion };
  };
  const found = lastReadable({ seriesId, master, exceptions }, before, scope);
  const { after } = found;
  if (after.kind === "unreadable") {
    const { problem } = after;
    const write = seriesWrite({ ...recordOf(master), dirty: true, open: false }, undefined, before);
    return { unit: seriesUnit([], write, before), alive: [], open: false, problem, keepsStored: true };
  }
  const series = { ...recordOf(found.master), dirty: false, open: after.open };
  if (Buffer.byteLength(JSON.stringify(series)) > maxSeriesBytes) {
    const problem = "larger than a document may be";
    return { unit: { events: [] }, alive: [], open: before?.open ?? false, problem, keepsStored: true };
  }
  const stored = expandStored(before, found.master, scope);
  const writes: EventWrite[] = [];
  for (const event of after.events.values()) {
    if (!isStored(event, stored, existing))
      writes.push({ kind: "set", event, ...existedIn(existing, event) });
  }
  const known = existing?.scope === "calendar" ? undefined : (existing?.fingerprints ?? stored?.events);
  for (const [eventId, occurrence] of known ?? []) {
    const exception = exceptions[eventId];
    if (after.events.has(eventId) || exception?.cancelled === false) continue;
    const why = exception === undefined ? whyGone(occurrence, scope.window, "ruleChanged") : "cancelled";
    writes.push({ kind: "delete", eventId, why, ...(existing && { existed: true }) });
  }
  const events = existing?.scope === "calendar" ? existing.fingerprints : undefined;
  const isSeen = after.events.size > 0 || after.open || hasMovedInstance(exceptions, events);
  const shown = isSeen ? shownSeries(seriesId, found.master, scope.calendar) : null;
  return {
    unit: seriesUnit(writes, seriesWrite(series, shown, before), before),
    alive: [...after.events.keys()],
    open: after.open,
    ...(found.problem !== undefined && { problem: found.problem }),
    ...(after.isIncomplete && { isIncomplete: true }),
  };
}

/** The version of the mapping that wrote the stored master. Documents of the first version do not have the field. */
function mappingOf({ queryVersion = 1 }: StoredSeries): number {
  return queryVersion;
}

/**
 * The stored master, if code of another version has written the same version of the series. It stays: without the
 * contents of the stored occurrences, another mapping looks like a change of the series, and during a rollout old and
 * new code would undo each other's work. A full sync that compares contents replaces it.
 */
function mappedBefore(
  master: SeriesMaster,
  before: StoredSeries | undefined,
  { queryVersion, rewrite }: SeriesScope,
): SeriesMaster | undefined {
  if (rewrite || before?.master?.event.etag !== master.event.etag) return undefined;
  return mappingOf(before) === queryVersion ? undefined : before.master;
}

/**
 * Returns the series as Google sent it. If a part that its occurrences depend on is unreadable, returns the last
 * readable version. If no version was readable completely, returns the version with more occurrences.
 */
function lastReadable(
  {
    seriesId,
    master,
    exceptions,
  }: Pick<StoredSeries, "seriesId" | "exceptions"> & {
    readonly master: SeriesMaster;
  },
  before: StoredSeries | undefined,
  { calendar, window }: SeriesScope,
): { readonly master: SeriesMaster; readonly after: Generated; readonly problem?: string } {
  const after = generate(seriesId, master, exceptions, calendar, window);
  const { problem } = after;
  const said = problem !== undefined && { problem };
  const known = before?.master ?? null;
  if (after.kind === "generated" && !after.isIncomplete && !hasLostPart(master, known, problem)) {
    const dates = problem === undefined || known === null ? [] : lostDates(master, known);
    if (dates.length === 0) return { master, after, ...said };
    const mended = { ...master, recurrence: [...master.recurrence, ...dates] };
    return { master: mended, after: generate(seriesId, mended, exceptions, calendar, window), ...said };
  }
  const earlier = known && generate(seriesId, known, exceptions, calendar, window);
  if (known === null || earlier?.kind !== "generated" || (earlier.isIncomplete && !showsMore(earlier, after)))
    return { master, after, ...said };
  return { master: known, after: earlier, ...said };
}

/** True if a part of the rule is unreadable and the stored version had no unreadable part. */
function hasLostPart(master: SeriesMaster, known: SeriesMaster | null, problem: string | undefined): boolean {
  if (problem === undefined || known === null) return false;
  return readRecurrence(master.recurrence).lacksPart && !readRecurrence(known.recurrence).lacksPart;
}

/** Compares two incomplete versions: true if the earlier version has more occurrences. */
function showsMore(earlier: Extract<Generated, { kind: "generated" }>, after: Generated): boolean {
  return after.kind !== "generated" || earlier.events.size > after.events.size;
}

/**
 * If an RDATE is unreadable: the stored RDATE lines that are missing now. Any of them may be the unreadable line, so
 * they stay until the recurrence is readable again.
 */
function lostDates(master: SeriesMaster, known: SeriesMaster): readonly string[] {
  if (!readRecurrence(master.recurrence).lacksDates) return [];
  return known.recurrence.filter(
    line => /^\s*RDATE\s*[;:]/iu.test(line) && !master.recurrence.includes(line),
  );
}

/**
 * The series has ended: deletes its stored occurrences, except exceptions that this pass has listed as existing. The
 * list of its exceptions stays stored, because Google may not send all of them again if the series is restored.
 */
function planEnd(
  { seriesId, exceptions, toSingle }: SeriesChange,
  before: StoredSeries | undefined,
  existing: StoredOccurrences | undefined,
  nowMs: number,
): SeriesPlan {
  const why = toSingle === true ? "ruleChanged" : "cancelled";
  const events = [...(existing?.fingerprints.keys() ?? [])]
    .filter(eventId => exceptions[eventId]?.cancelled !== false)
    .map((eventId): EventWrite => ({ kind: "delete", eventId, why, existed: true }));
  const series = before && endedSeries(before, nowMs);
  const unit: WriteUnit =
    series === undefined
      ? { events, series: { kind: "delete", seriesId } }
      : seriesUnit(events, seriesWrite(series, null, before), before);
  return { unit, alive: [], open: false };
}

/** Twice the time for which Google keeps deleted events (Calendar help, "Trash": about 30 days). */
const rememberEndedMs = 60 * 86_400_000;

/** The record of an ended series; undefined if it had no exceptions, or ended more than 60 days ago. */
export function endedSeries(
  { seriesId, exceptions, endedAtMs = Infinity }: StoredSeries,
  nowMs: number,
): StoredSeries | undefined {
  const isForgotten = nowMs - endedAtMs > rememberEndedMs;
  if (isForgotten || Object.keys(exceptions).length === 0) return undefined;
  const ended = { master: null, exceptions, dirty: false, open: false } as const;
  return { seriesId, ...ended, endedAtMs: Math.min(endedAtMs, nowMs) };
}

interface ExpandedBefore {
  readonly events: ReadonlyMap<string, CalendarEvent>;
  /** True if the stored occurrences differ from the current ones at most in their times. */
  readonly sameContent: boolean;
}

function expandStored(
  before: StoredSeries | undefined,
  master: SeriesMaster,
  { calendar, window, storedFromMs }: SeriesScope,
): ExpandedBefore | undefined {
  if (before === undefined || before.dirty || before.master === null) return undefined;
  const generated = generate(before.seriesId, before.master, before.exceptions, calendar, {
    ...window,
    fromMs: storedFromMs,
  });
  if (generated.kind === "unreadable") return undefined;
  return { events: generated.events, sameContent: visible(before.master) === visible(master) };
}

/** In a full sync, all stored events are known. */
function existedIn(existing: StoredOccurrences | undefined, { eventId }: CalendarEvent) {
  return existing?.scope === "calendar" ? { existed: existing.fingerprints.has(eventId) } : {};
}

function isStored(
  event: CalendarEvent,
  stored: ExpandedBefore | undefined,
  existing: StoredOccurrences | undefined,
): boolean {
  const found = existing?.fingerprints.get(event.eventId);
  // The stored series does not show which mapping wrote its occurrences.
  if (found?.content !== undefined) return found.content === contentOf(event);
  if (existing !== undefined && (found?.startAtMs !== event.startAtMs || found.endAtMs !== event.endAtMs))
    return false;
  const known = stored?.events.get(event.eventId);
  if (known === undefined) return found?.etag === event.etag;
  return stored?.sameContent === true && sameTimes(known, event);
}

function sameTimes(a: CalendarEvent, b: CalendarEvent): boolean {
  return canonical([a.start, a.end, a.originalStart]) === canonical([b.start, b.end, b.originalStart]);
}

/**
 * The content that clients can see, without the etag and `updated`: Google changes these two with every edit of the
 * series, even if nothing else changes.
 */
function visible(master: SeriesMaster): string | undefined {
  const { etag: _etag, updatedAtMs: _updatedAtMs, ...content } = master.event;
  return canonical(content);
}

/** A unit that writes the series itself only if it differs from its stored version. */
function seriesUnit(
  events: readonly EventWrite[],
  series: SeriesSet,
  before: StoredSeries | undefined,
): WriteUnit {
  const comparable = (one: StoredSeries) => canonical({ ...one, queryVersion: mappingOf(one) });
  const isSame = before !== undefined && comparable(before) === comparable(series.series);
  return isSame ? { events } : { events, series };
}
