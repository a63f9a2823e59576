import { expandSeries } from "../recurrence/expand-series.ts";
import { readRecurrence } from "../recurrence/recurrence-lines.ts";
import type { Window } from "../recurrence/occurrence.ts";
import type { EventWrite, Fingerprint, StoredSeries } from "../ports/sync.port.ts";
import type { CalendarEvent, SeriesExceptions, SeriesMaster } from "../model/calendar-event.ts";
import type { CalendarContext } from "./parse-event.ts";
import type { SeriesChange } from "./series-changes.ts";
import type { WriteUnit } from "./commit-queue.ts";

/** Where a series' occurrences are kept in step: from the window's start to the horizon. */
export interface SeriesScope {
  readonly calendar: CalendarContext;
  readonly window: Window;
  readonly rewrite: boolean;
  readonly nowMs: number;
}

/** The document limit is 1 MiB with names and overhead: some 7,000 exceptions. */
const maxSeriesBytes = 900_000;

/** Of a series, for the log: it need not be filled. */
const maxProblems = 5;

/** How the occurrences of a series follow from its master. */
export type Generated =
  | {
      readonly kind: "generated";
      readonly events: ReadonlyMap<string, CalendarEvent>;
      readonly open: boolean;
      /** What could not be read of the series, for the log. */
      readonly problem?: string;
      /** Occurrences may be missing, because a whole line could not be read. */
      readonly isIncomplete: boolean;
    }
  | { readonly kind: "unreadable"; readonly problem: string };

/** The occurrences that the rule itself gives: without exceptions, which are stored as events of their own. */
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
      // Found by the queries of its own day, though it takes no time.
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

/** What a draft changes, and what the sweep must leave alone. */
export interface SeriesPlan {
  readonly unit: WriteUnit;
  /** Ids of the occurrences that exist now. */
  readonly alive: readonly string[];
  readonly open: boolean;
  readonly problem?: string;
  /** The occurrences could not be told: those that are stored stay. */
  readonly keepsStored?: true;
  /** Not all that it has could be told, ever. */
  readonly isIncomplete?: true;
}

/** The series after a pull: what was known, with what the pull has heard. Of one that is over nothing old remains. */
export function mergeDraft(draft: SeriesChange, stored: StoredSeries | undefined): SeriesChange {
  if (draft.master === "ended") return draft;
  return {
    ...draft,
    master: draft.master ?? stored?.master ?? undefined,
    exceptions: { ...stored?.exceptions, ...draft.exceptions },
  };
}

/** What is known of the stored occurrences, beside what follows from the stored series. */
export interface StoredOccurrences {
  /** `all`: of the calendar, in a full sync, whose sweep deletes. `own`: of this series, read because of doubt. */
  readonly of: "all" | "own";
  readonly fingerprints: ReadonlyMap<string, Fingerprint>;
}

/**
 * True where only a full sync tells what the series looks like: it was deleted, is back, and Google has not sent every
 * exception that it had. Whether Google always does is not documented.
 */
export function isRestoredInPart(draft: SeriesChange, before: StoredSeries | undefined): boolean {
  if (before?.endedAtMs === undefined || draft.master === undefined || draft.master === "ended") return false;
  return Object.keys(before.exceptions).some(id => draft.exceptions[id] === undefined);
}

/**
 * The exceptions of a series that a full list does not name and that stay nevertheless: what could not be read this
 * time, and what was moved out of the window, which the list may have left out for that (not documented).
 *
 * @param unread ids of items that could not be read; undefined when it is not known which they are
 */
export function keptExceptions(
  heard: SeriesExceptions,
  before: StoredSeries | undefined,
  unread: ReadonlySet<string> | undefined,
  stored: ReadonlyMap<string, Fingerprint>,
): SeriesExceptions {
  // Of one that was deleted and is back, the list tells all.
  if (before?.endedAtMs !== undefined) return heard;
  const kept = Object.entries(before?.exceptions ?? {}).filter(
    ([id, { cancelled }]) =>
      heard[id] === undefined && (unread === undefined || unread.has(id) || (!cancelled && !stored.has(id))),
  );
  return kept.length === 0 ? heard : { ...Object.fromEntries(kept), ...heard };
}

/**
 * Compares a series as it is now with what is stored of it: only occurrences that differ are written. The stored
 * occurrences follow from the stored series, so a pull need not read them, unless the series is marked dirty.
 */
export function planSeries(
  now: SeriesChange,
  before: StoredSeries | undefined,
  existing: StoredOccurrences | undefined,
  scope: SeriesScope,
): SeriesPlan {
  const { seriesId, master, exceptions } = now;
  if (master === "ended") return planEnd(now, before, existing, scope.nowMs);
  if (master === undefined) {
    const { endedAtMs } = before ?? {};
    const ended = endedAtMs !== undefined && { endedAtMs };
    const series = { seriesId, master: null, exceptions, dirty: false, open: false, ...ended };
    return { unit: seriesUnit([], series, before), alive: [], open: false };
  }
  const found = lastReadable({ seriesId, master, exceptions }, before, scope);
  const { after } = found;
  if (after.kind === "unreadable") {
    const { problem } = after;
    const series = { seriesId, master, exceptions, dirty: true, open: false };
    return { unit: seriesUnit([], series, before), alive: [], open: false, problem, keepsStored: true };
  }
  const series = { seriesId, master: found.master, exceptions, dirty: false, open: after.open };
  if (Buffer.byteLength(JSON.stringify(series)) > maxSeriesBytes) {
    const problem = "larger than a document may be";
    return { unit: { events: [] }, alive: [], open: before?.open ?? false, problem, keepsStored: true };
  }
  const stored = expandStored(before, found.master, scope);
  const writes: EventWrite[] = [];
  for (const event of after.events.values()) {
    if (scope.rewrite || !isStored(event, stored, existing)) writes.push({ kind: "set", event });
  }
  const known = existing?.of === "all" ? undefined : (existing?.fingerprints ?? stored?.events);
  for (const eventId of known?.keys() ?? []) {
    const gone = !after.events.has(eventId) && exceptions[eventId]?.cancelled !== false;
    if (gone) writes.push({ kind: "delete", eventId });
  }
  return {
    unit: seriesUnit(writes, series, before),
    alive: [...after.events.keys()],
    open: after.open,
    ...(found.problem !== undefined && { problem: found.problem }),
    ...(after.isIncomplete && { isIncomplete: true }),
  };
}

/**
 * The series as Google gives it now, or, where a part of it is lost that occurrences depend on, the last version that
 * could be read. A series that could never be read completely shows what is left of it.
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

/** True for a rule of which a part cannot be read, where the version before lacked none. */
function hasLostPart(master: SeriesMaster, known: SeriesMaster | null, problem: string | undefined): boolean {
  if (problem === undefined || known === null) return false;
  return readRecurrence(master.recurrence).lacksPart && !readRecurrence(known.recurrence).lacksPart;
}

/** Of two versions that lack something. */
function showsMore(earlier: Extract<Generated, { kind: "generated" }>, after: Generated): boolean {
  return after.kind !== "generated" || earlier.events.size > after.events.size;
}

/** RDATEs that the series had and that may be what cannot be read of it now: they stay until that can be told. */
function lostDates(master: SeriesMaster, known: SeriesMaster): readonly string[] {
  if (!readRecurrence(master.recurrence).lacksDates) return [];
  return known.recurrence.filter(
    line => /^\s*RDATE\s*[;:]/iu.test(line) && !master.recurrence.includes(line),
  );
}

/**
 * The series is over: every stored occurrence goes, but for exceptions that live on. Of one that had exceptions their
 * list stays, because Google may not send them again when the series is restored.
 */
function planEnd(
  { seriesId, exceptions }: SeriesChange,
  before: StoredSeries | undefined,
  existing: StoredOccurrences | undefined,
  nowMs: number,
): SeriesPlan {
  const events = [...(existing?.fingerprints.keys() ?? [])]
    .filter(eventId => exceptions[eventId]?.cancelled !== false)
    .map((eventId): EventWrite => ({ kind: "delete", eventId }));
  const series = before && endedSeries(before, nowMs);
  const unit: WriteUnit =
    series === undefined
      ? { events, series: { kind: "delete", seriesId } }
      : seriesUnit(events, series, before);
  return { unit, alive: [], open: false };
}

/** Twice as long as Google keeps what was deleted (Calendar help, "Trash": about 30 days). */
const rememberEndedMs = 60 * 86_400_000;

/** What stays of a series that is over; undefined when nothing does. */
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
  /** The occurrences look as they do now; only their times may differ. */
  readonly sameContent: boolean;
}

function expandStored(
  before: StoredSeries | undefined,
  master: SeriesMaster,
  { calendar, window }: SeriesScope,
): ExpandedBefore | undefined {
  if (before === undefined || before.dirty || before.master === null) return undefined;
  const generated = generate(before.seriesId, before.master, before.exceptions, calendar, window);
  if (generated.kind === "unreadable") return undefined;
  return { events: generated.events, sameContent: visible(before.master) === visible(master) };
}

function isStored(
  event: CalendarEvent,
  stored: ExpandedBefore | undefined,
  existing: StoredOccurrences | undefined,
): boolean {
  const found = existing?.fingerprints.get(event.eventId);
  if (existing !== undefined && (found?.startAtMs !== event.startAtMs || found.endAtMs !== event.endAtMs))
    return false;
  const known = stored?.events.get(event.eventId);
  if (known === undefined) return found?.etag === event.etag;
  return stored?.sameContent === true && sameTimes(known, event);
}

function sameTimes(a: CalendarEvent, b: CalendarEvent): boolean {
  return canonical([a.start, a.end, a.originalStart]) === canonical([b.start, b.end, b.originalStart]);
}

/** Any edit of a series changes its etag and `updated`, also one that no reader can see. */
function visible(master: SeriesMaster): string | undefined {
  const { etag: _etag, updatedAtMs: _updatedAtMs, ...content } = master.event;
  return canonical(content);
}

/** Writes the series itself only if it differs. */
function seriesUnit(
  events: readonly EventWrite[],
  series: StoredSeries,
  before: StoredSeries | undefined,
): WriteUnit {
  return canonical(before) === canonical(series) ? { events } : { events, series: { kind: "set", series } };
}

/** Firestore does not keep the order of keys. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
