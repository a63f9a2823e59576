import type { Firestore } from "firebase/firestore";
import {
  accountDocument,
  accountsQuery,
  calendarDocument,
  calendarsQuery,
  isDeclined,
  openAgenda,
  pendingEvents,
  staleCalendars,
  subscribe,
  type AgendaUpdate,
  type CalendarDocument,
  type DocumentSchema,
  type EventDocument,
  type EventWriteFunctions,
  type LiveChange,
  type LiveFailure,
  type PendingEvents,
  type QueryDescription,
  type ShownEvent,
} from "@firestore-calendar-sync/client";
import { webListen } from "@firestore-calendar-sync/client/web-sdk";
import type { CalendarView } from "../calendar/calendar-view.ts";
import { withLatency } from "../demo/latency.ts";
import { createEntries, type Entries, type EntryChange, type OtherCalendar } from "./entries.ts";
import { searchEntries } from "./event-search.ts";
import type { Notice, Search, Store } from "./state.ts";

const marginMs = 7 * 24 * 60 * 60 * 1000;
/**
 * If the server has not confirmed the cached data for this long, the page shows "Offline". `navigator.onLine` is not
 * used: it reports whether there is a network, not whether the server answers, and is false without a network even if
 * the server runs on the same computer.
 */
const offlineAfterMs = 4000;

/** If the user pages faster than this, the ranges in between are not fetched. */
const hurryMs = 250;

/** The live data of the signed-in user. */
export interface Session {
  /** Subscribes to the visible range. */
  show(from: Date, to: Date): void;
  /** Applies a change of the hidden calendars, or of whether declined events are shown, to the grid. */
  refreshHidden(): void;
  event(id: string): ShownEvent | undefined;
  /** Changes events at Google; the page shows the changes before the sync has brought them. */
  readonly writes: PendingEvents;
  /** The other shown calendars that have the same meeting. */
  alsoIn(id: string): readonly OtherCalendar[];
  /** Searches the loaded events of the shown calendars. */
  search(text: string): Search;
  close(): void;
}

export interface SessionOptions {
  readonly db: Firestore;
  readonly user: { readonly uid: string; readonly usersRoot: string };
  readonly store: Store;
  /** Draws changes in the grid. */
  readonly draw: CalendarView["apply"];
  readonly now: () => number;
  /** The viewer's zone, an IANA name. */
  readonly timeZone: string;
  /** Calls `syncNow` with `ifStale`. */
  readonly syncIfStale: (calendarKey: string) => Promise<void>;
  readonly functions: EventWriteFunctions;
  readonly newRequestId: () => string;
  /** Whether an event is hidden because it is being deleted. */
  readonly isDeleted: (event: EventDocument) => boolean;
  /** Called with the changes that the page shows. */
  readonly onChanges: (changes: readonly LiveChange<ShownEvent>[]) => void;
}

export function openSession({
  db,
  user,
  store,
  draw: drawInGrid,
  now,
  timeZone,
  syncIfStale,
  ...options
}: SessionOptions): Session {
  const listen = webListen(db);
  const entries = createEntries({
    isShown: event => {
      const { hidden, showDeclined } = store.get();
      const isHidden = hidden.has(event.calendarKey) || options.isDeleted(event);
      return !isHidden && (showDeclined || !isDeclined(event));
    },
    calendars: () => store.get().calendars ?? new Map(),
  });
  let settled = false;
  /** The changes of the current update that are highlighted. */
  let fresh: ReadonlySet<string> = new Set();
  const writes = pendingEvents({
    functions: options.functions,
    newRequestId: options.newRequestId,
    zoneOf: calendarKey => store.get().calendars?.get(calendarKey)?.timeZone,
    onChanges: changes => {
      draw(entries.apply(changes), fresh);
      followOpenEvent(store, changes, { writes, entries });
      options.onChanges(changes);
    },
  });
  let offlineTimer: ReturnType<typeof setTimeout> | undefined;
  let showTimer: ReturnType<typeof setTimeout> | undefined;
  let shownAtMs = 0;

  const fail = ({ code, message }: LiveFailure) => {
    addNotice(store, "error", `Live updates stopped (${code}). ${message} Reload the page to try again.`);
  };
  const reportInvalid = (id: string, issues: readonly string[]) => {
    console.warn(`A document does not fit its schema and is not shown: ${id}`, issues);
  };

  function collect<T>(
    query: QueryDescription,
    schema: DocumentSchema<T>,
    publish: (all: ReadonlyMap<string, T>) => void,
  ) {
    const all = new Map<string, T>();
    return subscribe(listen, query, schema, {
      next({ changes, fromCache }) {
        for (const change of changes) {
          if (change.kind === "removed") all.delete(change.id);
          else all.set(change.id, change.document);
        }
        // An empty cache does not mean that the server has no documents.
        if (all.size > 0 || !fromCache) publish(new Map(all));
      },
      error: fail,
      invalid: reportInvalid,
    });
  }

  const stops = [
    collect(accountsQuery(user), accountDocument, accounts => {
      store.set({ accounts });
    }),
    collect(calendarsQuery(user), calendarDocument, calendars => {
      const before = store.get().calendars;
      const isFirst = before === undefined;
      store.set({ calendars });
      if (isFirst || identities(before) !== identities(calendars)) draw(entries.refresh(), new Set());
      if (isFirst) syncStale();
    }),
  ];

  /** Asks for a sync of the stale calendars, when the page is opened and when it is shown again. */
  function syncStale(): void {
    if (document.hidden) return;
    // The user has not asked for it, so a failure is not shown. The next time the page is shown, it is tried again.
    for (const key of staleCalendars(store.get().calendars ?? new Map(), now()))
      syncIfStale(key).catch(() => undefined);
  }
  document.addEventListener("visibilitychange", syncStale);

  /**
   * Whether an event was edited before its account was connected. Such an event arrives with the import and is not
   * highlighted.
   */
  const isImport = ({ calendarKey, updatedAt }: EventDocument) => {
    const { accounts, calendars } = store.get();
    const account = accounts?.get(calendars?.get(calendarKey)?.accountId ?? "");
    return account === undefined || updatedAt.toMillis() < account.connectedAt.toMillis();
  };

  function draw(changes: readonly EntryChange[], fresh: ReadonlySet<string>): void {
    if (changes.length > 0) drawInGrid(changes, fresh);
    const { search } = store.get();
    if (search) store.set({ search: searchFor(search.text) });
  }

  function searchFor(text: string): Search {
    const range = agenda.loaded();
    const { hidden, calendars } = store.get();
    return {
      text,
      results: searchEntries(entries.all(), { text, nowMs: now(), timeZone, range }),
      someHidden: [...(calendars ?? [])].some(([key, { enabled }]) => enabled && hidden.has(key)),
    };
  }

  function followConnection(state: AgendaUpdate["state"]): void {
    clearTimeout(offlineTimer);
    if (state === "live") store.set({ offline: false });
    else
      offlineTimer = setTimeout(() => {
        store.set({ offline: true });
      }, offlineAfterMs);
  }

  function receive({ changes, state }: AgendaUpdate): void {
    const news = new Set<string>();
    for (const change of changes) {
      // Changes that arrive while a range is loading are not highlighted.
      if (settled && state === "live" && change.kind !== "removed")
        if (isNews(change, now()) && !isImport(change.document)) news.add(change.id);
    }
    fresh = news;
    writes.stored(changes);
    fresh = new Set();
    settled = state === "live";
    store.set({ agenda: state });
    followConnection(state);
    if (news.size > 0) noteLatency(changes.filter(change => news.has(change.id)));
  }

  /**
   * Measures the latency after the browser has painted. One edit of a series changes many occurrences and counts
   * once.
   */
  function noteLatency(changes: readonly LiveChange<EventDocument>[]): void {
    const edits = new Set(
      changes.flatMap(c => (c.kind === "removed" ? [] : [c.document.updatedAt.toMillis()])),
    );
    requestAnimationFrame(() => {
      setTimeout(() => {
        let { latencies } = store.get();
        for (const editedAt of edits) latencies = withLatency(latencies, editedAt, now());
        store.set({ latencies });
      }, 0);
    });
  }

  const agenda = openAgenda(
    { listen, ...user, schedule: nextFrame, marginMs },
    { next: receive, error: fail, invalid: reportInvalid },
  );

  return {
    show(from, to) {
      clearTimeout(showTimer);
      const pause = now() - shownAtMs < hurryMs ? hurryMs : 0;
      shownAtMs = now();
      showTimer = setTimeout(() => {
        agenda.show(from, to);
      }, pause);
    },
    refreshHidden() {
      draw(entries.refresh(), new Set());
    },
    event: entries.event,
    writes,
    alsoIn: entries.alsoIn,
    search: searchFor,
    close() {
      clearTimeout(offlineTimer);
      clearTimeout(showTimer);
      agenda.close();
      writes.close();
      for (const stop of stops) stop();
      document.removeEventListener("visibilitychange", syncStale);
      drawInGrid(entries.clear(), new Set());
    },
  };
}

/** Adds a notice, unless a notice with the same text exists. */
export function addNotice(store: Store, kind: Notice["kind"], text: string, action?: Notice["action"]): void {
  const { notices } = store.get();
  if (notices.some(notice => notice.text === text)) return;
  store.set({ notices: [...notices, { id: `${kind}:${text}`, kind, text, ...(action && { action }) }] });
}

/** A hidden tab gets no animation frames, so a timer is used there. */
function nextFrame(flush: () => void): void {
  if (document.hidden) setTimeout(flush, 100);
  else requestAnimationFrame(flush);
}

/** Only edits of the last minute are highlighted: earlier edits were made while the page was not connected. */
function isNews(change: LiveChange<EventDocument>, nowMs: number): boolean {
  return change.kind !== "removed" && nowMs - change.document.updatedAt.toMillis() < 60_000;
}

/** What decides how copies of a meeting are drawn. It changes seldom, unlike the times of the syncs. */
function identities(calendars: ReadonlyMap<string, CalendarDocument>): string {
  return JSON.stringify([...calendars].map(([key, { primary, summary }]) => [key, primary, summary]));
}

/** Updates the open details. */
/** A new event has another id as soon as Google has made it. */
function followOpenEvent(
  store: Store,
  changes: readonly LiveChange<ShownEvent>[],
  { writes, entries }: { readonly writes: PendingEvents; readonly entries: Entries },
): void {
  const { openEvent } = store.get();
  if (!openEvent || !changes.some(change => change.id === openEvent.id)) return;
  const { id } = writes.current(openEvent);
  const event = entries.event(id);
  store.set({
    openEvent: event
      ? { ...openEvent, id, event, deleted: false, alsoIn: entries.alsoIn(id) }
      : { ...openEvent, deleted: true },
  });
}
