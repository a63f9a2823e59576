import {
  sameDocument,
  type EventDocument,
  type EventTime,
  type InvitationResponse,
  type LiveChange,
  type PendingEvents,
  type SeriesDocument,
  type SeriesScope,
} from "@firestore-calendar-sync/client";
import { eventTitle } from "../words/event-title.ts";
import type { EditedEvent, ScopeQuestion } from "./edit/editing.ts";
import { createEventForm, type EventForm } from "./edit/event-form.ts";
import { mayAnswer, mayChange, writableCalendars } from "./edit/permissions.ts";
import { createScopeQuestions } from "./edit/scope-question.ts";
import { createDeletions } from "./edit/undoable-deletions.ts";
import { writeFailureOf } from "./edit/write-failure.ts";
import type { GridEdits } from "./grid-edits.ts";
import { addNotice } from "./session.ts";
import type { Store } from "./state.ts";

type Times = { readonly start: EventTime; readonly end: EventTime };

/** The page's one place for changes of events. */
export interface EventEdits extends GridEdits {
  readonly form: EventForm;
  /** Whether there is a calendar in which the user can make events. */
  readonly canCreate: () => boolean;
  /** Opens the form of a new event at the next suitable time. */
  readonly createSoon: () => void;
  readonly edit: (id: string) => void;
  /** Deletes an event, which can be undone for some seconds. */
  readonly remove: (id: string) => void;
  readonly undo: () => void;
  readonly respond: (id: string, response: InvitationResponse) => void;
  /** Answers the question which part of a series is meant. Undefined: none. */
  readonly chooseScope: (scope: SeriesScope | undefined) => void;
  /** Whether the event is hidden because it is being deleted. */
  readonly hides: (event: EventDocument) => boolean;
  readonly follow: (changes: readonly LiveChange<EventDocument>[]) => void;
  /** Sends at once what waits to be sent. */
  readonly flush: () => void;
}

/** What the edits need of the session. */
export interface EditedSession {
  event(id: string): (EventDocument & { readonly pending?: boolean }) | undefined;
  readonly writes: PendingEvents;
  refreshHidden(): void;
}

export interface EventEditsPorts {
  readonly store: Store;
  readonly session: () => EditedSession | undefined;
  readonly seriesOf: (event: EventDocument) => Promise<SeriesDocument | undefined>;
  /** The times that a new event has if the user has chosen none. Undefined before the calendar is there. */
  readonly usualTimes: () => Times | undefined;
  /** The viewer's zone. */
  readonly timeZone: string;
  readonly plainText: (description: string) => string;
  readonly newRequestId: () => string;
  readonly later: (run: () => void, ms: number) => () => void;
}

export function createEventEdits(ports: EventEditsPorts): EventEdits {
  const { store, session } = ports;
  const questions = createScopeQuestions(store);

  const report = (error: unknown) => {
    const { text, reason } = writeFailureOf(error);
    addNotice(store, "error", text, reason === "needsConsent" ? "allowChanges" : undefined);
  };
  const event = (id: string) => session()?.event(id);
  const form = createEventForm({
    ...ports,
    writes: () => session()?.writes,
    event,
    askScope: questions.ask,
    report,
  });
  const deletions = createDeletions({
    later: ports.later,
    send: async ({ id, event: seen, scope }) => {
      // What the user has deleted is what the page shows: another version of the same, for example after a deletion of
      // later events of the series, is no other event.
      const latest = event(id);
      const stored = { id, event: latest && differsInVersionOnly(latest, seen) ? latest : seen };
      await session()?.writes.remove(stored, scopeOf(seen, scope));
    },
    failed: report,
    changed: waiting => {
      store.set({ undo: waiting && { title: eventTitle(waiting.event), scope: waiting.scope } });
      session()?.refreshHidden();
    },
  });

  const isFree = (id: string) => {
    const shown = event(id);
    return store.get().writeAccess && shown?.pending !== true && shown && !deletions.hides(shown)
      ? shown
      : undefined;
  };
  const canEdit = (id: string) => {
    const shown = isFree(id);
    return shown !== undefined && mayChange(shown, store.get().calendars);
  };

  /** Runs with the scope that the user chooses; a single event has none. */
  async function inScope(
    { id, event: shown }: Pick<EditedEvent, "id" | "event">,
    about: ScopeQuestion["about"],
    run: (scope: SeriesScope, stored: { id: string; event: EventDocument }) => Promise<unknown>,
    cancelled: () => void = () => undefined,
  ): Promise<void> {
    const scopes = about === "answer" ? (["this", "all"] as const) : (["this", "following", "all"] as const);
    const scope =
      shown.recurringEventId === undefined
        ? "this"
        : await questions.ask({ about, title: eventTitle(shown), scopes });
    if (scope === undefined) {
      cancelled();
      return;
    }
    await run(scope, { id, event: shown }).catch(report);
  }

  const create = (times: Times) => {
    const { calendars, hidden } = store.get();
    const writable = writableCalendars(calendars);
    const [key] = writable.find(([candidate]) => !hidden.has(candidate)) ?? writable[0] ?? [];
    if (key !== undefined) form.openNew(times, key);
  };

  return {
    form,
    canEdit,
    canCreate: () => store.get().writeAccess && writableCalendars(store.get().calendars).length > 0,
    create,
    createSoon: () => {
      const times = ports.usualTimes();
      if (times) create(times);
    },
    edit: id => {
      const shown = event(id);
      if (!shown || !canEdit(id)) return;
      void ports
        .seriesOf(shown)
        .catch(() => undefined) // Offline: the form shows the rule as one that it does not know.
        .then(series => {
          form.open(id, event(id) ?? shown, series);
        });
    },
    move: (id, times, revert) => {
      const shown = event(id);
      if (!shown || !canEdit(id)) {
        revert();
        return;
      }
      const zone = zoneOf(shown) ?? store.get().calendars?.get(shown.calendarKey)?.timeZone ?? ports.timeZone;
      const changes = { start: inZone(times.start, zone), end: inZone(times.end, zone) };
      // A failed change is undone by `writes`, which also redraws the event: then there is nothing to revert.
      void inScope(
        { id, event: shown },
        "change",
        async (scope, stored) =>
          await session()?.writes.update(stored, { changes, ...scopeOf(stored.event, scope) }),
        revert,
      );
    },
    remove: id => {
      const shown = event(id);
      if (!shown || !canEdit(id)) return;
      void inScope({ id, event: shown }, "delete", async (scope, stored) => {
        store.set({ openEvent: undefined });
        deletions.start({ ...stored, scope });
        await Promise.resolve();
      });
    },
    undo: deletions.undo,
    respond: (id, response) => {
      const shown = isFree(id);
      if (!shown || !mayAnswer(shown, store.get().calendars)) return;
      void inScope({ id, event: shown }, "answer", async (scope, stored) => {
        const answered = scope === "all" ? "all" : "this";
        await session()?.writes.respond(stored, { response, ...scopeOf(stored.event, answered) });
      });
    },
    chooseScope: questions.answer,
    hides: deletions.hides,
    follow: form.follow,
    flush: deletions.flush,
  };
}

function scopeOf<Scope extends SeriesScope>(event: EventDocument, scope: Scope): { scope?: Scope } {
  return event.recurringEventId === undefined ? {} : { scope };
}

function differsInVersionOnly(a: EventDocument, b: EventDocument): boolean {
  const [one, other] = [a, b].map(each => ({ ...each, etag: "", updatedAt: b.updatedAt, sequence: 0 }));
  return sameDocument(one, other);
}

function zoneOf({ start }: EventDocument): string | undefined {
  return "dateTime" in start ? start.timeZone : undefined;
}

/** The time with a zone, which Google needs for a series. */
function inZone(time: EventTime, timeZone: string): EventTime {
  return "date" in time || time.timeZone !== undefined ? time : { ...time, timeZone };
}
