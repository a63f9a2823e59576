import { agendaFilter, type AgendaFilter } from "./agenda-filter.ts";
import { eventDocument, type EventDocument } from "./documents.ts";
import { subscribe, type Listen, type LiveChange, type LiveFailure, type Unsubscribe } from "./live.ts";
import { agendaQuery } from "./queries.ts";
import { sameDocument } from "./same-document.ts";
import type { TimeRange } from "./time-range.ts";

/**
 * How current the shown range is. `loading`: a part of it has not arrived. `cached`: everything is there, but the
 * server has not confirmed it (offline, or not yet). `live`: confirmed, and kept up to date.
 */
export type AgendaState = "loading" | "cached" | "live";

export interface AgendaUpdate {
  /** The changes since the last update, each event once. Events that left the subscribed range are `removed`. */
  readonly changes: readonly LiveChange<EventDocument>[];
  readonly state: AgendaState;
}

export interface AgendaObserver {
  next(update: AgendaUpdate): void;
  error(failure: LiveFailure): void;
  /** See `LiveObserver.invalid`. */
  invalid?(id: string, issues: readonly string[]): void;
}

export interface AgendaOptions {
  readonly listen: Listen;
  readonly uid: string;
  /** See `CalendarUser`. */
  readonly usersRoot?: string | undefined;
  /** Calls `flush` later, for example `requestAnimationFrame`. Changes until then are reported in one update. */
  readonly schedule: (flush: () => void) => void;
  /** How far before and after the shown range events are subscribed, in milliseconds. */
  readonly marginMs: number;
  /** Which events are reported. All, if absent. */
  readonly filter?: AgendaFilter | undefined;
}

/** The live events of a range that can move. */
export interface Agenda {
  /** Moves to [from, to). Months that are still in range stay subscribed; other months are unsubscribed. */
  show(from: Date, to: Date): void;
  /**
   * Replaces the filter; without an argument, all events are shown. Events that are hidden now are reported as
   * `removed`, events that are shown now as `added`. Nothing is read again: hidden events stay subscribed.
   */
  setFilter(filter?: AgendaFilter): void;
  /** What is subscribed: the shown range, its margin, and the rest of their months (UTC). Undefined before `show`. */
  loaded(): TimeRange | undefined;
  /** Ends all subscriptions. No callback runs afterwards. */
  close(): void;
}

interface Chunk {
  readonly stop: Unsubscribe;
  readonly from: number;
  readonly to: number;
  readonly state: () => AgendaState;
}

/**
 * Subscribes to the events around a range that can move.
 *
 * There is one listener per calendar month (UTC), not one for the range. Moving by a page then adds only one month,
 * and the query of a month that was shown before is identical, so Firestore resumes it from its cache and does not
 * read all its documents again. An event in two months arrives twice and is reported once. An event that moves to
 * another month is reported as `modified`, not as `removed` and `added`.
 */
export function openAgenda(options: AgendaOptions, observer: AgendaObserver): Agenda {
  const { schedule } = options;
  const chunks = new Map<string, Chunk>();
  /** The documents by document id, then by chunk. */
  const held = new Map<string, Map<string, EventDocument>>();
  /** The documents as the observer last received them. */
  const reported = new Map<string, EventDocument>();
  const touched = new Set<string>();
  let shown: { from: number; to: number } | undefined;
  let reportedState: AgendaState | undefined;
  let scheduled = false;
  let closed = false;
  let isShown = agendaFilter(options.filter);

  function hold(chunkKey: string, change: LiveChange<EventDocument>): void {
    const holders = held.get(change.id) ?? new Map<string, EventDocument>();
    if (change.kind === "removed") {
      holders.delete(chunkKey);
    } else {
      holders.set(chunkKey, change.document);
      // Listeners receive a change one after the other, so the copies of the other months are older than this
      // document.
      for (const key of holders.keys()) holders.set(key, change.document);
    }
    if (holders.size === 0) held.delete(change.id);
    else held.set(change.id, holders);
    touched.add(change.id);
  }

  function state(): AgendaState {
    const states = [...chunks.values()]
      .filter(chunk => shown && chunk.from < shown.to && chunk.to > shown.from)
      .map(chunk => chunk.state());
    if (states.includes("loading")) return "loading";
    return states.includes("cached") ? "cached" : "live";
  }

  function netChange(id: string): LiveChange<EventDocument>[] {
    const before = reported.get(id);
    const document = held.get(id)?.values().next().value;
    if (!document || !isShown(document)) {
      reported.delete(id);
      return before ? [{ kind: "removed", id }] : [];
    }
    reported.set(id, document);
    if (!before) return [{ kind: "added", id, document }];
    return sameDocument(before, document) ? [] : [{ kind: "modified", id, document }];
  }

  function flush(): void {
    scheduled = false;
    if (closed) return;
    const changes = [...touched].flatMap(netChange);
    touched.clear();
    const now = state();
    if (changes.length === 0 && now === reportedState) return;
    reportedState = now;
    observer.next({ changes, state: now });
  }

  function scheduleFlush(): void {
    if (scheduled) return;
    scheduled = true;
    // Not called as a method: `requestAnimationFrame` throws if its receiver is not the window.
    schedule(flush);
  }

  function open({ key, from, to }: Month): void {
    let current: AgendaState = "loading";
    const stop = subscribe(options.listen, agendaQuery(options, from, to), eventDocument, {
      next({ changes, fromCache }) {
        current = fromCache ? "cached" : "live";
        for (const change of changes) hold(key, change);
        scheduleFlush();
      },
      error: failure => {
        if (!closed) observer.error(failure);
      },
      ...(observer.invalid && { invalid: observer.invalid.bind(observer) }),
    });
    chunks.set(key, { stop, from: from.getTime(), to: to.getTime(), state: () => current });
  }

  function letGo(key: string, chunk: Chunk): void {
    chunk.stop();
    chunks.delete(key);
    for (const [id, holders] of held) if (holders.has(key)) hold(key, { kind: "removed", id });
  }

  return {
    show(from, to) {
      shown = { from: from.getTime(), to: to.getTime() };
      const wanted = monthsBetween(shown.from - options.marginMs, shown.to + options.marginMs);
      const keys = new Set(wanted.map(month => month.key));
      for (const [key, chunk] of [...chunks]) if (!keys.has(key)) letGo(key, chunk);
      const { from: first, to: last } = shown;
      const inView = (month: Month) =>
        Math.min(last, month.to.getTime()) - Math.max(first, month.from.getTime());
      // Opens the months with the largest visible part first, so that visible events arrive before the events at the
      // edges.
      const ordered = [...wanted].sort((a, b) => inView(b) - inView(a));
      for (const month of ordered) if (!chunks.has(month.key)) open(month);
      scheduleFlush();
    },
    setFilter(filter) {
      isShown = agendaFilter(filter);
      for (const id of held.keys()) touched.add(id);
      if (touched.size > 0) scheduleFlush();
    },
    loaded() {
      const all = [...chunks.values()];
      if (all.length === 0) return undefined;
      return {
        from: new Date(Math.min(...all.map(chunk => chunk.from))),
        to: new Date(Math.max(...all.map(chunk => chunk.to))),
      };
    },
    close() {
      closed = true;
      for (const chunk of chunks.values()) chunk.stop();
      chunks.clear();
    },
  };
}

interface Month {
  readonly key: string;
  readonly from: Date;
  readonly to: Date;
}

/** The calendar months (UTC) that touch [fromMs, toMs). */
function monthsBetween(fromMs: number, toMs: number): Month[] {
  const months: Month[] = [];
  const first = new Date(fromMs);
  const [year, month] = [first.getUTCFullYear(), first.getUTCMonth()];
  for (let n = 0; Date.UTC(year, month + n) < toMs; n += 1) {
    const from = new Date(Date.UTC(year, month + n));
    months.push({ key: from.toISOString().slice(0, 7), from, to: new Date(Date.UTC(year, month + n + 1)) });
  }
  return months;
}
