import { isDeepStrictEqual } from "node:util";
import {
  agendaQuery,
  calendarAgendaQuery,
  eventDocument,
  upcomingQuery,
  type QueryDescription,
} from "@firestore-calendar-sync/client";
import { toEventDocument } from "../../firestore/sync-store.repository.ts";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import { uid } from "../testing/sync-world.fake.ts";
import type { CaseWorld } from "./case-world.fake.ts";
import type { Expectation } from "./case-schema.fake.ts";

/** The unmet expectations of a world, as texts; empty if all are met. */
export function unmet(world: CaseWorld, { anyOf, ...expectation }: Expectation): string[] {
  const problems = [
    ...unmetStarts(world.stored, expectation),
    ...unmetContent(world.stored, expectation),
    ...unmetVisibility(world, expectation.visible ?? []),
    ...unmetStatus(world, expectation),
  ];
  const others = (anyOf ?? []).map(one => unmet(world, one));
  return others.length === 0 || others.some(one => one.length === 0)
    ? problems
    : [...problems, ...others.flat()];
}

/** An instant without milliseconds, as in the case files; for an all-day event its date. */
function startOf({ start, startAtMs }: CalendarEvent): string {
  return "date" in start ? start.date : instantOf(startAtMs);
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

function unmetStarts(stored: readonly CalendarEvent[], expectation: Expectation): string[] {
  const { starts, atLeast = false, from, to, count } = expectation;
  const fromMs = from === undefined ? -Infinity : Date.parse(from);
  const toMs = to === undefined ? Infinity : Date.parse(to);
  const found = stored
    .filter(({ startAtMs }) => startAtMs >= fromMs && startAtMs < toMs)
    .map(startOf)
    .sort();
  const problems: string[] = [];
  if (starts !== undefined) {
    const missing = without(starts, found);
    const surplus = atLeast ? [] : without(found, starts);
    if (missing.length > 0) problems.push(`no occurrence at ${missing.join(", ")}`);
    if (surplus.length > 0) problems.push(`unexpected at ${surplus.join(", ")}`);
  }
  if (count !== undefined && found.length !== count)
    problems.push(`${found.length} occurrences, not ${count}`);
  return problems;
}

/** The values of `all` without those of `taken`; each value of `taken` removes one occurrence. */
function without(all: readonly string[], taken: readonly string[]): string[] {
  const left = [...taken];
  return all.filter(one => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function unmetContent(stored: readonly CalendarEvent[], expectation: Expectation): string[] {
  const { ids, absent = [], events = {}, includes = {} } = expectation;
  const found = stored.map(({ eventId }) => eventId);
  const problems = absent.filter(id => found.includes(id)).map(id => `${id} is stored`);
  if (ids !== undefined && !isDeepStrictEqual([...ids].sort(), [...found].sort()))
    problems.push(`ids are ${found.sort().join(", ")}`);
  for (const [id, fields] of [...Object.entries(events), ...Object.entries(includes)]) {
    const event = stored.find(({ eventId }) => eventId === id);
    if (event === undefined) problems.push(`${id} is not stored`);
    else
      for (const [name, value] of Object.entries(fields))
        if (!isPart(value, fieldOf(event, name)))
          problems.push(`${id}.${name} is ${JSON.stringify(fieldOf(event, name))}`);
  }
  return problems;
}

/** A field of the document; times as in the case files. */
function fieldOf(event: CalendarEvent, name: string): unknown {
  if (name === "startAt" || (name === "start" && "dateTime" in event.start))
    return instantOf(event.startAtMs);
  if (name === "endAt" || (name === "end" && "dateTime" in event.end)) return instantOf(event.endAtMs);
  return (event as Readonly<Record<string, unknown>>)[name];
}

/** True if `actual` contains all of `wanted`. Objects may have further fields; lists may not have further items. */
function isPart(wanted: unknown, actual: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return isDeepStrictEqual(wanted, actual);
  if (typeof actual !== "object" || actual === null) return false;
  if (Array.isArray(wanted))
    return (
      Array.isArray(actual) &&
      wanted.length === actual.length &&
      wanted.every((one, index) => isPart(one, actual[index]))
    );
  return Object.entries(wanted).every(([name, value]) =>
    isPart(value, (actual as Readonly<Record<string, unknown>>)[name]),
  );
}

function unmetStatus({ sync, client }: CaseWorld, expectation: Expectation): string[] {
  const { phase, notPhase, active, reauth, watchStopped, fullLists } = expectation;
  const shown = sync.documents.calendars.get(`${uid}/${sync.key}`)?.phase;
  const needsConsent = sync.reauthRequired.length > 0;
  const isStopped = sync.queue.watchTasks.some(({ action }) => action === "stop");
  const problems: string[] = [];
  if (phase !== undefined && shown !== phase) problems.push(`phase is ${shown}, not ${phase}`);
  if (notPhase !== undefined && shown === notPhase) problems.push(`phase is ${notPhase}`);
  if (active !== undefined && sync.state.active !== active) problems.push(`active is ${sync.state.active}`);
  if (reauth !== undefined && needsConsent !== reauth)
    problems.push(`asks to connect again: ${needsConsent}`);
  if (watchStopped !== undefined && isStopped !== watchStopped) problems.push(`watch stopped: ${isStopped}`);
  if (fullLists !== undefined && client.fullLists !== fullLists)
    problems.push(`${client.fullLists} full lists`);
  return problems;
}

type Range = NonNullable<Expectation["visible"]>[number];

function unmetVisibility({ stored, sync }: CaseWorld, ranges: readonly Range[]): string[] {
  const problems: string[] = [];
  for (const range of ranges) {
    const [from, to] = [new Date(range.from), new Date(range.to)];
    const queries = {
      agenda: agendaQuery(uid, from, to),
      calendar: calendarAgendaQuery(uid, sync.key, from, to),
    };
    for (const [name, query] of Object.entries(queries)) {
      const shown = answerOf(query, stored);
      for (const id of range.shows)
        if (!shown.includes(id)) problems.push(`${name} hides ${id} in ${range.from}`);
      for (const id of range.hides)
        if (shown.includes(id)) problems.push(`${name} shows ${id} in ${range.from}`);
    }
    // The upcoming query returns the events that begin in the range; it does not check their ends.
    const upcoming = answerOf(upcomingQuery(uid, from, 1_000), stored);
    const begins = stored.filter(event => event.startAtMs >= from.getTime()).map(({ eventId }) => eventId);
    for (const id of range.shows)
      if (begins.includes(id) && !upcoming.includes(id)) problems.push(`upcoming hides ${id}`);
  }
  return problems;
}

/** The ids of the events that Firestore would return for a query. */
function answerOf({ filters, orders, limit }: QueryDescription, stored: readonly CalendarEvent[]): string[] {
  const valueOf = (event: CalendarEvent, field: string): unknown => {
    if (field === "startAt") return event.startAtMs;
    if (field === "endAt") return event.endAtMs;
    return (event as Readonly<Record<string, unknown>>)[field];
  };
  const matching = stored.filter(event =>
    filters.every(({ field, op, value }) => {
      const wanted = value instanceof Date ? value.getTime() : value;
      return holds(valueOf(event, field), op, wanted);
    }),
  );
  const [order] = orders;
  if (order !== undefined)
    matching.sort((a, b) => Number(valueOf(a, order.field)) - Number(valueOf(b, order.field)));
  return matching.slice(0, limit).map(({ eventId }) => eventId);
}

function holds(actual: unknown, op: QueryDescription["filters"][number]["op"], wanted: unknown): boolean {
  switch (op) {
    case "==":
      return actual === wanted;
    case "in":
      return Array.isArray(wanted) && wanted.includes(actual);
    case "<":
      return Number(actual) < Number(wanted);
    case "<=":
      return Number(actual) <= Number(wanted);
    case ">":
      return Number(actual) > Number(wanted);
    case ">=":
      return Number(actual) >= Number(wanted);
  }
}

/** The violated rules that hold for every case: nothing is thrown, and clients can read every document. */
export function broken({ thrown, stored }: CaseWorld): string[] {
  const unreadable = stored.filter(event => {
    if (event.endAtMs <= event.startAtMs) return true;
    try {
      return !eventDocument.safeParse(toEventDocument(event)).success;
    } catch {
      return true;
    }
  });
  return [
    ...thrown.map(error => `thrown: ${String(error)}`),
    ...unreadable.map(({ eventId }) => `clients cannot read ${eventId}, or its end is not after its start`),
  ];
}
