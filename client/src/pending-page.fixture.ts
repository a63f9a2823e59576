import type { EventWriteFunctions } from "./callables.ts";
import { at, event } from "./documents.fixture.ts";
import type { EventDocument } from "./documents.ts";
import type { DeletedEvent, WrittenEvent } from "./event-writes.ts";
import type { LiveChange } from "./live.ts";
import { pendingEvents } from "./pending-events.ts";
import type { ShownEvent } from "./pending-shows.ts";

/** A call that a test answers. */
export interface Call {
  readonly name: keyof EventWriteFunctions;
  readonly input: object;
  readonly answer: (written?: WrittenEvent | DeletedEvent) => void;
  readonly fail: (error: Error) => void;
}

/** A page with pending events, whose calls a test answers, and whose time a test moves. */
export function openPage(zone: string | undefined = "Europe/Berlin") {
  /** The calls without an answer. */
  const calls: Call[] = [];
  const shown = new Map<string, ShownEvent>();
  const faults: string[] = [];
  const timers: { readonly run: () => void; readonly ms: number }[] = [];
  const log: string[] = [];
  let requests = 0;

  const call =
    (name: keyof EventWriteFunctions) =>
    (input: object): Promise<never> =>
      new Promise((resolve, reject) => {
        const end = () => calls.splice(calls.indexOf(made), 1);
        const made: Call = {
          name,
          input,
          answer: written => {
            end();
            resolve((written ?? {}) as never);
          },
          fail: error => {
            end();
            reject(error);
          },
        };
        calls.push(made);
      });
  const events = pendingEvents({
    functions: {
      respondToEvent: call("respondToEvent"),
      createEvent: call("createEvent"),
      updateEvent: call("updateEvent"),
      deleteEvent: call("deleteEvent"),
      moveEvent: call("moveEvent"),
    },
    zoneOf: () => zone,
    newRequestId: () => `request-${(requests += 1)}`,
    now: () => 1_000,
    later: (run, ms) => {
      const timer = { run, ms };
      timers.push(timer);
      return () => {
        if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
      };
    },
    onChanges: changes => {
      for (const change of changes) {
        log.push(`${change.kind} ${change.id}`);
        if ((change.kind === "added") === shown.has(change.id)) faults.push(`${change.kind} ${change.id}`);
        if (change.kind === "removed") shown.delete(change.id);
        else shown.set(change.id, change.document);
      }
    },
  });
  return {
    events,
    calls,
    shown,
    /** Changes that do not fit what was shown before. */
    faults,
    timers,
    log,
    /** Runs the timers that are set. */
    timePasses: () => {
      for (const { run } of timers.splice(0)) run();
    },
    /** Brings the documents into the store. */
    bring: (...documents: readonly EventDocument[]) => {
      events.stored(documents.map(stored));
    },
  };
}

export const idOf = ({ calendarKey, eventId }: EventDocument): string => `${calendarKey}_${eventId}`;

export const ref = (event: EventDocument) => ({ id: idOf(event), event });

function stored(document: EventDocument): LiveChange<EventDocument> {
  return { kind: "modified", id: idOf(document), document };
}

/** Lets everything happen that has been settled. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

const { recurringEventId: _series, originalStart: _start, ...alone } = event;
export const single: EventDocument = {
  ...alone,
  eventId: "lunch",
  summary: "Lunch",
  etag: "v1",
  selfResponse: "needsAction",
  attendees: [
    { email: "demo@example.com", self: true, responseStatus: "needsAction" },
    { email: "ada@example.com", responseStatus: "accepted" },
  ],
};

/** Occurrences of a series at 09:00 in Berlin, before and after the clocks are changed (2026-10-25). */
const occurrence = (day: string, offset: string, changes: Partial<EventDocument> = {}): EventDocument => {
  const start = { dateTime: `${day}T09:00:00${offset}`, timeZone: "Europe/Berlin" };
  const end = { dateTime: `${day}T09:30:00${offset}`, timeZone: "Europe/Berlin" };
  const [startMs, endMs] = [Date.parse(start.dateTime), Date.parse(end.dateTime)];
  const eventId = `standup_${day.replace(/-/g, "")}`;
  const times = { start, end, startAt: at(startMs), endAt: at(endMs), originalStart: start };
  return { ...event, ...times, eventId, etag: "s1", ...changes };
};
export const series = [
  occurrence("2026-10-23", "+02:00"),
  occurrence("2026-10-24", "+02:00"),
  occurrence("2026-10-26", "+01:00"),
] as const;

export const written = (eventId: string, etag: string) => ({ eventId, etag });
export const refusal = () => Object.assign(new Error("Look again."), { code: "functions/aborted" });
