import type { SeriesDocument } from "@firestore-calendar-sync/client";
import type { SeriesExceptions, SeriesMaster } from "../model/calendar-event.ts";
import { contentOf } from "../model/event-content.ts";
import type { SeriesWrite, StoredSeries } from "../ports/sync.port.ts";
import { instanceAt } from "../recurrence/occurrence.ts";
import { plainRule } from "../recurrence/plain-rule.ts";
import { readSeries } from "../recurrence/series.ts";
import type { CalendarContext } from "./parse-event.ts";

export type SeriesSet = Extract<SeriesWrite, { readonly kind: "set" }>;

/** The properties that Google allows in `recurrence` (events reference). Others have no meaning, or are our own. */
const recurrenceLine = /^\s*(?:RRULE|EXRULE|RDATE|EXDATE)\s*[;:]/iu;

/** The document that clients read of a series, or null if its start or end cannot be read. */
export function shownSeries(
  seriesId: string,
  master: SeriesMaster,
  { calendarKey, zone: calendarZone }: CalendarContext,
): SeriesDocument | null {
  const series = { id: seriesId, ...master };
  const read = readSeries(series, calendarZone);
  if (read.kind === "malformed") return null;
  const { timing, startKey, durationMs } = read.value;
  const zone = timing.allDay ? calendarZone : timing.zone;
  const { start, end } = instanceAt(read.value, startKey, durationMs, calendarZone);
  const { summary } = master.event;
  const rule = plainRule(series, zone);
  return {
    calendarKey,
    seriesId,
    ...(summary !== undefined && { summary }),
    start,
    end,
    allDay: timing.allDay,
    timeZone: zone.name,
    recurrence: master.recurrence.filter(line => recurrenceLine.test(line)),
    ...(rule !== undefined && { rule }),
  };
}

/**
 * True if an exception is stored as an event, so that clients may look for its series.
 *
 * @param stored all stored events; undefined if they were not read: then any exception may be stored
 */
export function hasMovedInstance(
  exceptions: SeriesExceptions,
  stored?: ReadonlyMap<string, unknown>,
): boolean {
  return Object.entries(exceptions).some(([id, { cancelled }]) => !cancelled && stored?.has(id) !== false);
}

/**
 * The write of a series and, only if it changes, of the document that clients read of it. The server never reads that
 * document: a hash in the record shows its content.
 *
 * @param shown the new document; null if clients see no occurrence; undefined if it could not be determined, so that
 * the stored one stays
 */
export function seriesWrite(
  series: StoredSeries,
  shown: SeriesDocument | null | undefined,
  before: StoredSeries | undefined,
): SeriesSet {
  const { shownContent: _before, ...rest } = series;
  const had = before?.shownContent;
  if (shown === undefined)
    return { kind: "set", series: { ...rest, ...(had !== undefined && { shownContent: had }) } };
  if (shown === null) return { kind: "set", series: rest, ...(had !== undefined && { shown }) };
  const shownContent = contentOf(shown);
  return { kind: "set", series: { ...rest, shownContent }, ...(shownContent !== had && { shown }) };
}

/** The series marked dirty, with the document that the record names: both are always in one commit. */
export function asDirty(write: SeriesSet): SeriesSet {
  return { ...write, series: { ...write.series, dirty: true } };
}

/** The number of documents that a write of a series writes or deletes. */
export function documentsOf(write: SeriesWrite): number {
  return write.kind === "delete" || write.shown !== undefined ? 2 : 1;
}
