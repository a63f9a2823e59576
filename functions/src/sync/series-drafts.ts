import { z } from "zod";
import type { ParsedItem } from "./google-event.ts";
import type { GoogleTime, SeriesExceptions, SeriesMaster } from "./calendar-event.ts";
import type { Fingerprint } from "../ports/sync-store.port.ts";

/** What a pass has heard of one series. */
export interface SeriesDraft {
  readonly seriesId: string;
  /** The newest master; `ended`: deleted, or a single event now; undefined: the pass has only seen exceptions. */
  readonly master: SeriesMaster | "ended" | undefined;
  readonly exceptions: SeriesExceptions;
  /** The id may never have been a series: of a deleted event Google says no more than its id. */
  readonly doubtful: boolean;
}

/** Collects what the pages of a pass say of series; they are planned after the last page, when all of it is known. */
export class SeriesDrafts {
  readonly #drafts = new Map<string, SeriesDraft>();
  readonly #mode: "pull" | "full";

  /** A full sync hears of every series that there is: the end of one shows in its absence. */
  constructor(mode: "pull" | "full") {
    this.#mode = mode;
  }

  get all(): readonly SeriesDraft[] {
    return [...this.#drafts.values()];
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
          this.#addException(seriesId, item.eventId, originalStartTime, true);
        } else if (!stored.has(item.eventId)) this.#end(item.eventId);
        return;
      case "event": {
        const { recurringEventId, originalStart, eventId } = item.event;
        if (recurringEventId !== undefined && originalStart !== undefined) {
          this.#addException(recurringEventId, eventId, originalStart, false);
        } else if (!stored.has(eventId)) this.#end(eventId);
        return;
      }
      case "malformed":
        return;
    }
  }

  #end(seriesId: string): void {
    if (this.#mode === "full") return;
    const known = this.#drafts.get(seriesId);
    this.#change(seriesId, { master: "ended", doubtful: known?.doubtful ?? true });
  }

  #addException(seriesId: string, id: string, originalStartTime: GoogleTime, cancelled: boolean): void {
    const exceptions = { ...this.#drafts.get(seriesId)?.exceptions, [id]: { originalStartTime, cancelled } };
    this.#change(seriesId, { exceptions, doubtful: false });
  }

  #change(seriesId: string, change: Partial<SeriesDraft>): void {
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

  /** One line of text for each draft, for a pass that hands over. */
  toLines(): string[] {
    return this.all.map(draft => JSON.stringify(draft));
  }

  /** Takes up what another task's pass has heard. The lines are our own: only their outline is checked. */
  restore(lines: readonly string[]): void {
    for (const line of lines) {
      const draft = savedDraft.parse(JSON.parse(line));
      this.#drafts.set(draft.seriesId, draft);
    }
  }
}

const savedDraft = z.custom<SeriesDraft>(
  value => typeof value === "object" && value !== null && "seriesId" in value && "exceptions" in value,
);
