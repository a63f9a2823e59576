import type { EventDocument, SeriesDocument, SeriesScope } from "@firestore-calendar-sync/client";
import type { DraftProblems, DraftZones, EventDraft } from "./draft.ts";
import type { WriteFailure } from "./write-failure.ts";

/** The open form. */
export interface Editing {
  /** Each opened form has another one. For a new event, also the id of the request that makes it. */
  readonly key: string;
  /** Undefined for a new event. */
  readonly original?: EditedEvent;
  /** The draft without the user's changes. */
  readonly before: EventDraft;
  readonly draft: EventDraft;
  readonly zones: DraftZones;
  /** Shown from the first attempt to save on. */
  readonly problems?: DraftProblems;
  /** Why the last attempt to save failed. */
  readonly failure?: WriteFailure;
  /** The event has changed while the form was open. */
  readonly isRefreshed: boolean;
  /** The user wants to close the form and has changed something. */
  readonly asksToDiscard: boolean;
}

export interface EditedEvent {
  readonly id: string;
  readonly event: EventDocument;
  readonly series?: SeriesDocument;
  /** Whether all guests are known, so that the list can be written. */
  readonly knowsGuests: boolean;
}

/** The question which part of a series is meant. */
export interface ScopeQuestion {
  readonly about: "change" | "delete" | "answer";
  readonly title: string;
  /** The scopes that are possible, the first one is proposed. */
  readonly scopes: readonly [SeriesScope, ...SeriesScope[]];
}
