import type { EventChanges, UpdateEventInput } from "@firestore-calendar-sync/client";
import type { EventBody } from "../ports/event-writes.port.ts";
import type { GoogleTime } from "../model/google-time.ts";
import { patchBody, timeBody, withZone } from "./event-body.ts";
import { eventIdOf } from "./event-id.ts";
import { findOccurrence, type Found, type Series } from "./find-occurrence.ts";
import { dayMs } from "../recurrence/civil.ts";
import { expandSeries } from "../recurrence/expand-series.ts";
import type { Zone } from "../recurrence/zone.ts";
import { type ReadEvent, readEvent } from "./google-event.ts";
import { areTimes, isStill, movedTimes, moveOf, type Times } from "./moved-times.ts";
import { keyOf, localOf, movedLines, plainSeries } from "./series-lines.ts";
import { patchSettled, removeSettled } from "./settled-writes.ts";
import { updateFollowing } from "./split-series.ts";
import { type WriteContext, type WriteOutcome, type WritePorts, writeIn, written } from "./write-context.ts";
import { type Failed, failedBecause } from "./write-failure.ts";

/** Changes an event, one occurrence of a series, this and all later ones, or all. */
export async function updateEvent(
  ports: WritePorts,
  uid: string,
  input: UpdateEventInput,
): Promise<WriteOutcome> {
  const { eventId, changes, etag, scope = "this" } = input;
  return await writeIn(ports, { uid, ...input }, "update", async context => {
    if (scope === "this") return await updateOne(context, eventId, etag, changes);
    const found = await findOccurrence(context, eventId, etag, true);
    if (found.kind === "failed") return found;
    const { event, series } = found;
    if (series === undefined) return await updateOne(context, event.id, event.etag, changes, event);
    if (scope === "all") return await updateAll(context, event, series, changes);
    const split = await updateFollowing(context, event, series, changes);
    return split === "first" ? await updateAll(context, event, series, changes) : split;
  });
}

/** Changes one event, or one occurrence, which is then an exception of its series. */
async function updateOne(
  context: WriteContext,
  eventId: string,
  etag: string | undefined,
  changes: EventChanges,
  known?: ReadEvent,
): Promise<WriteOutcome> {
  const { google, place, sendUpdates, timeZone } = context;
  const { start, end, attendees, conference, recurrence } = changes;
  const isHalf = (start === undefined) !== (end === undefined);
  const dependsOnEvent =
    etag === undefined ||
    attendees !== undefined ||
    conference === true ||
    recurrence !== undefined ||
    isHalf;
  let before = known;
  if (before === undefined && dependsOnEvent) {
    const found: Found | Failed = await findOccurrence(context, eventId, etag, false);
    if (found.kind === "failed") return found;
    before = found.event;
  }
  if (recurrence !== undefined && before?.recurringEventId !== undefined) return failedBecause("badChange");
  const times = timesAfter(changes, before);
  if (times === "bad") return failedBecause("badTimes");
  const knownEtag = before?.etag ?? etag;
  if (knownEtag === undefined) return failedBecause("badChange");
  const inZone = recurrence == null ? (time: GoogleTime) => time : withZone(timeZone);
  const body: EventBody = {
    ...patchBody(changes, before, eventIdOf(place.accountId, eventId, knownEtag)),
    ...(times !== undefined && { start: timeBody(inZone(times.start)), end: timeBody(inZone(times.end)) }),
    ...(recurrence !== undefined && { recurrence }),
  };
  const outcome = await patchSettled(google, { ...place, eventId }, body, { etag: knownEtag, sendUpdates });
  if (outcome.kind === "failed" && outcome.because === "changedMeanwhile" && before === undefined) {
    // Perhaps only the etag of its series has changed (`isShown`).
    const found: Found | Failed = await findOccurrence(context, eventId, etag, false);
    return found.kind === "failed" ? found : await updateOne(context, eventId, etag, changes, found.event);
  }
  return written(outcome);
}

/**
 * The event's times after the changes. Undefined if they need not be written: they stay, and the event does not become
 * a series, which needs times with a zone.
 */
function timesAfter(changes: EventChanges, before: ReadEvent | undefined): Times | undefined | "bad" {
  const { recurrence } = changes;
  if (changes.start === undefined && changes.end === undefined && recurrence == null) return undefined;
  const start = changes.start ?? before?.start;
  const end = changes.end ?? before?.end;
  if (start === undefined || end === undefined || !areTimes({ start, end })) return "bad";
  return { start, end };
}

/** Changes a whole series. An occurrence that was changed before keeps its own values, except for the one in hand. */
async function updateAll(
  context: WriteContext,
  event: ReadEvent,
  series: Series,
  changes: EventChanges,
): Promise<WriteOutcome> {
  const { google, place, sendUpdates } = context;
  const { id, etag } = series.event;
  const placed = seriesAfter(context, event, series.event, changes);
  if (placed.kind === "failed") return placed;
  const body: EventBody = {
    ...patchBody(changes, series.event, eventIdOf(place.accountId, id, etag)),
    ...placed.body,
  };
  const outcome = await patchSettled(google, { ...place, eventId: id }, body, { etag, sendUpdates });
  if (outcome.kind === "failed") return outcome;
  const moved = placed.isMoved ? readEvent(outcome.event) : undefined;
  if (series.isException) await updateException(context, event, changes, moved);
  return written(outcome);
}

/** The times and lines of a series after a change of one occurrence that is meant for all. */
function seriesAfter(
  { zone, timeZone }: WriteContext,
  event: ReadEvent,
  master: ReadEvent,
  { start, end, recurrence }: EventChanges,
): { readonly kind: "body"; readonly body: EventBody; readonly isMoved: boolean } | Failed {
  const bodyOf = (body: EventBody, isMoved = false) => ({ kind: "body", body, isMoved }) as const;
  if (start === undefined && end === undefined && recurrence !== null)
    return bodyOf(recurrence === undefined ? {} : { recurrence });
  const to = { start: start ?? event.start, end: end ?? event.end };
  const { originalStartTime: original } = event;
  const { start: from, end: until } = master;
  if (!isComplete(to) || original === undefined || from === undefined || until === undefined)
    return failedBecause("badTimes");
  if (recurrence === null) {
    if (!areTimes(to)) return failedBecause("badTimes");
    // The event that is left is this occurrence.
    return bodyOf({ recurrence, start: timeBody(to.start), end: timeBody(to.end) });
  }
  const move = moveOf(original, from, to, zone);
  if (move === undefined) return failedBecause("badTimes");
  const plain = plainSeries({ start: from, end: until, recurrence: master.recurrence ?? [] }, zone);
  const key = plain && keyOf(original, plain);
  if (plain === undefined || key === undefined) return failedBecause("fixedRule");
  const moved = recurrence ?? (isStill(move) ? undefined : movedLines(plain, move, localOf(plain, key)));
  if (recurrence === undefined && moved === undefined && !isStill(move)) return failedBecause("fixedRule");
  const times = movedTimes(move, plain.read.startLocalMs);
  const inZone = withZone(timeZone);
  const body = {
    start: timeBody(inZone(times.start)),
    end: timeBody(inZone(times.end)),
    ...(moved !== undefined && { recurrence: moved }),
  };
  return bodyOf(body, !isStill(move));
}

function isComplete(times: { start: GoogleTime | undefined; end: GoogleTime | undefined }): times is Times {
  return times.start !== undefined && times.end !== undefined;
}

/**
 * The occurrence from which the series was changed, if it was an exception. It gets the changes, because the user has
 * seen them there. If the series has moved, it has an occurrence where the user has put this one, so this one is
 * removed; but if the moved series has another occurrence in its place, it becomes that one. If it has changed since it
 * was read, it stays as it is. A failure here does not undo the change of the series.
 */
async function updateException(
  context: WriteContext,
  event: ReadEvent,
  { recurrence: _recurrence, ...changes }: EventChanges,
  moved: ReadEvent | undefined,
): Promise<void> {
  const { google, place, zone } = context;
  const { id, etag } = event;
  if (moved === undefined) {
    await updateOne(context, id, etag, changes, event);
    return;
  }
  const times = timesInSeries(moved, event, zone);
  if (times === undefined)
    await removeSettled(google, { ...place, eventId: id }, { etag, sendUpdates: "none" });
  else await updateOne(context, id, etag, { ...changes, ...times }, event);
}

/** The times that a series gives to an occurrence. Undefined if it has no such occurrence. */
function timesInSeries(
  { id, start, end, recurrence }: ReadEvent,
  { id: eventId, originalStartTime: original }: ReadEvent,
  zone: Zone,
): Times | undefined {
  if (start === undefined || end === undefined || original === undefined) return undefined;
  const aroundMs = Date.parse("date" in original ? original.date : original.dateTime);
  const window = { fromMs: aroundMs - dayMs, toMs: aroundMs + 2 * dayMs };
  const expansion = expandSeries({ id, start, end, recurrence: recurrence ?? [] }, [], window, zone);
  if (expansion.kind === "malformed") return undefined;
  const found = expansion.occurrences.find(occurrence => occurrence.eventId === eventId);
  return found && { start: found.start, end: found.end };
}
