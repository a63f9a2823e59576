import { isInScope, type EventDocument, type SeriesScope } from "@firestore-calendar-sync/client";

/** So long a deletion can be undone: it is not sent before. */
const undoMs = 5000;

/** A deletion that the user can still undo. */
export interface Deletion {
  readonly id: string;
  readonly event: EventDocument;
  readonly scope: SeriesScope;
}

export interface DeletionPorts {
  /** Deletes at Google. From the call on, this hides the event. */
  readonly send: (deletion: Deletion) => Promise<void>;
  readonly failed: (error: unknown) => void;
  /** What `hides` answers has changed. `waiting`: the deletion that can be undone now. */
  readonly changed: (waiting: Deletion | undefined) => void;
  /** Calls `run` later; the answer cancels that. */
  readonly later: (run: () => void, ms: number) => () => void;
}

/** Deletions wait for some seconds, so that the user can undo them. Meanwhile the events are hidden. */
export interface UndoableDeletions {
  /** Sends the deletion that waits, if any: only one can be undone. */
  readonly start: (deletion: Deletion) => void;
  readonly undo: () => void;
  /** Sends what waits. */
  readonly flush: () => void;
  readonly hides: (event: EventDocument) => boolean;
}

export function createDeletions({ send, failed, changed, later }: DeletionPorts): UndoableDeletions {
  let waiting: Deletion | undefined;
  let cancel: () => void = () => undefined;

  const flush = () => {
    const deletion = waiting;
    if (!deletion) return;
    cancel();
    send(deletion).catch(failed);
    waiting = undefined;
    changed(undefined);
  };

  return {
    start(deletion) {
      flush();
      waiting = deletion;
      cancel = later(flush, undoMs);
      changed(deletion);
    },
    undo() {
      cancel();
      waiting = undefined;
      changed(undefined);
    },
    flush,
    hides: event => waiting !== undefined && isInScope(event, waiting.event, waiting.scope),
  };
}
