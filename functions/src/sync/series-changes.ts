import { isStorableId, type ParsedItem } from "./parse-event.ts";
import type { SeriesExceptions, SeriesMaster } from "../model/calendar-event.ts";
import { readInstanceId } from "../recurrence/instance-id.ts";
import type { Fingerprint } from "../ports/sync.port.ts";

/** The changes of one series that a pass has received. */
export interface SeriesChange {
  readonly seriesId: string;
  /** The newest master. `ended`: deleted, or a single event now. Undefined: the pass received only exceptions. */
  readonly master: SeriesMaster | "ended" | undefined;
  readonly exceptions: SeriesExceptions;
  /** True if the id may be a single event: a deletion can contain only an id. */
  readonly doubtful: boolean;
  /** The series has ended because it is a single event now. */
  readonly toSingle?: boolean;
}

/**
 * Collects the changes of series from all pages of a pass. Series are planned after the last page, when all their
 * changes are complete.
 */
export class SeriesChanges {
  readonly #changes = new Map<string, SeriesChange>();
  readonly #mode: "pull" | "full";
  /** Ids of unreadable items: single events, exceptions or series. */
  readonly #unread = new Set<string>();
  readonly #bareCancellations: BareCancellation[] = [];

  /** A full sync receives every existing series; an ended series is missing from its list. */
  constructor(mode: "pull" | "full") {
    this.#mode = mode;
  }

  get all(): readonly SeriesChange[] {
    return [...this.#changes.values()];
  }

  get unread(): ReadonlySet<string> {
    return this.#unread;
  }

  /** @param stored fingerprints of the stored events: an id that is stored as an event is not the id of a series */
  note(item: ParsedItem, stored: ReadonlyMap<string, Fingerprint>): void {
    switch (item.kind) {
      case "series":
        this.#change(item.eventId, { master: item.master, doubtful: false });
        return;
      case "removed":
        if (item.instanceOf !== undefined) {
          const { seriesId, originalStartTime } = item.instanceOf;
          this.#addException(seriesId, item.eventId, { originalStartTime, cancelled: true });
        } else this.#noteBareRemoval(item.eventId, stored.get(item.eventId));
        return;
      case "event": {
        const { recurringEventId, originalStart, eventId } = item.event;
        if (recurringEventId !== undefined && originalStart !== undefined) {
          this.#addException(recurringEventId, eventId, {
            originalStartTime: originalStart,
            cancelled: false,
          });
        } else if (!stored.has(eventId)) this.#end(eventId, true);
        return;
      }
      case "malformed":
        // An id that is not usable as a document id cannot be the id of a stored series.
        if (isStorableId(item.eventId)) this.#unread.add(item.eventId);
        return;
    }
  }

  #end(seriesId: string, toSingle: boolean): void {
    const known = this.#changes.get(seriesId);
    if (this.#mode === "full") {
      // An earlier page contained it as a series.
      if (known !== undefined) this.#change(seriesId, { master: undefined });
      return;
    }
    this.#change(seriesId, { master: "ended", doubtful: known?.doubtful ?? true, toSingle });
  }

  /**
   * A deletion that contains only an id: of an event, of a series, or of an instance of a series that still exists (the
   * API has been seen to leave out the other fields: compass-calendar#2808). The stored instance contains the id of its
   * series. If no instance is stored, the instance's id contains the first series of its "this and following" family.
   */
  #noteBareRemoval(eventId: string, stored: Fingerprint | undefined): void {
    const { family: familyId, originalStart: originalStartTime } = readInstanceId(eventId) ?? {};
    // The family's id is used to read a series, so it must be usable as a document id.
    if (originalStartTime === undefined || !isStorableId(familyId)) {
      if (stored === undefined) this.#end(eventId, false);
      return;
    }
    const cancelled = { originalStartTime, cancelled: true };
    if (this.#mode === "full") this.#bareCancellations.push({ eventId, familyId, cancelled });
    else {
      const seriesId = stored?.recurringEventId ?? familyId;
      this.#addException(seriesId, eventId, cancelled, this.#changes.get(seriesId)?.doubtful ?? true);
    }
  }

  /**
   * For a full sync, after its last page: an instance that was cancelled with only an id becomes a cancelled exception
   * of every series in its family.
   */
  settleCancellations(): void {
    for (const { eventId, familyId, cancelled } of this.#bareCancellations.splice(0)) {
      for (const seriesId of [...this.#changes.keys()]) {
        const isFamily = seriesId === familyId || seriesId.startsWith(`${familyId}_R`);
        if (isFamily) this.#addException(seriesId, eventId, cancelled);
      }
    }
  }

  /** Changes the record in place: a series may have thousands of exceptions, too many to copy each time. */
  #addException(seriesId: string, id: string, exception: SeriesExceptions[string], doubtful = false): void {
    const exceptions: Record<string, SeriesExceptions[string]> =
      this.#changes.get(seriesId)?.exceptions ?? {};
    exceptions[id] = exception;
    this.#change(seriesId, { exceptions, doubtful });
  }

  #change(seriesId: string, change: Partial<SeriesChange>): void {
    const known = this.#changes.get(seriesId);
    this.#changes.set(seriesId, {
      seriesId,
      master: undefined,
      exceptions: {},
      doubtful: false,
      ...known,
      ...change,
    });
  }

  /** Serializes the changes for a hand-over: lines of JSON, each small enough for a document. */
  toLines(): string[] {
    const unread = [...this.#unread].map(unreadId => ({ unreadId }));
    return [...this.all.flatMap(inParts), ...this.#bareCancellations, ...unread].map(line =>
      JSON.stringify(line),
    );
  }

  /** Adds the changes that `toLines` serialized in another task. */
  restore(lines: readonly string[]): void {
    for (const line of lines) {
      const saved = JSON.parse(line) as SeriesChange | BareCancellation | { readonly unreadId: string };
      if ("unreadId" in saved) this.#unread.add(saved.unreadId);
      else if ("familyId" in saved) this.#bareCancellations.push(saved);
      else {
        const { master = saved.master, exceptions } = this.#changes.get(saved.seriesId) ?? {};
        const all = Object.assign({}, exceptions, saved.exceptions);
        this.#changes.set(saved.seriesId, { ...saved, master, exceptions: all });
      }
    }
  }
}

/** 500 exceptions take about 60 kB. */
const exceptionsPerLine = 500;

/** Splits a series with many exceptions: thousands of them in one line would not fit into a document. */
function inParts(change: SeriesChange): Partial<SeriesChange>[] {
  const { master, exceptions, ...rest } = change;
  const entries = Object.entries(exceptions);
  if (entries.length <= exceptionsPerLine) return [change];
  const parts: Partial<SeriesChange>[] = [{ ...rest, master, exceptions: {} }];
  for (let from = 0; from < entries.length; from += exceptionsPerLine)
    parts.push({ ...rest, exceptions: Object.fromEntries(entries.slice(from, from + exceptionsPerLine)) });
  return parts;
}

interface BareCancellation {
  readonly eventId: string;
  readonly familyId: string;
  readonly cancelled: SeriesExceptions[string];
}
