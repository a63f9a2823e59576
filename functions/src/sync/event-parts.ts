import * as z from "zod/mini";
import {
  flag,
  lenient,
  linkOf,
  part,
  someOf,
  textUpTo,
  unlessEmpty,
  webLink,
  wholeText,
  withoutAbsent,
} from "./lenient-fields.ts";

/*
 * The parts that an event may have or not (Calendar API v3 reference, "Events"), in the shape of the client's
 * event-properties.ts. The limits are Google's where the reference names one, and otherwise far above what a person
 * enters.
 */

/** Titles and names, in characters. */
const name = textUpTo(1_000);
/** Longer texts of people, in characters. */
const note = textUpTo(4_096);
/** Ids of Google's and the words of its lists, in characters. */
const id = lenient(wholeText(1_024));
/** The reference allows 128 characters for each code with which people join a meeting. A part of a code is useless. */
const code = lenient(wholeText(128));

const personal = { email: id, displayName: name, self: flag };
export const person = lenient(part(personal));

export const attendee = z.pipe(
  z.object({
    ...personal,
    responseStatus: id,
    comment: note,
    optional: flag,
    organizer: flag,
    resource: flag,
    additionalGuests: lenient(z.int()),
  }),
  z.transform(withoutAbsent),
);

/** RFC 5545 sets no limit. */
export const iCalUID = lenient(wholeText(4_096));

export const eventLabelId = id;

/** "There can be at most 25 attachments per event" (reference of Events, `attachments`). */
const maxAttachments = 25;
export const attachments = someOf(
  z.pipe(
    z.object({ title: name, fileUrl: webLink, mimeType: id, iconLink: lenient(webLink) }),
    z.transform(withoutAbsent),
  ),
  maxAttachments,
);

/** The reference of Events, `reminders.overrides`: at most five. */
const maxReminders = 5;
export const reminders = lenient(
  part({
    useDefault: flag,
    overrides: someOf(
      z.object({ method: wholeText(100), minutes: z.int().check(z.nonnegative()) }),
      maxReminders,
    ),
  }),
);

/** Guides, "Extended properties", Limits: 300 properties of each kind. */
const maxProperties = 300;
/** Google allows 32 kB of each kind. Twice that, so that another way of counting loses nothing. */
const maxPropertiesBytes = 64_000;

/**
 * The properties whose values are texts. Firestore refuses an empty field name, one like `__x__`, and one of more than
 * 1,500 bytes ("Quotas and limits").
 */
function storableProperties(given: object): Record<string, string> | undefined {
  const kept: [string, string][] = [];
  let left = maxPropertiesBytes;
  for (const [key, value] of Object.entries(given) as [string, unknown][]) {
    if (kept.length === maxProperties) break;
    if (typeof value !== "string" || !key.isWellFormed() || /^(__.*__)?$/su.test(key)) continue;
    const keyBytes = Buffer.byteLength(key);
    const bytes = keyBytes + Buffer.byteLength(value);
    if (keyBytes > 1_400 || bytes > left) continue;
    left -= bytes;
    kept.push([key, value.toWellFormed()]);
  }
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

const properties = lenient(
  z.pipe(
    z.custom<object>(
      (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value),
    ),
    z.transform(storableProperties),
  ),
);
export const extendedProperties = lenient(part({ private: properties, shared: properties }));

export const source = lenient(part({ title: name, url: webLink }));

/** Meetings can be joined through the web, by telephone and by SIP (reference of Events, `entryPoints[].uri`). */
const entryPoint = z.pipe(
  z.object({
    entryPointType: wholeText(100),
    uri: linkOf(/^(https?|tel|sip)$/),
    label: textUpTo(512),
    pin: code,
    accessCode: code,
    meetingCode: code,
    passcode: code,
    password: code,
    regionCode: code,
  }),
  z.transform(({ entryPointType: type, ...rest }) => withoutAbsent({ type, ...rest })),
);

/** At most one entry point of each type except `phone`, of which providers list some dozens. */
const maxEntryPoints = 50;
export const conferenceData = lenient(
  z.pipe(
    z.object({
      conferenceId: id,
      conferenceSolution: lenient(z.object({ name, iconUri: lenient(webLink) })),
      entryPoints: someOf(entryPoint, maxEntryPoints),
      notes: textUpTo(2_048),
    }),
    z.transform(({ conferenceId, conferenceSolution, entryPoints, notes }) =>
      unlessEmpty({ id: conferenceId, ...conferenceSolution, entryPoints, notes }),
    ),
  ),
);

const office = { label: name, buildingId: id, floorId: id, floorSectionId: id, deskId: id };

/** "Any details are specified in a sub-field of the specified name"; Google ignores the other sub-fields. */
export const workingLocation = lenient(
  z.pipe(
    z.object({
      type: wholeText(100),
      customLocation: lenient(z.object({ label: name })),
      officeLocation: lenient(z.object(office)),
    }),
    z.transform(({ type, customLocation, officeLocation }) =>
      withoutAbsent({
        type,
        ...(type === "officeLocation" && officeLocation),
        ...(type === "customLocation" && customLocation),
      }),
    ),
  ),
);

const declining = { autoDeclineMode: id, declineMessage: note };
export const outOfOffice = lenient(part(declining));
export const focusTime = lenient(part({ ...declining, chatStatus: id }));

export const birthday = lenient(part({ type: id, customTypeName: name, contact: id }));
