import type { EventTime } from "@firestore-calendar-sync/client";

/** What the grid asks for when the user drags, resizes or clicks. */
export interface GridEdits {
  /**
   * Whether this event can be moved or resized: its calendar is writable, it is not pending deletion, and it is the
   * user's to change.
   */
  readonly canEdit: (id: string) => boolean;
  /**
   * The user dropped or resized an event: asks for the scope if it belongs to a series, then writes. `revert` shows the
   * old times again.
   */
  readonly move: (
    id: string,
    times: { readonly start: EventTime; readonly end: EventTime },
    revert: () => void,
  ) => void;
  /** The user chose a free time: opens the form with these times. */
  readonly create: (times: { readonly start: EventTime; readonly end: EventTime }) => void;
}
