import {
  isDeclined,
  meetingKey,
  mergeSameMeeting,
  type CalendarDocument,
  type EventDocument,
  type LiveChange,
  type ShownEvent,
} from "@firestore-calendar-sync/client";

/** A calendar in which a meeting is too. */
export interface OtherCalendar {
  readonly calendarKey: string;
  readonly name: string;
}

/** What the page shows of one meeting: one of its copies in the shown calendars. */
export interface Entry {
  /** The document id of the copy. */
  readonly id: string;
  readonly event: ShownEvent;
  /** The other shown calendars that have the meeting. */
  readonly alsoIn: readonly OtherCalendar[];
  /** The document ids of all shown copies. The first one is `id`; the kit's order follows. */
  readonly copyIds: readonly string[];
}

export type EntryChange =
  ({ readonly kind: "drawn" } & Entry) | { readonly kind: "removed"; readonly id: string };

export interface EntriesOptions {
  readonly isShown: (event: EventDocument) => boolean;
  readonly calendars: () => ReadonlyMap<string, CalendarDocument>;
}

/** All loaded events, and one entry for each meeting of the shown calendars. */
export interface Entries {
  /** Takes the changes of events. Returns what changes on the page; its cost grows with the changes only. */
  apply(changes: readonly LiveChange<ShownEvent>[]): EntryChange[];
  /** For a change of what `isShown` or `calendars` answers. */
  refresh(): EntryChange[];
  readonly event: (id: string) => ShownEvent | undefined;
  /** The other shown calendars that have the meeting of this event. */
  readonly alsoIn: (id: string) => readonly OtherCalendar[];
  all(): Iterable<Entry>;
  /** The removal of all entries. */
  clear(): EntryChange[];
}

export function createEntries(options: EntriesOptions): Entries {
  const events = new Map<string, ShownEvent>();
  /** The ids of the copies, by meeting. */
  const copies = new Map<string, Set<string>>();
  /** By the id of the copy. */
  const meetings = new Map<string, string>();
  /** By meeting. */
  const drawn = new Map<string, Entry>();

  /** Returns the meeting that the copy was of. */
  function remove(id: string): string | undefined {
    const meeting = meetings.get(id);
    if (meeting === undefined) return undefined;
    events.delete(id);
    meetings.delete(id);
    const ids = copies.get(meeting);
    ids?.delete(id);
    if (ids?.size === 0) copies.delete(meeting);
    return meeting;
  }

  function add(id: string, event: ShownEvent, before: string | undefined): string {
    // Of a copy that the user has just moved, the other copies follow at Google: it stays the same meeting.
    const meeting = (event.pending === true ? before : undefined) ?? meetingKey(event) ?? id;
    events.set(id, event);
    meetings.set(id, meeting);
    const ids = copies.get(meeting);
    if (ids) ids.add(id);
    else copies.set(meeting, new Set([id]));
    return meeting;
  }

  function entryOf(meeting: string): Entry | undefined {
    const shown = [...(copies.get(meeting) ?? [])].flatMap(id => {
      const event = events.get(id);
      return event && options.isShown(event) ? [{ id, event }] : [];
    });
    const [first] = shown;
    if (!first) return undefined;
    if (shown.length === 1) return { ...first, alsoIn: [], copyIds: [first.id] };
    return leadingEntry(first, shown, options.calendars());
  }

  /** What changes on the page when these meetings have changed. */
  function redraw(meetings: Iterable<string>): EntryChange[] {
    const changes = new Map<string, EntryChange>();
    const shown: Entry[] = [];
    for (const meeting of meetings) {
      const before = drawn.get(meeting);
      const entry = entryOf(meeting);
      if (before && before.id !== entry?.id) changes.set(before.id, { kind: "removed", id: before.id });
      if (!entry) drawn.delete(meeting);
      else if (!before || !sameEntry(before, entry)) {
        drawn.set(meeting, entry);
        shown.push(entry);
      }
    }
    // After all removals: a copy that moved to another time left one meeting and is another one, with the same id.
    for (const entry of shown) changes.set(entry.id, { kind: "drawn", ...entry });
    return [...changes.values()];
  }

  return {
    apply(changes) {
      const touched = new Set<string>();
      for (const change of changes) {
        const before = remove(change.id);
        if (before !== undefined) touched.add(before);
        if (change.kind !== "removed") touched.add(add(change.id, change.document, before));
      }
      return redraw(touched);
    },
    refresh: () => redraw(copies.keys()),
    event: id => events.get(id),
    alsoIn: id => {
      return drawn.get(meetings.get(id) ?? "")?.alsoIn ?? [];
    },
    all: () => drawn.values(),
    clear() {
      const all = [...drawn.values()].map(({ id }) => ({ kind: "removed", id }) as const);
      for (const map of [events, copies, meetings, drawn]) map.clear();
      return all;
    },
  };
}

type Copy = Pick<Entry, "id" | "event">;

/**
 * The kit's order decides, with two exceptions: what the user has just changed leads, and of two accounts of the user
 * that are invited, the one that has declined does not lead. A colleague's copy never hides that the user has declined.
 */
function leadingEntry(
  first: Copy,
  shown: readonly Copy[],
  calendars: ReadonlyMap<string, CalendarDocument>,
): Entry {
  const ordered = mergeSameMeeting(
    shown.map(({ event }) => event),
    { calendars },
  ).flatMap(meeting => meeting.copies);
  const isOwn = ({ calendarKey }: EventDocument) => calendars.get(calendarKey)?.primary === true;
  const pending = shown.find(({ event }) => event.pending === true)?.event;
  const lead = pending ?? ordered.find(event => isOwn(event) && !isDeclined(event)) ?? ordered[0];
  const others = new Set(ordered.map(({ calendarKey }) => calendarKey));
  const copy = shown.find(({ event }) => event === lead) ?? first;
  others.delete(copy.event.calendarKey);
  const ids = ordered.flatMap(event => shown.find(candidate => candidate.event === event)?.id ?? []);
  return {
    ...copy,
    copyIds: [...new Set([copy.id, ...ids])],
    alsoIn: [...others].map(calendarKey => ({
      calendarKey,
      name: calendars.get(calendarKey)?.summary ?? "another calendar",
    })),
  };
}

function sameEntry(a: Entry, b: Entry): boolean {
  return (
    a.id === b.id &&
    a.event === b.event &&
    a.copyIds.join() === b.copyIds.join() &&
    a.alsoIn.length === b.alsoIn.length &&
    a.alsoIn.every(({ calendarKey, name }, n) => {
      const other = b.alsoIn[n];
      return other?.calendarKey === calendarKey && other.name === name;
    })
  );
}
