import { Timestamp } from "firebase-admin/firestore";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import type { ChaosWorld, Person } from "./chaos-world.ts";

interface TimeLike {
  readonly date?: string | null | undefined;
  readonly dateTime?: string | null | undefined;
}

const instant = ({ date, dateTime }: TimeLike = {}): string =>
  date ?? (dateTime ? new Date(dateTime).toISOString() : "none");

/** All errors after everything has settled. Empty if there are none. */
export async function findViolations(world: ChaosWorld): Promise<string[]> {
  const violations = await compareCalendars(world);
  violations.push(...(await checkCreations(world)));
  violations.push(...(await compareChannels(world)));
  violations.push(...world.harness.instances.crashes.map(words => `an instance crashed: ${words}`));
  violations.push(...world.leaks.map(line => `a secret is in a log: ${line}`));
  return violations;
}

/** The differences between Firestore and Google. */
export async function compareCalendars(world: ChaosWorld): Promise<string[]> {
  const problems: string[] = [];
  for (const person of world.people) {
    const calendars = await world.calendarKeys(person);
    for (const calendarId of person.calendarIds.filter(id => !calendars.has(id)))
      problems.push(`${calendarId}: not in Firestore`);
    for (const [calendarId, calendarKey] of calendars)
      problems.push(...(await compareCalendar(world, person, calendarId, calendarKey)));
  }
  return problems;
}

async function compareCalendar(
  world: ChaosWorld,
  person: Person,
  calendarId: string,
  calendarKey: string,
): Promise<string[]> {
  const { db } = world.harness;
  const [state, calendar] = await db.getAll(
    db.doc(`calendarSyncStates/${calendarKey}`),
    db.doc(`users/${person.uid}/calendars/${calendarKey}`),
  );
  if (state?.exists !== true || calendar === undefined) return [`${calendarId}: no state`];
  const problems: string[] = [];
  if (state.get("active") !== true) problems.push(`inactive (${String(state.get("inactiveReason"))})`);
  if (state.get("lease") !== null) problems.push("a lease is left");
  if (Number(state.get("coveredEpoch")) < Number(state.get("epoch")) - 1)
    problems.push("an epoch is not covered");
  const unreadable: unknown = calendar.get("sync.unreadable");
  if (unreadable !== undefined) problems.push(`unreadable: ${JSON.stringify(unreadable)}`);
  if (calendar.get("sync.phase") !== "live") problems.push(`phase ${String(calendar.get("sync.phase"))}`);
  const [from, to] = [state.get("windowStart") as unknown, state.get("horizon") as unknown];
  if (!(from instanceof Timestamp) || !(to instanceof Timestamp)) problems.push("never imported");
  else {
    const google = await atGoogle(person, calendarId, from, to);
    const stored = await inFirestore(world, person, calendarKey, from, to);
    problems.push(...differences(google, stored));
  }
  return problems.map(problem => `${calendarId}: ${problem}`);
}

function differences(google: ReadonlyMap<string, string>, stored: ReadonlyMap<string, string>): string[] {
  const missing = [...google].filter(([id]) => !stored.has(id));
  const ghosts = [...stored].filter(([id]) => !google.has(id));
  const other = [...google].filter(([id, text]) => stored.has(id) && stored.get(id) !== text);
  const some = (what: string, list: readonly (readonly [string, string])[]): string[] =>
    list.length === 0 ? [] : [`${list.length} ${what}, such as ${list[0]?.join(" ") ?? ""}`];
  return [
    ...some("missing", missing),
    ...some("that Google does not have", ghosts),
    ...some(
      "different",
      other.map(([id, text]) => [id, `${text} is stored as ${stored.get(id) ?? ""}`] as const),
    ),
  ];
}

/**
 * After a split, Google names the instances of the second series `<old id>_<start>`, and so does the product. The
 * local Google names them `<new id>_<start>` (docs/emulator-differences.md), so this function converts its ids.
 */
function asGoogleNames(id: string): string {
  return id.replace(/_R\d{8}(?:T\d{6})?(?=_\d{8})/, "");
}

/** The instances that Google returns for the period that the product covers. */
async function atGoogle(
  person: Person,
  calendarId: string,
  from: Timestamp,
  to: Timestamp,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let pageToken: string | undefined;
  do {
    const { data } = await person.google.events.list({
      calendarId,
      singleEvents: true,
      timeMin: from.toDate().toISOString(),
      timeMax: to.toDate().toISOString(),
      maxResults: 2500,
      ...(pageToken !== undefined && { pageToken }),
    });
    for (const { id, summary, start, end } of data.items ?? [])
      found.set(asGoogleNames(id ?? ""), `${summary ?? ""} ${instant(start)} ${instant(end)}`);
    pageToken = data.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
  return found;
}

async function inFirestore(
  { harness }: ChaosWorld,
  { uid }: Person,
  calendarKey: string,
  from: Timestamp,
  to: Timestamp,
): Promise<Map<string, string>> {
  const events = await harness.db
    .collection(`users/${uid}/calendarEvents`)
    .where("calendarKey", "==", calendarKey)
    .get();
  const found = new Map<string, string>();
  for (const event of events.docs) {
    const [startAt, endAt] = [event.get("startAt") as Timestamp, event.get("endAt") as Timestamp];
    // Firestore also has single events after the horizon, and expired events until the daily clean-up.
    if (endAt.toMillis() <= from.toMillis() || startAt.toMillis() >= to.toMillis()) continue;
    const time = (field: string) => instant(event.get(field) as TimeLike);
    found.set(
      asGoogleNames(String(event.get("eventId"))),
      `${String(event.get("summary") ?? "")} ${time("start")} ${time("end")}`,
    );
  }
  return found;
}

/**
 * Each accepted creation is at Google, and no creation twice. An event that was deleted or moved since is still there,
 * cancelled; a moved event also exists in another calendar of the same person.
 */
async function checkCreations(world: ChaosWorld): Promise<string[]> {
  const problems: string[] = [];
  for (const person of world.people) {
    const found = await Promise.all(person.calendarIds.map(id => everyEvent(person, id)));
    const events = found.flat();
    const ids = new Set(events.map(({ id }) => id));
    for (const { eventId, requestId, accepted } of world.creations.filter(each => each.person === person)) {
      if (accepted && !ids.has(eventId))
        problems.push(`${requestId} was accepted, and its event is not there`);
      const live = events.filter(each => each.description === requestId && each.status !== "cancelled");
      if (live.length > 1) problems.push(`${requestId} has created ${live.length} events`);
    }
  }
  return problems;
}

/** All events and series of a calendar, with the cancelled ones. */
async function everyEvent({ google }: Person, calendarId: string): Promise<calendar_v3.Schema$Event[]> {
  const found: calendar_v3.Schema$Event[] = [];
  let pageToken: string | undefined;
  do {
    const { data } = await google.events.list({
      calendarId,
      showDeleted: true,
      maxResults: 2500,
      ...(pageToken !== undefined && { pageToken }),
    });
    found.push(...(data.items ?? []));
    pageToken = data.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
  return found;
}

/** The errors of channels: a calendar without exactly one open watch, or an open channel at Google without a watch. */
async function compareChannels({ harness }: ChaosWorld): Promise<string[]> {
  const problems: string[] = [];
  const live = (await harness.control.channels()).filter(channel => channel.live);
  const watches = await harness.db.collection("calendarSyncWatches").get();
  const known = new Map(watches.docs.map(watch => [watch.id, String(watch.get("status"))]));
  for (const { id, calendarId } of live) {
    const status = known.get(id);
    if (status === undefined || status === "closed")
      problems.push(`orphan channel ${id} of ${calendarId} (${status ?? "unknown"})`);
  }
  const states = await harness.db.collection("calendarSyncStates").where("active", "==", true).get();
  for (const state of states.docs) {
    const open = watches.docs.filter(
      watch => watch.get("calendarKey") === state.id && watch.get("status") === "open",
    );
    if (open.length !== 1) problems.push(`${state.id} has ${open.length} open channels`);
  }
  return problems;
}
