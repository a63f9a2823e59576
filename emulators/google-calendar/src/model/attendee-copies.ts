import { ApiError } from "../api/errors.ts";
import { isCancelled, isSeries } from "./event.ts";
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
   * Throws 403 if a guest changes what only the organiser may change, or another guest's answer. Checks nothing if the
   * organiser's calendar is not in this emulator.
   */
  checkEdit(calendar: Calendar, before: EventResource, after: EventResource): void {
    const original = this.#originalOf(calendar, before);
    if (original === undefined || before.guestsCanModify === true) return;
    const shared = changedFields(before, after).filter(name => !OWN_FIELDS.has(name));
    if (shared.length > 0 || changesOthers(before, after)) throw forbiddenForNonOrganizer();
    const invites = addedGuests(before, after).length > 0;
    if (invites && before.guestsCanInviteOthers === false) throw forbiddenForNonOrganizer();
  }

  /** Updates all other copies of an event after a write on `calendar`. */
  propagate(calendar: Calendar, before: EventResource | undefined, after: EventResource): void {
    if (after.privateCopy === true) return;
    const original = this.#originalOf(calendar, after);
    if (original === undefined) {
      if (after.organizer?.self === true) this.#copyToGuests(calendar, before, after);
      return;
    }
    const changed = fromGuest(original, calendar, before, after);
    if (changed === undefined) return;
    const record = this.#writer.store(original.calendar, changed);
    this.#copyToGuests(original.calendar, original.event, record.event, calendar);
  }

  /**
   * The organiser's event of which `copy` is a guest's copy. Undefined if the organiser's calendar is not in this
   * emulator.
   */
  #originalOf(calendar: Calendar, copy: EventResource): Original | undefined {
    const organizer = copy.organizer?.email;
    if (organizer === undefined || organizer === calendar.id) return undefined;
    const home = this.#world.calendars.get(organizer);
    const found = home === undefined ? undefined : this.#writer.find(home, copy.id);
    return home === undefined || found === undefined ? undefined : { calendar: home, event: found.event };
  }

  #copyToGuests(
    home: Calendar,
    before: EventResource | undefined,
    event: EventResource,
    except?: Calendar,
  ): void {
    const guests = this.#guestCalendars(home, event);
    const earlier = this.#guestCalendars(home, before);
    for (const calendar of guests) {
      if (calendar === except) continue;
      if (earlier.has(calendar) && !isCancelled(before ?? event) && hasDeleted(calendar, event)) continue;
      const stored = calendar.events.get(event.id)?.event;
      this.#writer.store(calendar, this.#copyFor(calendar, event, before));
      const isNew = stored === undefined || isCancelled(stored);
      if (isNew && isSeries(event) && !isCancelled(event)) this.#copyExceptions(home, calendar, event.id);
    }
    for (const calendar of earlier) if (!guests.has(calendar)) this.#cancelCopy(calendar, event.id);
    if (before !== undefined && isSeries(before)) this.#cancelLostExceptions(home, before.id);
  }

  /** The primary calendars of an event's guests, without the organiser's. */
  #guestCalendars(home: Calendar, event: EventResource | undefined): Set<Calendar> {
    const calendars = new Set<Calendar>();
    for (const attendee of event?.attendees ?? []) {
      const user = this.#world.user(attendee.email);
      const calendar = user === undefined ? undefined : this.#world.primaryOf(user);
      if (calendar !== undefined && calendar !== home) calendars.add(calendar);
    }
    return calendars;
  }

  /** Gives a guest who is new in a series its exceptions. Instances to which the guest is not invited are cancelled. */
  #copyExceptions(home: Calendar, calendar: Calendar, seriesId: string): void {
    for (const { event } of home.events.exceptionsOf(seriesId)) {
      if (!isCancelled(event) && this.#guestCalendars(home, event).has(calendar)) {
        this.#writer.store(calendar, this.#copyFor(calendar, event, undefined));
      } else {
        this.#cancelCopy(calendar, event.id);
      }
    }
  }

  /** Exceptions that were cancelled with their series, for guests who are invited to an exception alone. */
  #cancelLostExceptions(home: Calendar, seriesId: string): void {
    for (const { event } of home.events.exceptionsOf(seriesId)) {
      if (!isCancelled(event)) continue;
      for (const calendar of this.#guestCalendars(home, event)) {
        if (calendar.events.get(seriesId) === undefined) this.#cancelCopy(calendar, event.id);
      }
    }
  }

  #cancelCopy(calendar: Calendar, eventId: string): void {
    const copy = this.#writer.find(calendar, eventId)?.event;
    if (copy !== undefined && !isCancelled(copy)) this.#writer.cancel(calendar, copy);
  }

  #copyFor(calendar: Calendar, event: EventResource, before: EventResource | undefined): EventResource {
    // A guest's own settings of an instance are those of the series until the guest changes them.
    const own = this.#writer.find(calendar, event.id)?.event;
    const organizer = event.organizer ?? { email: "unknown@example.com" };
    const copy: EventResource = {
      ...inZone(event, calendar.timeZone),
      htmlLink: htmlLink(event.id, calendar.id),
      creator: withoutSelf(event.creator ?? organizer),
      organizer: withoutSelf(organizer),
      attendees: attendeesFor(event.attendees ?? [], calendar),
      reminders: own?.reminders ?? { useDefault: true },
    };
    const set = (name: keyof EventResource, value: unknown): void => {
      if (value === undefined) Reflect.deleteProperty(copy, name);
      else Reflect.set(copy, name, value);
    };
    set("colorId", own?.colorId);
    set("eventLabelId", own?.eventLabelId);
    // The organiser's value holds until the guest has chosen another one [I].
    for (const name of ["transparency", "visibility"] as const)
      if (own !== undefined && before !== undefined && own[name] !== before[name]) set(name, own[name]);
    const { shared } = event.extendedProperties ?? {};
    const ownPrivate = own?.extendedProperties?.private;
    const properties = {
      ...(ownPrivate === undefined ? {} : { private: ownPrivate }),
      ...(shared === undefined ? {} : { shared }),
    };
    set("extendedProperties", Object.keys(properties).length === 0 ? undefined : properties);
    return copy;
  }
}

/** The organiser's calendar and event. */
interface Original {
  calendar: Calendar;
  event: EventResource;
}

/** Whether a guest has deleted the copy, or its series. It stays deleted until the organiser restores the event. */
function hasDeleted(calendar: Calendar, event: EventResource): boolean {
  const copy = calendar.events.get(event.id)?.event;
  if (copy !== undefined) return isCancelled(copy);
  const series = calendar.events.get(event.recurringEventId ?? "")?.event;
  return series !== undefined && isCancelled(series);
}

/**
 * The organiser's event after a guest's edit: with the guest's answer and invitations, and if guests may modify the
 * event, with all shared fields. Undefined if nothing has changed.
 */
function fromGuest(
  original: Original,
  calendar: Calendar,
  before: EventResource | undefined,
  after: EventResource,
): EventResource | undefined {
  const { event } = original;
  if (isCancelled(event)) return undefined;
  const mayModify = event.guestsCanModify === true && before !== undefined && !isCancelled(after);
  const names = mayModify ? changedFields(before, after).filter(name => !OWN_FIELDS.has(name)) : [];
  const shared = names.length === 0 ? event : withFields(event, after, names);
  const guests = answeredGuests(event, calendar, before, after, mayModify);
  if (shared === event && guests === undefined) return undefined;
  const changed = { ...shared, sequence: Math.max(event.sequence ?? 0, after.sequence ?? 0) };
  return {
    ...inZone(changed, original.calendar.timeZone),
    ...(guests === undefined ? {} : { attendees: attendeesFor(guests, original.calendar) }),
  };
}

function answeredGuests(
  event: EventResource,
  calendar: Calendar,
  before: EventResource | undefined,
  after: EventResource,
  mayModify: boolean,
): EventAttendee[] | undefined {
  const known = event.attendees ?? [];
  if (mayModify && JSON.stringify(before?.attendees) !== JSON.stringify(after.attendees))
    return after.attendees ?? [];
  const own = after.attendees?.find(attendee => attendee.self === true);
  const status = isCancelled(after) ? "declined" : own?.responseStatus;
  const listed = known.find(({ email }) => email.toLowerCase() === calendar.id.toLowerCase());
  const added = addedGuests(before ?? event, after).filter(({ email }) => !has(known, email));
  const answers =
    listed !== undefined &&
    status !== undefined &&
    (listed.responseStatus !== status || listed.comment !== own?.comment);
  if (!answers && added.length === 0) return undefined;
  const answer = {
    responseStatus: status ?? "needsAction",
    ...(own?.comment === undefined ? {} : { comment: own.comment }),
  };
  return [
    ...known.map(attendee => (answers && attendee === listed ? { ...attendee, ...answer } : attendee)),
    ...added,
  ];
}

function changedFields(before: EventResource, after: EventResource): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    name =>
      !BOOKKEEPING.has(name) &&
      JSON.stringify(Reflect.get(before, name)) !== JSON.stringify(Reflect.get(after, name)),
  );
}

function withFields(event: EventResource, source: EventResource, names: readonly string[]): EventResource {
  const changed = { ...event };
  for (const name of names) {
    const value: unknown = Reflect.get(source, name);
    if (value === undefined) Reflect.deleteProperty(changed, name);
    else Reflect.set(changed, name, value);
  }
  return changed;
}

function has(attendees: readonly EventAttendee[] | undefined, email: string): boolean {
  return attendees?.some(attendee => attendee.email.toLowerCase() === email.toLowerCase()) === true;
}

function addedGuests(before: EventResource, after: EventResource): EventAttendee[] {
  return (after.attendees ?? []).filter(attendee => !has(before.attendees, attendee.email));
}

/** Whether an edit changes the entry of another guest, or takes one off. */
function changesOthers(before: EventResource, after: EventResource): boolean {
  return (before.attendees ?? []).some(attendee => {
    if (attendee.self === true) return !has(after.attendees, attendee.email);
    const now = after.attendees?.find(({ email }) => email.toLowerCase() === attendee.email.toLowerCase());
    return now?.responseStatus !== attendee.responseStatus || now?.comment !== attendee.comment;
  });
}

function forbiddenForNonOrganizer(): ApiError {
  return new ApiError(
    403,
    "forbiddenForNonOrganizer",
    "Shared properties can only be changed by the organizer of the event.",
    { domain: "calendar" },
  );
}

/** The guests as a calendar shows them: `self` is the calendar's own entry. */
function attendeesFor(attendees: readonly EventAttendee[], calendar: Calendar): EventAttendee[] {
  return attendees.map(attendee =>
    attendee.email.toLowerCase() === calendar.id.toLowerCase()
      ? { ...withoutSelf(attendee), self: true }
      : withoutSelf(attendee),
  );
}

function withoutSelf<T extends { self?: boolean }>(person: T): Omit<T, "self"> {
  const { self: _self, ...rest } = person;
  return rest;
}
