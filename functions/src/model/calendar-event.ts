import type { EventDocument } from "@firestore-calendar-sync/schema";
import type { GoogleTime } from "./google-time.ts";

/** What clients read of one occurrence, with times as epoch milliseconds: the adapter makes Timestamps of them. */
export type CalendarEvent = Omit<EventDocument, "startAt" | "endAt" | "updatedAt"> & {
  readonly startAtMs: number;
  /** Exclusive. */
  readonly endAtMs: number;
  readonly updatedAtMs: number;
};

/** A recurring master as Google gave it: the event that its occurrences look like, and its rules. */
export interface SeriesMaster {
  readonly start: GoogleTime;
  readonly end: GoogleTime;
  /** RRULE, EXRULE, RDATE and EXDATE lines. */
  readonly recurrence: readonly string[];
  /** Everything that its occurrences share. */
  readonly event: OccurrenceContent;
}

/** What all occurrences of a series have in common. */
export type OccurrenceContent = Omit<
  CalendarEvent,
  "eventId" | "start" | "end" | "startAtMs" | "endAtMs" | "originalStart" | "recurringEventId" | "calendarKey"
>;

/** By the exception's id: which instance it stands for, and whether it is just a hole. */
export type SeriesExceptions = Readonly<
  Record<string, { readonly originalStartTime: GoogleTime; readonly cancelled: boolean }>
>;
