import type {
  EventChanges,
  EventDocument,
  EventTime,
  LiveChange,
  PendingEvents,
  SeriesDocument,
  SeriesScope,
} from "@firestore-calendar-sync/client";
import type { Store } from "../state.ts";
import { changeTimes } from "./draft-times.ts";
import {
  changesOf,
  draftOf,
  isSameDraft,
  newDraft,
  newEventOf,
  problemsOf,
  rebase,
  withTypedGuests,
  type DraftProblems,
  type EventDraft,
} from "./draft.ts";
import type { EditedEvent, Editing, ScopeQuestion } from "./editing.ts";
import { knownGuests } from "./guests.ts";
import { repeatOn } from "./repeat.ts";
import { writeFailureOf } from "./write-failure.ts";

export interface EventFormPorts {
  readonly store: Store;
  readonly writes: () => Pick<PendingEvents, "create" | "update" | "move"> | undefined;
  readonly event: (id: string) => EventDocument | undefined;
  readonly askScope: (question: ScopeQuestion) => Promise<SeriesScope | undefined>;
  readonly report: (error: unknown) => void;
  /** The viewer's zone. */
  readonly timeZone: string;
  readonly plainText: (description: string) => string;
  readonly newRequestId: () => string;
}

/** The form of a new event or of an existing one. */
export interface EventForm {
  readonly openNew: (
    times: { readonly start: EventTime; readonly end: EventTime },
    calendarKey: string,
  ) => void;
  readonly open: (id: string, event: EventDocument, series: SeriesDocument | undefined) => void;
  readonly change: (change: Partial<EventDraft>) => void;
  /** Moves what stands in the field for guests to the list, as far as it can be read. */
  readonly takeGuests: () => void;
  readonly save: () => void;
  /** Closes the form, or asks first if the user has changed something. */
  readonly leave: () => void;
  readonly keep: () => void;
  readonly discard: () => void;
  /** An event has changed: what the user has not changed in its form follows. */
  readonly follow: (changes: readonly LiveChange<EventDocument>[]) => void;
}

export function createEventForm(ports: EventFormPorts): EventForm {
  const { store, timeZone } = ports;

  const patch = (change: Partial<Editing>) => {
    const { editing } = store.get();
    if (editing) store.set({ editing: { ...editing, ...change } });
  };
  const discard = () => {
    store.set({ editing: undefined });
  };

  function draftFrom(id: string, event: EventDocument, series: SeriesDocument | undefined) {
    const own = "dateTime" in event.start ? event.start.timeZone : undefined;
    const calendarZone = store.get().calendars?.get(event.calendarKey)?.timeZone;
    const zones = { fields: timeZone, event: series?.timeZone ?? own ?? calendarZone ?? timeZone };
    const knowsGuests = knownGuests(event) !== undefined;
    const original: EditedEvent = { id, event, knowsGuests, ...(series && { series }) };
    return { zones, original, before: draftOf(event, series, zones, ports.plainText) };
  }

  /** The form with what is at Google now and what the user has changed. */
  function refreshed(editing: Editing): Editing {
    const latest = editing.original && ports.event(editing.original.id);
    if (!editing.original || !latest) return editing;
    const { before, original } = draftFrom(editing.original.id, latest, editing.original.series);
    const draft = rebase(editing.before, editing.draft, before);
    const isRefreshed = editing.isRefreshed || !isSameDraft(editing.before, before);
    return { ...editing, original, before, draft, isRefreshed };
  }

  /** Writes, while the form is closed. If that fails, the form comes back with what the user had typed. */
  function write(editing: Editing, run: () => Promise<unknown>): void {
    discard();
    run().catch((error: unknown) => {
      const state = store.get();
      if (state.phase !== "signedIn" || state.editing) ports.report(error);
      else store.set({ editing: { ...refreshed(editing), failure: writeFailureOf(error) } });
    });
  }

  async function update(editing: Editing, { id, event }: EditedEvent, draft: EventDraft): Promise<void> {
    const changes = changesOf(editing.before, draft, editing.zones);
    const isMoved = draft.calendarKey !== editing.before.calendarKey;
    const isChanged = Object.keys(changes).length > 0;
    if (!isChanged && !isMoved) {
      discard();
      return;
    }
    const scope = event.recurringEventId === undefined ? undefined : await askForm(event, changes, isMoved);
    if (event.recurringEventId !== undefined && scope === undefined) return;
    const writes = ports.writes();
    if (!writes || store.get().editing?.key !== editing.key) return;
    write({ ...editing, draft }, async () => {
      const written = isChanged && (await writes.update({ id, event }, { changes, ...(scope && { scope }) }));
      if (!isMoved) return;
      // The move is of the event as the first change has left it.
      const latest = written ? { ...event, etag: written.etag } : event;
      await writes.move({ id, event: latest }, { toCalendarKey: draft.calendarKey });
    });
  }

  async function askForm(event: EventDocument, changes: EventChanges, isMoved: boolean) {
    // One occurrence has no rule of its own, and Google moves only whole series.
    const scopes = isMoved
      ? (["all"] as const)
      : "recurrence" in changes
        ? (["following", "all"] as const)
        : (["this", "following", "all"] as const);
    return await ports.askScope({ about: "change", title: event.summary ?? "", scopes });
  }

  return {
    openNew(times, calendarKey) {
      const before = newDraft(times, calendarKey, timeZone);
      store.set({
        openEvent: undefined,
        editing: {
          key: ports.newRequestId(),
          before,
          draft: before,
          zones: { fields: timeZone, event: timeZone },
          isRefreshed: false,
          asksToDiscard: false,
        },
      });
    },
    open(id, event, series) {
      const { before, ...rest } = draftFrom(id, event, series);
      store.set({
        openEvent: undefined,
        editing: {
          ...rest,
          key: ports.newRequestId(),
          before,
          draft: before,
          isRefreshed: false,
          asksToDiscard: false,
        },
      });
    },
    change(change) {
      const { editing } = store.get();
      if (!editing) return;
      const draft = { ...editing.draft, ...change };
      const times = changeTimes(editing.draft, change);
      const repeat = repeatOn(draft.repeat, times.startDate);
      patch({ draft: { ...draft, ...times, repeat }, asksToDiscard: false });
    },
    takeGuests() {
      const { editing } = store.get();
      if (editing) patch({ draft: withTypedGuests(editing.draft) });
    },
    save() {
      const { editing } = store.get();
      const writes = ports.writes();
      if (!editing || !writes) return;
      const draft = withTypedGuests(editing.draft);
      const problems = { ...problemsOf(draft), ...moveProblem(editing, draft) };
      const { failure: _failure, ...rest } = editing;
      store.set({ editing: { ...rest, draft, problems } });
      if (Object.keys(problems).length > 0) return;
      if (editing.original) void update(editing, editing.original, draft);
      else
        write({ ...editing, draft }, async () => {
          const event = newEventOf(draft, editing.zones);
          await writes.create({ calendarKey: draft.calendarKey, event, requestId: editing.key });
        });
    },
    leave() {
      const { editing } = store.get();
      if (editing && !isSameDraft(editing.before, editing.draft)) patch({ asksToDiscard: true });
      else discard();
    },
    keep() {
      patch({ asksToDiscard: false });
    },
    discard,
    follow(changes) {
      const { editing } = store.get();
      const change = changes.find(({ id }) => id === editing?.original?.id);
      if (!editing || !change) return;
      if (change.kind !== "removed") store.set({ editing: refreshed(editing) });
      else patch({ failure: { text: "This event was deleted meanwhile.", reason: "gone" } });
    },
  };
}

/** A series keeps its calendar if something else changes: the two changes would be of different versions. */
function moveProblem({ original, before, zones }: Editing, draft: EventDraft): DraftProblems {
  const isMoved = draft.calendarKey !== before.calendarKey;
  if (original?.event.recurringEventId === undefined || !isMoved) return {};
  const isChanged = Object.keys(changesOf(before, draft, zones)).length > 0;
  return isChanged ? { calendar: "Save the other changes first, then move the series." } : {};
}
