import type { CalendarEvent } from "../../model/calendar-event.ts";
import {
  countOf,
  type Invocation,
  type Resource,
  slotOf,
  type WriteLedger,
  type WriteSeen,
} from "./write-ledger.fake.ts";

/* The invariants of schedules.test.ts, whose comment explains them. Each function throws at a violation. */

/** I2: the version that is replaced is the one that the user has seen. Called after each write. */
export function expectSeen(write: WriteSeen): void {
  const { author, before, eventId, kind } = write;
  if (author === "google" || before === undefined || kind === "insert" || kind === "move") return;
  const allowed = seenBy(author, eventId);
  const isSameContent = eventId === author.asked.shown?.eventId && isStored(author.asked.shown, before);
  if (!allowed.has(before.etag) && !isSameContent)
    throw new Error(
      `I2: ${author.name} has replaced ${eventId} ${before.etag}, but had seen ${[...allowed].join()}`,
    );
}

function seenBy({ asked, read, stored }: Invocation, eventId: string): ReadonlySet<string> {
  // An occurrence that was never changed has its series' etag.
  const [seriesId = ""] = eventId.split("_");
  const own = new Set([...(read.get(eventId) ?? []), ...(read.get(seriesId) ?? [])]);
  if (asked.work === "create" || asked.work === "respond" || asked.work === "move") return own;
  const { etag, eventId: askedFor } = asked.input;
  if (etag === undefined) return own;
  if (eventId === askedFor) return new Set([etag]);
  // The series of the occurrence: both have one etag, or the occurrence is an exception.
  if (askedFor.startsWith(`${eventId}_`)) return new Set([etag, ...stored]);
  // Other exceptions of the series, and the new series.
  return own;
}

/** I1 and I3, when all calls of Google have arrived. */
export function expectOutcome(
  invocation: Invocation,
  { invocations: all, writes: every }: WriteLedger,
): void {
  const { name, asked, outcome, state } = invocation;
  if (state !== "ended" || outcome === undefined) return;
  const fail = (what: string) => {
    throw new Error(`${what}: ${name} ${asked.work}: ${JSON.stringify(invocation.writes.map(short))}`);
  };
  if (outcome.kind === "failed") {
    const twins = all.filter(other => other.asked === asked);
    const atGoogle = every.filter(({ author }) => author === "google");
    const left = notTakenBack(invocation.writes, [...twins.flatMap(other => other.writes), ...atGoogle]);
    if (outcome.because === "outcomeUnknown") {
      const ids = left.map(({ eventId }) => eventId);
      if (new Set(ids).size !== ids.length) fail("I3: carried out twice, and the outcome is unknown");
    } else if (left.length > 0 && !(asked.work === "create" && outcome.because === "gone")) {
      fail(`I3: has written something, and failed with ${outcome.because}`);
    }
    return;
  }
  // A repetition may be the one that has carried it out: then all of them are accepted.
  const writes = all.filter(other => other.asked === asked).flatMap(other => other.writes);
  const { eventId } = outcome.event;
  const marked = (one: WriteSeen) => JSON.stringify(one.body).includes(asked.mark);
  const ofEvent = writes.filter(one => one.eventId === eventId && one.kind !== "remove");
  switch (asked.work) {
    case "create":
      if (ofEvent.filter(({ kind }) => kind === "insert").length !== 1) fail("I1: not created exactly once");
      return;
    case "move":
      if (ofEvent.filter(({ kind }) => kind === "move").length === 0) fail("I1: not moved");
      return;
    case "update":
    case "respond": {
      const own = invocation.writes.filter(one => one.kind === "patch" && marked(one));
      const twice = own.length > new Set(own.map(one => one.eventId)).size;
      if (twice || !ofEvent.some(one => one.kind === "insert" || marked(one)))
        fail("I1: not applied exactly once");
      if (ofEvent.filter(({ kind }) => kind === "insert").length > 1) fail("I1: split twice");
      return;
    }
    case "delete":
      // `expectDeleted`, at once: later the event may have been moved back.
      return;
  }
}

/** I1: what was deleted is gone as soon as the user is told so. */
export async function expectDeleted(
  { name, asked, outcome }: Invocation,
  ledger: WriteLedger,
  calendarId: string,
) {
  if (asked.work !== "delete" || outcome?.kind !== "written") return;
  const { eventId, scope } = asked.input;
  const now = await ledger.event(calendarId, eventId);
  const wasMoved = ledger.writes.some(write => write.kind === "move" && eventId.startsWith(write.eventId));
  if (now === undefined || now["status"] === "cancelled" || wasMoved) return;
  // An occurrence of a series that was moved after the deletion.
  if (scope !== "this" && ledger.writes.at(-1)?.author === "google") return;
  throw new Error(`I1: ${name} has deleted ${eventId}, which exists`);
}

const short = ({ kind, eventId, isLate }: WriteSeen) => `${kind} ${eventId}${isLate ? " late" : ""}`;

/**
 * The writes of a run, without a new series that was removed again, and its occurrences. The same call repeated has the
 * same new series, and may be the one that removes it; somebody at Google may be faster.
 */
function notTakenBack(writes: readonly WriteSeen[], all: readonly WriteSeen[]): WriteSeen[] {
  const inserted = new Set(all.filter(({ kind }) => kind === "insert").map(({ eventId }) => eventId));
  const takenBack = all
    .filter(({ kind, eventId }) => kind === "remove" && inserted.has(eventId))
    .map(({ eventId }) => eventId);
  return writes.filter(
    ({ eventId }) => !takenBack.some(id => eventId === id || eventId.startsWith(`${id}_`)),
  );
}

/**
 * I1 and I2 at rest: every occurrence that nobody has deleted exists, once, with the title that it was given.
 *
 * @param doubtful places of events of which a split has not ended, or has ended with an unknown outcome
 */
export function expectEveryOccurrence(
  ledger: WriteLedger,
  now: readonly Resource[],
  doubtful: ReadonlySet<string>,
): void {
  for (const slot of ledger.slots) {
    if (ledger.deleted.has(slot)) continue;
    const found = countOf(now, slot);
    if (found === 0) throw new Error(`I2: ${slot} is lost`);
    if (found > 1 && !doubtful.has(placeOf(slot))) throw new Error(`I1: ${slot} exists ${found} times`);
  }
  for (const [slot, title] of ledger.ownTitles) {
    const found = now.filter(one => slotOf(one) === slot);
    if (ledger.deleted.has(slot) || doubtful.has(placeOf(slot))) continue;
    if (!found.some(one => one["summary"] === title))
      throw new Error(
        `I2: ${slot} has lost its title ${title}: ${found.map(one => String(one["summary"])).join()}`,
      );
  }
}

const placeOf = (slot: string): string => slot.slice(0, slot.lastIndexOf("/"));

/** I4: Firestore has Google's expansion. */
export function expectInStep(stored: ReadonlyMap<string, CalendarEvent>, google: readonly Resource[]): void {
  const wanted = new Map(google.map(one => [one.id, one]));
  for (const id of stored.keys()) if (!wanted.has(id)) throw new Error(`I4: ${id} is not at Google`);
  for (const one of google)
    if (!isStored(stored.get(one.id), one))
      throw new Error(`I4: ${JSON.stringify(stored.get(one.id))} instead of ${JSON.stringify(one)}`);
}

/**
 * Whether an event is stored as it is at Google. The sync does not write an occurrence of which only the series' etag
 * has changed.
 */
export function isStored(found: CalendarEvent | undefined, google: Resource): boolean {
  if (found === undefined) return false;
  const { etag, summary, location, start, end, recurringEventId } = google;
  const guests = (google["attendees"] ?? []) as readonly Guest[];
  const answersOf = (all: readonly Guest[]) =>
    all.map(({ responseStatus, comment }) => [responseStatus, comment]);
  return (
    (found.etag === etag || recurringEventId !== undefined) &&
    found.summary === summary &&
    found.location === location &&
    found.startAtMs === momentOf(start) &&
    found.endAtMs === momentOf(end) &&
    JSON.stringify(answersOf(found.attendees ?? [])) === JSON.stringify(answersOf(guests))
  );
}

interface Guest {
  readonly responseStatus?: string | undefined;
  readonly comment?: string | undefined;
}

/** Days begin in Berlin. */
function momentOf(time: unknown): number {
  const { dateTime, date } = time as { readonly dateTime?: string; readonly date?: string };
  return Date.parse(dateTime ?? `${date}T00:00:00+01:00`);
}
