import * as z from "zod";

/*
 * The parts of an event document that an event may have or not, with Google's names (Calendar API v3 reference,
 * "Events"). Texts that Google describes as one of some values may have others, because Google may add values.
 */

/** A person who takes part in an event. */
export const person = z.object({
  email: z.string().optional(),
  displayName: z.string().optional(),
  /** True if this is the owner of the calendar. */
  self: z.boolean().optional(),
});

/** A guest of an event. */
export const attendee = z.object({
  ...person.shape,
  /** `needsAction`, `declined`, `tentative` or `accepted`. */
  responseStatus: z.string().optional(),
  optional: z.boolean().optional(),
  organizer: z.boolean().optional(),
  /** True if this attendee is a room or a device. */
  resource: z.boolean().optional(),
  comment: z.string().optional(),
  additionalGuests: z.int().optional(),
});
export type Attendee = z.infer<typeof attendee>;

/** A file that is attached to an event. */
export const attachment = z.object({
  title: z.string().optional(),
  fileUrl: z.string(),
  mimeType: z.string().optional(),
  iconLink: z.string().optional(),
});
export type Attachment = z.infer<typeof attachment>;

/** The reminders of the owner of the calendar. */
export const reminders = z.object({
  /** Whether the calendar's default reminders apply. */
  useDefault: z.boolean().optional(),
  overrides: z
    .array(
      z.object({
        /** `email` or `popup`. */
        method: z.string(),
        /** Before the start, 0 to 40,320. */
        minutes: z.int().nonnegative(),
      }),
    )
    .optional(),
});
export type Reminders = z.infer<typeof reminders>;

/** Keys and values that apps have stored in the event: in this copy only, or in the copies of all guests. */
export const extendedProperties = z.object({
  private: z.record(z.string(), z.string()).optional(),
  shared: z.record(z.string(), z.string()).optional(),
});

/** A way to join a meeting. */
export const conferenceEntryPoint = z.object({
  /** `video`, `phone`, `sip` or `more`. */
  type: z.string(),
  /** `https:`, `tel:` or `sip:`. */
  uri: z.string(),
  /** The address or number as people read it. */
  label: z.string().optional(),
  pin: z.string().optional(),
  accessCode: z.string().optional(),
  meetingCode: z.string().optional(),
  passcode: z.string().optional(),
  password: z.string().optional(),
  /** The country of a phone number, for example `DE`. */
  regionCode: z.string().optional(),
});

/** The meeting of an event. */
export const conference = z.object({
  id: z.string().optional(),
  /** The provider, for example `Google Meet`. */
  name: z.string().optional(),
  iconUri: z.string().optional(),
  entryPoints: z.array(conferenceEntryPoint).optional(),
  /** May contain HTML: show it as text, or sanitise it first. */
  notes: z.string().optional(),
});
export type Conference = z.infer<typeof conference>;

/** Where a person works; only for the event type `workingLocation`. */
export const workingLocation = z.object({
  /** `homeOffice`, `officeLocation` or `customLocation`. */
  type: z.string(),
  /** The name of the office or place. */
  label: z.string().optional(),
  buildingId: z.string().optional(),
  floorId: z.string().optional(),
  floorSectionId: z.string().optional(),
  deskId: z.string().optional(),
});
export type WorkingLocation = z.infer<typeof workingLocation>;

const declining = {
  /** `declineNone`, `declineAllConflictingInvitations` or `declineOnlyNewConflictingInvitations`. */
  autoDeclineMode: z.string().optional(),
  declineMessage: z.string().optional(),
};

/** Only for the event type `outOfOffice`. */
export const outOfOffice = z.object(declining);

/** Only for the event type `focusTime`. */
export const focusTime = z.object({
  ...declining,
  /** `available` or `doNotDisturb`. */
  chatStatus: z.string().optional(),
});

/** Only for the event type `birthday`. */
export const birthday = z.object({
  /** `birthday`, `anniversary`, `self`, `custom` or `other`. */
  type: z.string().optional(),
  /** The name of a `custom` day. */
  customTypeName: z.string().optional(),
  /** The resource name of the contact at Google, `people/…`. */
  contact: z.string().optional(),
});
