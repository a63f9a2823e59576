import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import type { ChaosWorld, Person } from "./chaos-world.ts";

/** An action of the chaos, its relative frequency and its name in the report. */
export interface Action {
  readonly name: string;
  readonly weight: number;
  readonly run: (world: ChaosWorld) => Promise<unknown>;
}

const rules = [
  "RRULE:FREQ=DAILY;COUNT=20",
  "RRULE:FREQ=WEEKLY;BYDAY=MO,TH",
  "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=40",
  "RRULE:FREQ=MONTHLY;BYDAY=-1FR",
  "RRULE:FREQ=WEEKLY;COUNT=12",
];

interface Place {
  readonly person: Person;
  readonly calendarId: string;
}

/** A random calendar of a random person. */
export function place(world: ChaosWorld): Place {
  const person = world.pick(world.people);
  const calendarId = person === undefined ? undefined : world.pick(person.calendarIds);
  if (person === undefined || calendarId === undefined) throw new Error("nobody is there");
  return { person, calendarId };
}

/** Random times, of all days or not. */
export function times(world: ChaosWorld): Pick<calendar_v3.Schema$Event, "start" | "end"> {
  const startMs = world.moment();
  if (world.random() < 0.2) {
    const date = (ms: number) => ({ date: new Date(ms).toISOString().slice(0, 10) });
    return { start: date(startMs), end: date(startMs + 86_400_000) };
  }
  const timeZone = world.pick(["Europe/Berlin", "America/New_York", "Asia/Kolkata"]) ?? "UTC";
  const at = (ms: number) => ({ dateTime: new Date(ms).toISOString(), timeZone });
  return { start: at(startMs), end: at(startMs + world.between(1, 8) * 900_000) };
}

async function eventsOf({ person, calendarId }: Place): Promise<calendar_v3.Schema$Event[]> {
  const { data } = await person.google.events.list({ calendarId, maxResults: 250 });
  return data.items ?? [];
}

/** A random event, or a random series if `isSeries`. Exceptions are not included. */
async function someEvent(world: ChaosWorld, where: Place, isSeries: boolean): Promise<string | undefined> {
  const events = await eventsOf(where);
  const fitting = events.filter(
    ({ recurrence, recurringEventId }) => !recurringEventId && (recurrence != null) === isSeries,
  );
  return world.pick(fitting)?.id ?? undefined;
}

/** The id without the suffix of a split: "this and following" names the second series `<family>_R<start>`. */
export function familyOf(seriesId: string): string {
  return seriesId.replace(/_R\d{8}(?:T\d{6})?$/, "");
}

async function someInstance(world: ChaosWorld, where: Place): Promise<string | undefined> {
  const eventId = await someEvent(world, where, true);
  if (eventId === undefined) return undefined;
  const { data } = await where.person.google.events.instances({
    calendarId: where.calendarId,
    eventId,
    maxResults: 30,
  });
  return world.pick(data.items ?? [])?.id ?? undefined;
}

/** Edits by users in their calendars. */
export const edits: readonly Action[] = [
  {
    name: "new event",
    weight: 6,
    run: async world => {
      const { person, calendarId } = place(world);
      const requestBody = { summary: world.name("Event"), ...times(world) };
      await person.google.events.insert({ calendarId, requestBody });
    },
  },
  {
    name: "new series",
    weight: 2,
    run: async world => {
      const { person, calendarId } = place(world);
      const recurrence = [world.pick(rules) ?? "RRULE:FREQ=DAILY;COUNT=5"];
      const requestBody = { summary: world.name("Series"), ...times(world), recurrence };
      await person.google.events.insert({ calendarId, requestBody });
    },
  },
  {
    name: "changed event",
    weight: 6,
    run: async world => {
      const where = place(world);
      const eventId = await someEvent(world, where, false);
      if (eventId === undefined) return;
      const requestBody = world.random() < 0.5 ? { summary: world.name("Changed") } : { ...times(world) };
      await where.person.google.events.patch({ calendarId: where.calendarId, eventId, requestBody });
    },
  },
  {
    name: "changed series",
    weight: 2,
    run: async world => {
      const where = place(world);
      const eventId = await someEvent(world, where, true);
      if (eventId === undefined) return;
      // The rule of a split series is not changed, because instances of both parts could then have the same id, at
      // Google and in Firestore. (The local Google gives the second part's instances other ids.)
      const isSplit = (await eventsOf(where)).some(({ id }) => id?.startsWith(`${familyOf(eventId)}_R`));
      const requestBody =
        isSplit || world.random() < 0.5
          ? { summary: world.name("Changed series") }
          : { recurrence: [world.pick(rules) ?? "RRULE:FREQ=DAILY;COUNT=5"] };
      await where.person.google.events.patch({ calendarId: where.calendarId, eventId, requestBody });
    },
  },
  {
    name: "changed instance",
    weight: 3,
    run: async world => {
      const where = place(world);
      const eventId = await someInstance(world, where);
      if (eventId === undefined) return;
      const requestBody = { summary: world.name("Exception") };
      await where.person.google.events.patch({ calendarId: where.calendarId, eventId, requestBody });
    },
  },
  {
    name: "cancelled instance",
    weight: 2,
    run: async world => {
      const where = place(world);
      const eventId = await someInstance(world, where);
      if (eventId === undefined) return;
      await where.person.google.events.delete({ calendarId: where.calendarId, eventId });
    },
  },
  {
    name: "this and following",
    weight: 1,
    run: async world => {
      const where = place(world);
      const instanceId = await someInstance(world, where);
      if (instanceId === undefined) return;
      const changes = { summary: world.name("Following") };
      await world.harness.control.split(where.calendarId, instanceId, changes);
    },
  },
  {
    name: "deleted event",
    weight: 3,
    run: async world => {
      const where = place(world);
      const eventId = await someEvent(world, where, world.random() < 0.3);
      if (eventId === undefined) return;
      await where.person.google.events.delete({ calendarId: where.calendarId, eventId });
    },
  },
  {
    name: "moved event",
    weight: 1,
    run: async world => {
      const where = place(world);
      const destination = world.pick(where.person.calendarIds.filter(id => id !== where.calendarId));
      const eventId = await someEvent(world, where, false);
      if (eventId === undefined || destination === undefined) return;
      await where.person.google.events.move({ calendarId: where.calendarId, eventId, destination });
    },
  },
];
