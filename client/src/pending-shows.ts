import { inCalendar, withFields, withResponse, withShift } from "./changed-event.ts";
import type { EventDocument } from "./documents.ts";
import { shiftTo, timesOf, type Shift } from "./event-times.ts";
import type { EventChanges, RespondToEventInput } from "./event-writes.ts";

/** An event. Before the sync has brought what the user did, the event has `pending: true`. */
export type ShownEvent = EventDocument & { readonly pending?: boolean };

/**
 * Shows a write in documents, by id.
 *
 * @param targets the ids of the documents that the sync has not brought yet; no other document may be changed.
 */
export type Show = (documents: Map<string, ShownEvent>, targets: ReadonlyMap<string, unknown>) => void;

export function showResponse(input: Pick<RespondToEventInput, "response" | "comment">): Show {
  return eachOf(event => withResponse(event, input));
}

/** `leader` is the occurrence whose times are those of the changes. The others move as far as it does. */
export function showChanges(
  leader: { readonly id: string; readonly event: EventDocument },
  changes: EventChanges,
  zone: string | undefined,
): Show {
  const timesFor = ({ start, end }: EventDocument) =>
    timesOf(changes.start ?? start, changes.end ?? end, zone);
  const shiftOf = (event: EventDocument) => shiftTo(timesFor(event), event, zone);
  if (!changes.start && !changes.end) return eachOf(event => withFields(event, changes));
  /** The last one stays when the sync has brought the leader before the others. */
  let shift: Shift = shiftOf(leader.event);
  return (documents, targets) => {
    const before = targets.has(leader.id) ? documents.get(leader.id) : undefined;
    if (before) shift = shiftOf(before);
    eachOf((event, id) => {
      const changed = withFields(event, changes);
      return id === leader.id ? { ...changed, ...timesFor(event) } : withShift(changed, shift, zone);
    })(documents, targets);
  };
}

export const showRemoval: Show = (documents, targets) => {
  for (const id of targets.keys()) documents.delete(id);
};

export function showNew(id: string, event: EventDocument): Show {
  return (documents, targets) => {
    if (targets.has(id)) documents.set(id, { ...event, pending: true });
  };
}

/** `pairs`: the id that each document has in the other calendar, by the id that it has now. */
export function showMove(
  pairs: ReadonlyMap<string, string>,
  calendarKey: string,
  zone: string | undefined,
): Show {
  /** They stay when the sync has removed the old documents before it brings the new ones. */
  const copies = new Map<string, EventDocument>();
  return (documents, targets) => {
    for (const [from, to] of pairs) {
      const event = documents.get(from);
      if (event && targets.has(from)) {
        copies.set(to, inCalendar(event, calendarKey, zone));
        documents.delete(from);
      }
      const copy = copies.get(to);
      if (copy && targets.has(to) && !documents.has(to)) documents.set(to, { ...copy, pending: true });
    }
  };
}

function eachOf(change: (event: EventDocument, id: string) => EventDocument): Show {
  return (documents, targets) => {
    for (const id of targets.keys()) {
      const event = documents.get(id);
      if (event) documents.set(id, { ...change(event, id), pending: true });
    }
  };
}
