import { callAs } from "@firestore-calendar-sync/harness";
import type { EventTime } from "@firestore-calendar-sync/client";
import type { CallAnswer } from "../../stack/client/callables.ts";
import type { DocumentData } from "firebase-admin/firestore";
import { eventIdOf } from "../../functions/src/write/event-id.ts";
import type { ChaosWorld, Creation, Person } from "./chaos-world.ts";
import { familyOf, place, times, type Action } from "./edits.ts";

/** How often a user repeats a request whose answer was lost or a failure that may pass. */
const repetitions = 4;
const transient = new Set(["UNAVAILABLE", "UNKNOWN", "INTERNAL", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED"]);

/** Calls a function that writes. Undefined: the answer was lost, for example because the instance was killed. */
async function attempt(
  world: ChaosWorld,
  person: Person,
  name: string,
  data: object,
): Promise<CallAnswer | undefined> {
  const answer = await callAs(world.harness, { uid: person.uid }, name, data).catch(() => undefined);
  const code = answer === undefined ? "lost" : (answer.error?.status ?? "done");
  world.tally.noteWrite(name, code);
  return answer;
}

/** Like `attempt`; repeats the same call as long as the failure may pass. */
async function insist(world: ChaosWorld, person: Person, name: string, data: object): Promise<boolean> {
  for (let left = repetitions; left > 0; left--) {
    const answer = await attempt(world, person, name, data);
    if (answer?.status === 200) {
      // A user who is not sure, or an app that is closed before it has seen the answer, asks again.
      if (world.random() < 0.3) await attempt(world, person, name, data);
      return true;
    }
    if (answer !== undefined && !transient.has(answer.error?.status ?? "")) return false;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return false;
}

/** A random stored event of a person, with its document. */
async function someStored(
  world: ChaosWorld,
  fits: (event: DocumentData) => boolean = () => true,
): Promise<{ readonly person: Person; readonly event: DocumentData } | undefined> {
  const person = world.pick(world.people);
  if (person === undefined) return undefined;
  const { docs } = await world.harness.db.collection(`users/${person.uid}/calendarEvents`).get();
  const event = world.pick(docs.map(document => document.data()).filter(fits));
  return event && { person, event };
}

const scopes = ["this", "following", "all"] as const;

function shown({ calendarKey, eventId, etag }: DocumentData): object {
  return { calendarKey: calendarKey as unknown, eventId: eventId as unknown, etag: etag as unknown };
}

/** True if an occurrence's series was split: then the times of its parts stay, as for edits at Google. */
async function isSplit(
  { harness }: ChaosWorld,
  { uid }: Person,
  { recurringEventId }: DocumentData,
): Promise<boolean> {
  if (typeof recurringEventId !== "string") return false;
  const family = familyOf(recurringEventId);
  if (family !== recurringEventId) return true;
  const second = harness.db
    .collection(`users/${uid}/calendarEvents`)
    .where("recurringEventId", ">=", `${family}_R`)
    .where("recurringEventId", "<", `${family}_S`);
  return (await second.limit(1).get()).size > 0;
}

/** The times of an event some hours later or earlier, or some days if it is all-day. */
function shifted(world: ChaosWorld, { start, end }: DocumentData): object {
  const by = Math.round(world.between(-8, 8));
  const shift = (time: EventTime): EventTime => {
    if ("date" in time) {
      const ms = Date.parse(`${time.date}T00:00:00Z`) + by * 86_400_000;
      return { date: new Date(ms).toISOString().slice(0, 10) };
    }
    const dateTime = new Date(Date.parse(time.dateTime) + by * 3_600_000).toISOString();
    return { ...time, dateTime };
  };
  return { start: shift(start as EventTime), end: shift(end as EventTime) };
}

/** Writes by users through the product's functions. Whatever they write, Firestore must equal Google at rest. */
export const writes: readonly Action[] = [
  {
    name: "created by the app",
    weight: 4,
    run: async world => {
      const { person, calendarId } = place(world);
      const calendarKey = (await world.calendarKeys(person)).get(calendarId);
      if (calendarKey === undefined) return;
      const requestId = world.name("request").replace(" ", "-");
      const guest = world.pick(world.people)?.email ?? person.email;
      const attendees = world.random() < 0.4 && guest !== person.email ? [{ email: guest }] : undefined;
      const event = {
        summary: world.name("Created"),
        description: requestId,
        ...times(world),
        ...(attendees && calendarId === person.email && { attendees }),
      };
      const eventId = eventIdOf(calendarKey, requestId);
      const creation: Creation = { person, eventId, requestId, accepted: false };
      world.creations.push(creation);
      creation.accepted = await insist(world, person, "createEvent", { calendarKey, event, requestId });
    },
  },
  {
    name: "changed by the app",
    weight: 4,
    run: async world => {
      const found = await someStored(world);
      if (found === undefined) return;
      const { person, event } = found;
      const scope = world.pick(scopes);
      const mayMove = world.random() < 0.4 && (scope === "this" || !(await isSplit(world, person, event)));
      const changes = { summary: world.name("Changed by the app"), ...(mayMove && shifted(world, event)) };
      await insist(world, person, "updateEvent", { ...shown(event), scope, changes });
    },
  },
  {
    name: "deleted by the app",
    weight: 1,
    run: async world => {
      const found = await someStored(world);
      if (found === undefined) return;
      await insist(world, found.person, "deleteEvent", { ...shown(found.event), scope: world.pick(scopes) });
    },
  },
  {
    name: "answered by the app",
    weight: 2,
    run: async world => {
      const found = await someStored(world, event => event["selfResponse"] !== undefined);
      if (found === undefined) return;
      const { calendarKey, eventId } = found.event as Record<string, unknown>;
      const response = world.pick(["accepted", "tentative", "declined"]);
      await insist(world, found.person, "respondToEvent", { calendarKey, eventId, response });
    },
  },
];
