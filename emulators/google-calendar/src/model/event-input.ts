import * as z from "zod";
import { ApiError, invalidBody } from "../api/errors.ts";

/** The longest text that the emulator stores, in characters. Google's limit is not documented. */
const LONGEST_TEXT = 100_000;
const text = z.string().max(LONGEST_TEXT);
const dateTime = z.object({
  date: z.string().nullish(),
  dateTime: z.string().nullish(),
  timeZone: z.string().nullish(),
});
const person = z.object({ email: z.string().nullish(), displayName: text.nullish() });
const email = z.string().regex(/^[^\s@<>]{1,200}@[^\s@<>]{1,200}$/);
const stringMap = z.record(z.string().max(44), z.string().max(1024).nullish());
const opaque = z.record(z.string(), z.unknown());

const attendee = z.object({
  email,
  displayName: text.nullish(),
  organizer: z.boolean().nullish(),
  resource: z.boolean().nullish(),
  optional: z.boolean().nullish(),
  responseStatus: z.enum(["needsAction", "declined", "tentative", "accepted"]).nullish(),
  comment: text.nullish(),
  additionalGuests: z.int().min(0).nullish(),
});

/** The writable fields of an event resource. Read-only and unknown fields are ignored, as at Google. */
export const eventInput = z.object({
  id: z.string().nullish(),
  iCalUID: z.string().max(1024).nullish(),
  status: z.enum(["confirmed", "tentative", "cancelled"]).nullish(),
  summary: text.nullish(),
  description: text.nullish(),
  location: text.nullish(),
  colorId: z.string().max(20).nullish(),
  start: dateTime.nullish(),
  end: dateTime.nullish(),
  endTimeUnspecified: z.boolean().nullish(),
  recurrence: z.array(z.string().max(10_000)).max(1_000).nullish(),
  originalStartTime: dateTime.nullish(),
  recurringEventId: z.string().nullish(),
  transparency: z.enum(["opaque", "transparent"]).nullish(),
  visibility: z.enum(["default", "public", "private", "confidential"]).nullish(),
  sequence: z.int().min(0).nullish(),
  attendees: z.array(attendee).max(5_000).nullish(),
  attendeesOmitted: z.boolean().nullish(),
  organizer: person.nullish(),
  extendedProperties: z.object({ private: stringMap.nullish(), shared: stringMap.nullish() }).nullish(),
  conferenceData: opaque.nullish(),
  anyoneCanAddSelf: z.boolean().nullish(),
  guestsCanInviteOthers: z.boolean().nullish(),
  guestsCanModify: z.boolean().nullish(),
  guestsCanSeeOtherGuests: z.boolean().nullish(),
  privateCopy: z.boolean().nullish(),
  reminders: z
    .object({
      useDefault: z.boolean().nullish(),
      overrides: z
        .array(z.object({ method: z.enum(["email", "popup", "sms"]), minutes: z.int().min(0).max(40_320) }))
        .max(5)
        .nullish(),
    })
    .nullish(),
  source: z.object({ url: z.string().max(10_000).nullish(), title: text.nullish() }).nullish(),
  attachments: z.array(opaque).max(25).nullish(),
  eventType: z
    .enum(["default", "birthday", "focusTime", "fromGmail", "outOfOffice", "workingLocation"])
    .nullish(),
  eventLabelId: z.string().max(100).nullish(),
  workingLocationProperties: opaque.nullish(),
  outOfOfficeProperties: opaque.nullish(),
  focusTimeProperties: opaque.nullish(),
  birthdayProperties: opaque.nullish(),
});

/** A parsed event body. An absent field was not sent; null removes the field. */
export type EventInput = z.infer<typeof eventInput>;

/** Parses a request body. Throws an ApiError (400) that names the field in Google's format. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  if (body === undefined || body === null || typeof body !== "object" || Array.isArray(body)) {
    throw new ApiError(400, "badRequest", "Bad Request");
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidBody(`Invalid value for: ${issue?.path.join(".") ?? "body"}`);
}
