import type { EventDocument } from "@firestore-calendar-sync/client";
import { isDeletedBy, type Deletion } from "./deletions.ts";

/** So long a deletion can be undone: it is not sent before. */
const undoMs = 5000;
/** So long a deleted event stays hidden after Google has accepted, until the sync has brought it. */
const bringMs = 15_000;

export interface DeletionPorts {
  /** Deletes at Google. */
  readonly send: (deletion: Deletion) => Promise<void>;
  readonly failed: (deletion: Deletion, error: unknown) => void;
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
  const sent = new Set<Deletion>();

  const release = (deletion: Deletion) => {
    sent.delete(deletion);
    changed(waiting);
  };
  const flush = () => {
    const deletion = waiting;
    if (!deletion) return;
    cancel();
    waiting = undefined;
    sent.add(deletion);
    changed(undefined);
    send(deletion).then(
      () => {
        later(() => {
          release(deletion);
        }, bringMs);
      },
      (error: unknown) => {
        release(deletion);
        failed(deletion, error);
      },
    );
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
    hides: event => [...sent, ...(waiting ? [waiting] : [])].some(deletion => isDeletedBy(deletion, event)),
  };
}
