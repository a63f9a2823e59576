import type {
  CreateEventInput,
  DeleteEventInput,
  EventChanges,
  MoveEventInput,
  RespondToEventInput,
  SeriesScope,
  UpdateEventInput,
} from "@firestore-calendar-sync/client";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import { dayMs, uid } from "../../sync/testing/sync-world.fake.ts";
import { startMs } from "../../sync/testing/virtual-clock.fake.ts";
import type { Choose } from "../../sync/testing/schedule.fake.ts";
import { createEvent } from "../create-event.ts";
import { deleteEvent } from "../delete-event.ts";
import { moveEvent } from "../move-event.ts";
import { respondToEvent } from "../respond-to-event.ts";
import { updateEvent } from "../update-event.ts";
import type { WriteOutcome, WritePorts } from "../write-context.ts";

/** A call of one of the callables. */
export type Asked = {
  /** A text that only this call writes. */
  readonly mark: string;
  /** The event's `location`. */
  readonly place: string;
  /** The event's document, as it was on the screen. */
  readonly shown?: CalendarEvent;
} & (
  | { readonly work: "create"; readonly input: CreateEventInput }
  | { readonly work: "update"; readonly input: UpdateEventInput }
  | { readonly work: "delete"; readonly input: DeleteEventInput }
  | { readonly work: "respond"; readonly input: RespondToEventInput }
  | { readonly work: "move"; readonly input: MoveEventInput }
);

export async function run(ports: WritePorts, asked: Asked): Promise<WriteOutcome> {
  switch (asked.work) {
    case "create":
      return await createEvent(ports, uid, asked.input);
    case "update":
      return await updateEvent(ports, uid, asked.input);
    case "delete":
      return await deleteEvent(ports, uid, asked.input);
    case "respond":
      return await respondToEvent(ports, uid, asked.input);
    case "move":
      return await moveEvent(ports, uid, asked.input);
  }
}

const pick = <T>(choose: Choose, weighted: readonly (readonly [T, number])[]): T => {
  const [value] = weighted[choose(weighted.map(([, weight]) => weight))] ?? [];
  if (value === undefined) throw new Error("nothing to choose from");
  return value;
};

/** A time in January, which the whole world is in: no change of daylight saving. */
export const at = (day: number, hour: number) => ({
  dateTime: `${new Date(startMs + day * dayMs).toISOString().slice(0, 10)}T${String(hour).padStart(2, "0")}:00:00+01:00`,
  timeZone: "Europe/Berlin",
});

/** What a user does with the events of a calendar that are on the screen. */
export function chooseWrite(
  choose: Choose,
  calendarKey: string,
  otherKey: string,
  seen: ReadonlyMap<string, CalendarEvent>,
  mark: string,
): Asked {
  const works = [
    ["create", 2],
    ["update", 6],
    ["delete", 2],
    ["move", 0.7],
    ["respond", 1],
  ] as const;
  const events = [...seen.values()];
  const work = events.length === 0 ? "create" : pick(choose, works);
  if (work === "create") return newEvent(choose, calendarKey, mark);
  const invited = events.filter(({ attendees = [] }) => attendees.some(guest => guest.self === true));
  if (work === "respond" && invited.length > 0) {
    const shown = pick(choose, evenly(invited));
    const { eventId, location: place = "" } = shown;
    const response = pick(choose, evenly(["accepted", "tentative", "declined"] as const));
    const scope = pick(choose, evenly(["this", "all"] as const));
    return { work, mark, place, shown, input: { calendarKey, eventId, response, scope, comment: mark } };
  }
  const shown = pick(choose, evenly(events));
  const { eventId, location: place = "" } = shown;
  // Rarely an app that sends no etag.
  const etag = choose([5, 1]) === 0 ? { etag: shown.etag } : {};
  if (work === "move")
    return { work, mark, place, shown, input: { calendarKey, toCalendarKey: otherKey, eventId, ...etag } };
  const scope = pick<SeriesScope>(choose, evenly(["this", "following", "all"]));
  if (work === "delete") return { work, mark, place, shown, input: { calendarKey, eventId, scope, ...etag } };
  return {
    work: "update",
    mark,
    place,
    shown,
    input: { calendarKey, eventId, scope, changes: changesOf(choose, shown, mark), ...etag },
  };
}

function newEvent(choose: Choose, calendarKey: string, mark: string): Asked {
  const day = pick(choose, evenly([1, 2, 3, 4, 5]));
  const times = { start: at(day, 10), end: at(day, 11) };
  // The place names the event, also after it was changed, moved or split: nobody changes it.
  const place = `made by ${mark}`;
  const event = { ...times, summary: mark, location: place };
  const recurrence = choose([3, 1]) === 1 ? { recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] } : {};
  return {
    work: "create",
    mark,
    place,
    input: { calendarKey, requestId: `request-${mark}`, event: { ...event, ...recurrence } },
  };
}

/** A new title; often also half an hour later. Events stay on their day. */
function changesOf(choose: Choose, { start, end, startAtMs, endAtMs }: CalendarEvent, mark: string) {
  const changes: EventChanges = { summary: mark };
  const isLate = new Date(endAtMs).getUTCHours() >= 20;
  if ("date" in start || "date" in end || isLate || choose([2, 1]) === 0) return changes;
  const later = (ms: number) => ({
    dateTime: new Date(ms + 1_800_000).toISOString(),
    timeZone: "Europe/Berlin",
  });
  return { ...changes, start: later(startAtMs), end: later(endAtMs) };
}

const evenly = <T>(values: readonly T[]): (readonly [T, number])[] => values.map(value => [value, 1]);
