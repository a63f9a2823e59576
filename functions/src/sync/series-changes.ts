import { isStorableId, type ParsedItem } from "./parse-event.ts";
import type { SeriesExceptions, SeriesMaster } from "../model/calendar-event.ts";
import { readInstanceId } from "../recurrence/instance-id.ts";
import type { Fingerprint } from "../ports/sync.port.ts";

/** What a pass has heard of one series. */
export interface SeriesChange {
  readonly seriesId: string;
  /** The newest master; `ended`: deleted, or a single event now; undefined: the pass has only seen exceptions. */
  readonly master: SeriesMaster | "ended" | undefined;
  readonly exceptions: SeriesExceptions;
  /** The id may never have been a series: of a deleted event Google says no more than its id. */
  readonly doubtful: boolean;
}

/** Collects what the pages of a pass say of series; they are planned after the last page, when all of it is known. */
export class SeriesChanges {
  readonly #drafts = new Map<string, SeriesChange>();
  readonly #mode: "pull" | "full";
  /** Items that could not be read, by id: a single event, an exception, or a series. */
  readonly #unread = new Set<string>();
  readonly #bareCancellations: BareCancellation[] = [];

  /** A full sync hears of every series that there is: the end of one shows in its absence. */
  constructor(mode: "pull" | "full") {
    this.#mode = mode;
  }

  get all(): readonly SeriesChange[] {
    return [...this.#drafts.values()];
  }

  get unread(): ReadonlySet<string> {
    return this.#unread;
  }

  /** @param stored fingerprints of the stored events: an id that is stored as an event is no series */
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
        } else if (!stored.has(eventId)) this.#end(eventId);
        return;
      }
      case "malformed":
        // What cannot be stored is the id of no series that is.
        if (isStorableId(item.eventId)) this.#unread.add(item.eventId);
        return;
    }
  }

  #end(seriesId: string): void {
    const known = this.#drafts.get(seriesId);
    if (this.#mode === "full") {
      // An earlier page had it still.
      if (known !== undefined) this.#change(seriesId, { master: undefined });
      return;
    }
    this.#change(seriesId, { master: "ended", doubtful: known?.doubtful ?? true });
  }

  /**
   * Only an id: a deleted event or series, or a cancelled instance of a series that lives on (the real API has been
   * seen to leave out the rest: compass-calendar#2808). The stored instance tells its series; otherwise its id tells
   * the first one of a family of "this and following" series.
   */
  #noteBareRemoval(eventId: string, stored: Fingerprint | undefined): void {
    const { family: familyId, originalStart: originalStartTime } = readInstanceId(eventId) ?? {};
    // A series is looked for by it: what cannot name a document is none's.
    if (originalStartTime === undefined || !isStorableId(familyId)) {
      if (stored === undefined) this.#end(eventId);
      return;
    }
    const cancelled = { originalStartTime, cancelled: true };
    if (this.#mode === "full") this.#bareCancellations.push({ eventId, familyId, cancelled });
    else {
      const seriesId = stored?.recurringEventId ?? familyId;
      this.#addException(seriesId, eventId, cancelled, this.#drafts.get(seriesId)?.doubtful ?? true);
    }
  }

  /** A full sync, when every series is known: instances of which only the id came are holes in all of their family. */
  settleCancellations(): void {
    for (const { eventId, familyId, cancelled } of this.#bareCancellations.splice(0)) {
      for (const seriesId of [...this.#drafts.keys()]) {
        const isFamily = seriesId === familyId || seriesId.startsWith(`${familyId}_R`);
        if (isFamily) this.#addException(seriesId, eventId, cancelled);
      }
    }
  }

  /** A series may have thousands of them: they are not copied for each. */
  #addException(seriesId: string, id: string, exception: SeriesExceptions[string], doubtful = false): void {
    const exceptions: Record<string, SeriesExceptions[string]> = this.#drafts.get(seriesId)?.exceptions ?? {};
    exceptions[id] = exception;
    this.#change(seriesId, { exceptions, doubtful });
  }

  #change(seriesId: string, change: Partial<SeriesChange>): void {
    const known = this.#drafts.get(seriesId);
    this.#drafts.set(seriesId, {
      seriesId,
      master: undefined,
      exceptions: {},
      doubtful: false,
      ...known,
      ...change,
    });
  }

  /** A line of text for each draft, or several that a document can hold, for a pass that hands over. */
  toLines(): string[] {
    const unread = [...this.#unread].map(unreadId => ({ unreadId }));
    return [...this.all.flatMap(inParts), ...this.#bareCancellations, ...unread].map(line =>
      JSON.stringify(line),
    );
  }

  /** Takes up what another task's pass has heard, as `toLines` has told it. */
  restore(lines: readonly string[]): void {
    for (const line of lines) {
      const saved = JSON.parse(line) as SeriesChange | BareCancellation | { readonly unreadId: string };
      if ("unreadId" in saved) this.#unread.add(saved.unreadId);
      else if ("familyId" in saved) this.#bareCancellations.push(saved);
      else {
        const { master = saved.master, exceptions } = this.#drafts.get(saved.seriesId) ?? {};
        const all = Object.assign({}, exceptions, saved.exceptions);
        this.#drafts.set(saved.seriesId, { ...saved, master, exceptions: all });
      }
    }
  }
}

/** 500 exceptions take some 60 kB. */
const exceptionsPerLine = 500;

/** A series may have thousands of exceptions: a line of all of them would not fit into a document. */
function inParts(draft: SeriesChange): Partial<SeriesChange>[] {
  const { master, exceptions, ...rest } = draft;
  const entries = Object.entries(exceptions);
  if (entries.length <= exceptionsPerLine) return [draft];
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
