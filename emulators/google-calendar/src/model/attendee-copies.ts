import { ApiError } from "../api/errors.ts";
import { isCancelled } from "./event.ts";
import type { EventAttendee, EventResource } from "./event.ts";
import type { EventWriter } from "./event-writer.ts";
import { inZone } from "./event-times.ts";
import { htmlLink } from "./instances.ts";
import type { Calendar, World } from "./world.ts";

/** Fields that a guest may change on the guest's own copy. All other fields are shared. */
const OWN_FIELDS = new Set([
  "reminders",
  "colorId",
  "transparency",
  "visibility",
  "attendees",
  "eventLabelId",
]);
/** Fields that are ignored when two versions are compared, because they are not part of the shared content. */
const BOOKKEEPING = new Set(["etag", "updated", "sequence", "status", "htmlLink", "extendedProperties"]);

/**
 * Guests have an event on their own primary calendar: a copy with the same id and iCalUID. An edit by the organiser
 * changes every copy. A guest's response changes the organiser's event, and from there all other copies
 * (guides/events, "Propagation").
 */
export class AttendeeCopies {
  readonly #world: World;
  readonly #writer: EventWriter;

  constructor(world: World, writer: EventWriter) {
    this.#world = world;
    this.#writer = writer;
  }

  /**
   * Throws 403 if a guest changes a field that only the organiser may change. Checks nothing if the organiser's
   * calendar is not in this emulator.
   */
  checkEdit(calendar: Calendar, before: EventResource, after: EventResource): void {
    const original = this.#originalOf(calendar, before);
    if (original === undefined || before.guestsCanModify === true) return;
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (OWN_FIELDS.has(name) || BOOKKEEPING.has(name)) continue;
      if (JSON.stringify(Reflect.get(before, name)) !== JSON.stringify(Reflect.get(after, name))) {
        throw new ApiError(
          403,
          "forbiddenForNonOrganizer",
          "Shared properties can only be changed by the organizer of the event.",
          { domain: "calendar" },
        );
      }
    }
  }

  /** Updates all other copies of an event after a write on `calendar`. */
  propagate(calendar: Calendar, before: EventResource | undefined, after: EventResource): void {
    if (after.privateCopy === true) return;
    const original = this.#originalOf(calendar, after);
    if (original === undefined) {
      if (after.organizer?.self === true) this.#copyToGuests(calendar, before, after);
      return;
    }
    const answered = this.#withAnswer(original.event, calendar, after);
    if (answered === undefined) return;
    const record = this.#writer.store(original.calendar, answered);
    this.#copyToGuests(original.calendar, original.event, record.event, calendar);
  }

  /**
   * The organiser's event of which `copy` is a guest's copy. Undefined if the organiser's calendar is not in this
   * emulator.
   */
  #originalOf(
    calendar: Calendar,
    copy: EventResource,
  ): { calendar: Calendar; event: EventResource } | undefined {
    const organizer = copy.organizer?.email;
    if (organizer === undefined || organizer === calendar.id) return undefined;
    const home = this.#world.calendars.get(organizer);
    const found = home === undefined ? undefined : this.#writer.find(home, copy.id);
    return home === undefined || found === undefined ? undefined : { calendar: home, event: found.event };
  }

  #withAnswer(original: EventResource, calendar: Calendar, copy: EventResource): EventResource | undefined {
    const own = copy.attendees?.find(attendee => attendee.self === true);
    const status = isCancelled(copy) ? "declined" : own?.responseStatus;
    const listed = original.attendees?.find(
      attendee => attendee.email.toLowerCase() === calendar.id.toLowerCase(),
    );
    if (listed === undefined || status === undefined || isCancelled(original)) return undefined;
    if (listed.responseStatus === status && listed.comment === own?.comment) return undefined;
    const answer: EventAttendee = {
      ...listed,
      responseStatus: status,
      ...(own?.comment === undefined ? {} : { comment: own.comment }),
    };
    return {
      ...original,
      attendees: (original.attendees ?? []).map(attendee => (attendee === listed ? answer : attendee)),
    };
  }

  #copyToGuests(
    home: Calendar,
    before: EventResource | undefined,
    event: EventResource,
    except?: Calendar,
  ): void {
    const guests = new Set<Calendar>();
    for (const attendee of event.attendees ?? []) {
      const user = this.#world.user(attendee.email);
      const calendar = user === undefined ? undefined : this.#world.primaryOf(user);
      if (calendar === undefined || calendar === home) continue;
      guests.add(calendar);
      const copy = calendar.events.get(event.id)?.event;
      // A guest has deleted this copy. It stays deleted until the organiser cancels or restores the event.
      if (copy !== undefined && isCancelled(copy) && !isCancelled(before ?? event)) continue;
      if (calendar !== except) this.#writer.store(calendar, this.#copyFor(calendar, event));
    }
    for (const attendee of before?.attendees ?? []) {
      const user = this.#world.user(attendee.email);
      const calendar = user === undefined ? undefined : this.#world.primaryOf(user);
      if (calendar === undefined || calendar === home || guests.has(calendar)) continue;
      const copy = calendar.events.get(event.id)?.event;
      if (copy !== undefined && !isCancelled(copy)) this.#writer.cancel(calendar, copy);
    }
  }

  #copyFor(calendar: Calendar, event: EventResource): EventResource {
    const own = calendar.events.get(event.id)?.event;
    const { colorId: _colorId, eventLabelId: _label, ...shared } = inZone(event, calendar.timeZone);
    const organizer = event.organizer ?? { email: "unknown@example.com" };
    return {
      ...shared,
      ...(own?.colorId === undefined ? {} : { colorId: own.colorId }),
      htmlLink: htmlLink(event.id, calendar.id),
      creator: withoutSelf(event.creator ?? organizer),
      organizer: withoutSelf(organizer),
      attendees: (event.attendees ?? []).map(attendee =>
        attendee.email.toLowerCase() === calendar.id.toLowerCase()
          ? { ...withoutSelf(attendee), self: true }
          : withoutSelf(attendee),
      ),
      reminders: own?.reminders ?? { useDefault: true },
    };
  }
}

function withoutSelf<T extends { self?: boolean }>(person: T): Omit<T, "self"> {
  const { self: _self, ...rest } = person;
  return rest;
}
