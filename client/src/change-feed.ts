import * as z from "zod";
import { openString } from "./open-string.ts";
import { timestamp } from "./timestamp.ts";

/*
 * The change feed, for an app's own functions: with the param CHANGE_FEED, every commit that changes events also writes
 * one document that lists the changes. Clients cannot read it.
 */

/**
 * Why an event's document was deleted.
 *
 * `cancelled`: the event, its series or this occurrence was deleted at Google, or the user may not see it any more.
 * `ruleChanged`: the series now repeats otherwise, or the event has become a series, or the series a single event. The
 * feed also lists the documents that replace it.
 * `leftWindow`: the event still exists, but outside the time that is stored.
 * `switchedOff`: the user has switched off the calendar.
 * `unlisted`: the calendar is no longer on the account's list.
 * `disconnected`: the account is being disconnected, or its user was deleted.
 */
export const knownDeletionReasons = [
  "cancelled",
  "ruleChanged",
  "leftWindow",
  "switchedOff",
  "unlisted",
  "disconnected",
] as const;
export type DeletionReason = (typeof knownDeletionReasons)[number];

/** One changed event document. */
export const eventChange = z.discriminatedUnion("kind", [
  /** There was no document of this id before. */
  z.object({ kind: z.literal("created"), eventId: z.string() }),
  /** The document was written again: also by an upgrade that stores more fields, and rarely with the same content. */
  z.object({ kind: z.literal("updated"), eventId: z.string() }),
  /** Later versions may add reasons. Treat an unknown one as you treat `leftWindow`: nothing was cancelled. */
  z.object({ kind: z.literal("deleted"), eventId: z.string(), why: openString<DeletionReason>() }),
]);
export type EventChange = z.infer<typeof eventChange>;

/**
 * `calendarSyncChanges/{calendarKey}-{seq}`: the changes of one commit. Each changed document is in exactly one such
 * document, which was written together with it. Deleted after seven days.
 */
export const calendarChangesDocument = z.object({
  /** The user below whose document the events are: `eventPath(uid, calendarKey, eventId)`. */
  uid: z.string(),
  accountId: z.string(),
  calendarKey: z.string(),
  /**
   * Later commits of a calendar have greater numbers. They follow one another without a gap until the calendar is
   * removed; if it comes back, they begin again with a greater number.
   */
  seq: z.int(),
  /** When the commit was made, by the clock of the functions. */
  at: timestamp,
  /** At most a few hundred, each event at most once. */
  changes: z.array(eventChange),
});
export type CalendarChangesDocument = z.infer<typeof calendarChangesDocument>;
