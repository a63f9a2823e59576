import * as z from "zod/mini";
import { keyPattern } from "../model/keys.ts";

/*
 * The inputs of the callables that change events. Everything else that Google refuses, Google refuses.
 */

export const calendarKey = z.string().check(z.regex(keyPattern));

/** Google's ids, and ids of instances. */
export const eventId = z.string().check(z.regex(/^[A-Za-z0-9_@.-]{1,1024}$/));

/** As in event documents. It becomes the header `If-Match`. */
export const etag = z.string().check(z.regex(/^[\x21-\x7e]{1,200}$/));

export const scope = z.exactOptional(z.enum(["this", "following", "all"]));

export const sendUpdates = z.exactOptional(z.enum(["none", "externalOnly", "all"]));

const text = (longest: number) => z.string().check(z.maxLength(longest));
const timeZone = z.string().check(z.regex(/^[A-Za-z0-9_+/-]{1,64}$/));

const time = z.union([
  z.strictObject({ date: z.iso.date() }),
  z.strictObject({ dateTime: z.iso.datetime({ offset: true }), timeZone: z.exactOptional(timeZone) }),
]);

const attendee = z.strictObject({
  email: z.email().check(z.maxLength(320)),
  displayName: z.exactOptional(text(300)),
  optional: z.exactOptional(z.boolean()),
});

/** Google accepts 300 guests of one event, and five reminders of at most four weeks (events reference). */
const maxGuests = 300;
const reminders = z.strictObject({
  useDefault: z.boolean(),
  overrides: z.exactOptional(
    z
      .array(
        z.strictObject({
          method: z.enum(["popup", "email"]),
          minutes: z.int().check(z.minimum(0), z.maximum(40_320)),
        }),
      )
      .check(z.maxLength(5)),
  ),
});

const recurrenceLine = text(5_000).check(z.regex(/^(?:RRULE|RDATE|EXDATE)[:;]/));

const fields = {
  summary: text(1_024),
  description: text(8_192),
  location: text(1_024),
  attendees: z.array(attendee).check(z.maxLength(maxGuests)),
  recurrence: z.array(recurrenceLine).check(z.minLength(1), z.maxLength(50)),
  reminders,
  colorId: z.string().check(z.regex(/^\d{1,3}$/)),
  guestsCanModify: z.boolean(),
  guestsCanInviteOthers: z.boolean(),
  guestsCanSeeOtherGuests: z.boolean(),
  conference: z.literal(true),
};

const kinds = {
  visibility: z.exactOptional(z.enum(["default", "public", "private"])),
  transparency: z.exactOptional(z.enum(["opaque", "transparent"])),
};

const optional = <T extends z.ZodMiniType>(type: T) => z.exactOptional(type);
const removable = <T extends z.ZodMiniType>(type: T) => z.exactOptional(z.nullable(type));

/** A new event. */
export const newEvent = z.strictObject({
  start: time,
  end: time,
  ...kinds,
  summary: optional(fields.summary),
  description: optional(fields.description),
  location: optional(fields.location),
  attendees: optional(fields.attendees),
  recurrence: optional(fields.recurrence),
  reminders: optional(fields.reminders),
  colorId: optional(fields.colorId),
  guestsCanModify: optional(fields.guestsCanModify),
  guestsCanInviteOthers: optional(fields.guestsCanInviteOthers),
  guestsCanSeeOtherGuests: optional(fields.guestsCanSeeOtherGuests),
  conference: optional(fields.conference),
});

/** Changes of an event: at least one. Null removes a field. */
export const eventChanges = z
  .strictObject({
    start: z.exactOptional(time),
    end: z.exactOptional(time),
    ...kinds,
    summary: removable(fields.summary),
    description: removable(fields.description),
    location: removable(fields.location),
    attendees: removable(fields.attendees),
    recurrence: removable(fields.recurrence),
    reminders: removable(fields.reminders),
    colorId: removable(fields.colorId),
    guestsCanModify: removable(fields.guestsCanModify),
    guestsCanInviteOthers: removable(fields.guestsCanInviteOthers),
    guestsCanSeeOtherGuests: removable(fields.guestsCanSeeOtherGuests),
    conference: removable(fields.conference),
  })
  .check(z.refine(changes => Object.keys(changes).length > 0, "no change"));
