import type { EventChanges, WriteFailureReason } from "@firestore-calendar-sync/client";
import type { EventAtGoogle, EventBody, EventPlace } from "../ports/event-writes.port.ts";
import { instanceId } from "../recurrence/instance-id.ts";
import { utc } from "../recurrence/zone-names.ts";
import { contains } from "./carried-out.ts";
import { endedBy, inheritedBody, patchBody, timeBody, withZone } from "./event-body.ts";
import { eventIdOf } from "./event-id.ts";
import { findOccurrence, type Series } from "./find-occurrence.ts";
import { isCancelled, isGuest, type ReadEvent, readEvent } from "./google-event.ts";
import { areTimes, isStill, movedTimes, moveOf, type Times } from "./moved-times.ts";
import {
  keyOf,
  localOf,
  movedLines,
  type PlainSeries,
  plainSeries,
  type Split,
  splitLines,
} from "./series-lines.ts";
import { insertSettled, patchSettled, removeSettled, type Written } from "./settled-writes.ts";
import { versionOf, type WriteContext, type WriteOutcome } from "./write-context.ts";
import { type Failed, failedAtGoogle, failedBecause } from "./write-failure.ts";

/*
 * "This and following" needs two writes, because Google has no call for it (guides/recurringevents): a new series that
 * begins with the occurrence, and an UNTIL for the old one.
 *
 * The new series comes first: whatever happens in between, no occurrence is lost. Until the second write, and after a
 * crash between them, the later occurrences exist twice. A repeated call finishes the work, because the id of the new
 * series depends on the old one's etag, on the occurrence and on the changes. Only the second write depends on the
 * etag; if Google refuses it, the new series is removed again (`notEnded`).
 */

/** A new series that was removed again keeps its id at Google. So many attempts have ids of their own. */
const maxIds = 5;

/** `first`: nothing is before the occurrence, so "following" means all. */
export async function updateFollowing(
  context: WriteContext,
  event: ReadEvent,
  series: Series,
  changes: EventChanges,
): Promise<WriteOutcome | "first"> {
  const cut = await cutAt(context, event, series);
  if (cut === "first" || "because" in cut) return cut;
  const body = newSeries(context, event, series, cut, changes);
  if (body.kind === "failed") return body;
  const begun = await insertNew(context, series.event, body.body);
  if (begun.kind === "failed") return begun;
  if (body.isStill && !(await carryExceptions(context, begun.event, cut, event, changes)))
    return failedBecause("outcomeUnknown");
  const ended = await endSeries(context, series.event, cut, begun.event.id);
  if (ended.kind === "failed") return await notEnded(context, series.event, begun, ended);
  return { kind: "written", event: { ...versionOf(begun), ended: versionOf(ended) } };
}

/**
 * The old series was not ended by this call. The new series is removed again, unless the same call, repeated at the
 * same time, has ended the old series or can still do so: both have the same new series. Then it stays, and at worst
 * occurrences exist twice. A repetition cannot do so if Google refuses it, or if the old series has another etag.
 */
async function notEnded(
  context: WriteContext,
  { id, recurrence = [] }: ReadEvent,
  begun: Written,
  failure: Failed,
): Promise<WriteOutcome> {
  const unknown = failedBecause("outcomeUnknown");
  if (failure.because === "outcomeUnknown" || failure.because === "quota") return unknown;
  const now = await context.google.get({ ...context.place, eventId: id });
  if (now.kind === "failed") return unknown;
  if (!contains(now.event, { recurrence })) return unknown;
  const { google, place } = context;
  const where = { ...place, eventId: begun.event.id };
  const removed = await removeSettled(google, where, { etag: begun.event.etag, sendUpdates: "none" });
  return removed.kind === "removed" ? failure : unknown;
}

/** Deletes an occurrence and all later ones. `first`: the whole series is meant. */
export async function deleteFollowing(
  context: WriteContext,
  event: ReadEvent,
  series: Series,
): Promise<WriteOutcome | "first"> {
  const cut = await cutAt(context, event, series);
  if (cut === "first" || "because" in cut) return cut;
  const { id, etag } = series.event;
  const ended = await endSeries(context, series.event, cut, eventIdOf(id, etag, "ended"));
  if (ended.kind === "failed") return ended;
  const version = versionOf(ended);
  return { kind: "written", event: { ...version, ended: version } };
}

/** Where and how a series is split. */
interface Cut {
  readonly plain: PlainSeries;
  readonly key: number;
  readonly split: Split;
  /** Occurrences from the split on that were changed one by one. */
  readonly exceptions: readonly EventAtGoogle[];
}

async function cutAt(
  { google, place, zone }: WriteContext,
  event: ReadEvent,
  { event: master }: Series,
): Promise<Cut | Failed | "first"> {
  // Guests cannot change a series for others, and their own copy is not a series of their own.
  if (isGuest(master)) return failedBecause("notOrganizer");
  const { start, end, recurrence = [], iCalUID } = master;
  if (start === undefined || end === undefined || iCalUID === undefined) return failedBecause("fixedRule");
  const plain = plainSeries({ start, end, recurrence }, zone);
  const key = plain && event.originalStartTime && keyOf(event.originalStartTime, plain);
  if (plain === undefined || key === undefined) return failedBecause("fixedRule");
  const listed = await google.withICalUid(place, iCalUID);
  if (listed.kind === "failed") return failedAtGoogle(listed);
  const later = listed.events.flatMap(found => {
    const { recurringEventId, originalStartTime, ...rest } = readEvent(found);
    const own = originalStartTime && keyOf(originalStartTime, plain);
    if (recurringEventId !== master.id || own === undefined || own < key) return [];
    return [{ key: own, isGone: isCancelled(rest), found }];
  });
  const gone = later.filter(({ isGone }) => isGone).map(each => each.key);
  const split = splitLines(plain, key, gone);
  if (split === "first") return "first";
  if (split === "unknown") return failedBecause("fixedRule");
  return { plain, key, split, exceptions: later.filter(({ isGone }) => !isGone).map(({ found }) => found) };
}

/** The series that begins with the occurrence. */
function newSeries(
  { zone, timeZone }: WriteContext,
  event: ReadEvent,
  { event: master, resource }: Series,
  { plain, key, split }: Cut,
  changes: EventChanges,
): { readonly kind: "body"; readonly body: EventBody; readonly isStill: boolean } | Failed {
  const { originalStartTime: original } = event;
  const local = localOf(plain, key);
  const isMoved = changes.start !== undefined || changes.end !== undefined;
  // A moved occurrence stays where it is, and the others too.
  const { start, end } = isMoved ? event : ownTimes(plain, local);
  const to = { start: changes.start ?? start, end: changes.end ?? end };
  if (original === undefined || master.start === undefined || to.start === undefined || to.end === undefined)
    return failedBecause("badTimes");
  const times = { start: to.start, end: to.end };
  const move = areTimes(times) ? moveOf(original, master.start, times, zone) : undefined;
  if (move === undefined) return failedBecause("badTimes");
  const recurrence =
    changes.recurrence === undefined
      ? linesAfter(plain, split, local, move, zone)
      : (changes.recurrence ?? []);
  if (recurrence === undefined) return failedBecause("fixedRule");
  const moved = movedTimes(move, local);
  const inZone = withZone(timeZone);
  const body = {
    ...inheritedBody(resource),
    ...withoutNulls(patchBody(changes, master, eventIdOf(master.id, master.etag, "conference"))),
    start: inZone(moved.start),
    end: inZone(moved.end),
    ...(recurrence.length > 0 && { recurrence }),
  };
  return { kind: "body", body, isStill: isStill(move) && changes.recurrence === undefined };
}

/** The lines of the second part, after its move. */
function linesAfter(
  plain: PlainSeries,
  { after }: Split,
  local: number,
  move: Parameters<typeof movedLines>[1],
  zone: WriteContext["zone"],
): readonly string[] | undefined {
  if (after.length === 0 || isStill(move)) return after;
  const rest = plainSeries({ ...ownTimes(plain, local), recurrence: after }, zone);
  return rest && movedLines(rest, move, local);
}

/** The times that the series gives to an occurrence. */
function ownTimes({ read: { timing, durationMs } }: PlainSeries, local: number): Times {
  const zone = timing.allDay ? utc : timing.zone;
  const kind = { fromAllDay: timing.allDay, toAllDay: timing.allDay, fromZone: zone, toZone: zone };
  return movedTimes({ ...kind, shiftMs: 0, timeOfDayMs: 0, durationMs }, local);
}

/**
 * Changes the same occurrences of the new series as of the old one. The occurrence from which the series was split gets
 * the changes, too; the others keep their own values, as in `updateAll`. If Google refuses one of them, it is as the
 * series is.
 *
 * @returns false if one of them may be missing, so that the old series must not end
 */
async function carryExceptions(
  context: WriteContext,
  begun: EventAtGoogle,
  { plain, exceptions }: Cut,
  { id }: ReadEvent,
  changes: EventChanges,
): Promise<boolean> {
  const { place } = context;
  for (const { id: exceptionId, resource } of exceptions) {
    const { originalStartTime, start, end } = readEvent({ id: exceptionId, etag: "", resource });
    const key = originalStartTime && keyOf(originalStartTime, plain);
    if (key === undefined || start === undefined || end === undefined) continue;
    const own = exceptionId === id ? patchBody(changes, undefined, begun.id) : {};
    const body = { ...inheritedBody(resource), start: timeBody(start), end: timeBody(end), ...own };
    const eventId = instanceId(begun.id, plain.read.timing.allDay, key);
    const carried = await patchUnchanged(context, { ...place, eventId }, body, begun.etag);
    if (carried.kind === "failed" && notCarried.has(carried.because)) return false;
  }
  return true;
}

/** With other reasons, an earlier call has carried it, or it exists no more. */
const notCarried: ReadonlySet<WriteFailureReason> = new Set<WriteFailureReason>([
  "outcomeUnknown",
  "quota",
  "needsConsent",
  "readOnly",
]);

/**
 * Patches an occurrence that nobody has changed. If the new series has another version since it was made, somebody has
 * changed it, or the same call, repeated, has changed this occurrence already.
 */
async function patchUnchanged(
  context: WriteContext,
  place: EventPlace,
  body: EventBody,
  etag: string,
): Promise<Written | Failed> {
  const { google } = context;
  const first = await patchSettled(google, place, body, { etag, sendUpdates: "none" });
  if (first.kind !== "failed" || first.because !== "changedMeanwhile") return first;
  const now = await findOccurrence(context, place.eventId, undefined, true);
  if (now.kind === "failed") return now.because === "gone" ? now : failedBecause("outcomeUnknown");
  if (now.series?.isException !== false) return first;
  return await patchSettled(google, place, body, { etag: now.event.etag, sendUpdates: "none" });
}

/** A new event has no fields to remove. */
function withoutNulls(body: EventBody): EventBody {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, value ?? undefined]));
}

async function insertNew(
  { google, place, sendUpdates }: WriteContext,
  { id, etag }: ReadEvent,
  body: EventBody,
): Promise<Written | Failed> {
  for (let number = 1; ; number++) {
    const newId = eventIdOf(id, etag, JSON.stringify(body), String(number));
    const outcome = await insertSettled(google, place, { ...body, id: newId }, { sendUpdates });
    if (outcome.kind !== "failed" || outcome.because !== "gone" || number === maxIds) return outcome;
  }
}

/**
 * Ends the old series before the occurrence.
 *
 * @param by names the call: the same for the same call repeated, another one for every other split
 */
async function endSeries(
  { google, place, sendUpdates }: WriteContext,
  { id, etag }: ReadEvent,
  { split, exceptions }: Cut,
  by: string,
): Promise<Written | Failed> {
  const body = { recurrence: split.before, extendedProperties: { private: { [endedBy]: by } } };
  const ended = await patchSettled(google, { ...place, eventId: id }, body, { etag, sendUpdates });
  if (ended.kind === "failed") return ended;
  // Google does not document what becomes of them. If they exist no longer, the deletion is refused.
  for (const exception of exceptions) {
    const where = { ...place, eventId: exception.id };
    await removeSettled(google, where, { etag: exception.etag, sendUpdates: "none" });
  }
  return ended;
}
