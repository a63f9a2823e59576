import type { EventDocument } from "@firestore-calendar-sync/schema";

/** What clients read of one occurrence, with times as epoch milliseconds: the adapter makes Timestamps of them. */
export type CalendarEvent = Omit<EventDocument, "startAt" | "endAt" | "updatedAt"> & {
  readonly startAtMs: number;
  /** Exclusive. */
  readonly endAtMs: number;
  readonly updatedAtMs: number;
};
