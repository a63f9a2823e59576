import type { EventDocument } from "@firestore-calendar-sync/client";
import type { GoogleTime } from "./google-time.ts";

/** One occurrence as clients read it, but with times as epoch milliseconds. The adapter converts them to Timestamps. */
export type CalendarEvent = Omit<EventDocument, "startAt" | "endAt" | "createdAt" | "updatedAt"> & {
  readonly startAtMs: number;
  /** Exclusive. */
  readonly endAtMs: number;
  readonly createdAtMs?: number | undefined;
  readonly updatedAtMs: number;
};

/** A recurring master as Google gave it: the event that its occurrences look like, and its rules. */
export interface SeriesMaster {
  readonly start: GoogleTime;
  readonly end: GoogleTime;
  /** RRULE, EXRULE, RDATE and EXDATE lines. */
  readonly recurrence: readonly string[];
  /** The content that all occurrences share. */
  readonly event: OccurrenceContent;
}

/** The fields that all occurrences of a series have in common. */
export type OccurrenceContent = Omit<
  CalendarEvent,
  "eventId" | "start" | "end" | "startAtMs" | "endAtMs" | "originalStart" | "recurringEventId" | "calendarKey"
>;

/** The exceptions of a series, by their ids: the instance that the exception replaces, and whether it is cancelled. */
export type SeriesExceptions = Readonly<
  Record<string, { readonly originalStartTime: GoogleTime; readonly cancelled: boolean }>
>;
