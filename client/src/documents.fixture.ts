import type { AccountDocument, CalendarDocument, EventDocument } from "./documents.ts";
import type { TimestampLike } from "./timestamp.ts";

/** A timestamp in the form of an SDK's, for tests. */
export function at(millis: number): TimestampLike {
  return {
    seconds: Math.floor(millis / 1000),
    nanoseconds: (millis - Math.floor(millis / 1000) * 1000) * 1_000_000,
    toDate: () => new Date(millis),
    toMillis: () => millis,
  };
}

const calendarKey = "abcdefghijklmnopqrstu_";

export const account: AccountDocument = {
  email: "demo@example.com",
  name: "Demo User",
  status: "active",
  statusSince: at(Date.UTC(2026, 10, 1)),
  connectedAt: at(Date.UTC(2026, 10, 1)),
};

export const calendar: CalendarDocument = {
  calendarId: "demo@example.com",
  accountId: "ABCDEFGHIJKLMNOPQRSTU-",
  summary: "Demo User",
  backgroundColor: "#0b8043",
  timeZone: "Europe/Berlin",
  accessRole: "owner",
  primary: true,
  enabled: true,
  sync: { phase: "importing", importedCount: 12 },
};

export const event: EventDocument = {
  calendarKey,
  eventId: "standup_20261123T080000Z",
  startAt: at(Date.UTC(2026, 10, 23, 8)),
  endAt: at(Date.UTC(2026, 10, 23, 8, 15)),
  start: { dateTime: "2026-11-23T09:00:00+01:00", timeZone: "Europe/Berlin" },
  end: { dateTime: "2026-11-23T09:15:00+01:00", timeZone: "Europe/Berlin" },
  allDay: false,
  status: "confirmed",
  summary: "Stand-up",
  attendees: [{ email: "ada@example.com", responseStatus: "accepted", optional: true }],
  organizer: { email: "demo@example.com", self: true },
  recurringEventId: "standup",
  originalStart: { dateTime: "2026-11-23T09:00:00+01:00", timeZone: "Europe/Berlin" },
  eventType: "default",
  etag: '"3528422400000000"',
  updatedAt: at(Date.UTC(2026, 10, 20, 12, 0, 0, 345)),
};

export const allDayEvent: EventDocument = {
  calendarKey,
  eventId: "fair",
  startAt: at(Date.UTC(2026, 10, 22, 23)),
  endAt: at(Date.UTC(2026, 10, 24, 23)),
  start: { date: "2026-11-23" },
  end: { date: "2026-11-25" },
  allDay: true,
  status: "tentative",
  eventType: "default",
  etag: '"1"',
  updatedAt: at(0),
};

/** An event with every field that an event can have; Google has those of one event type only. */
export const fullEvent: EventDocument = {
  ...event,
  description: "<b>Plans</b>",
  location: "Room 7",
  attendees: [
    {
      email: "demo@example.com",
      displayName: "Demo User",
      self: true,
      responseStatus: "tentative",
      optional: true,
      organizer: true,
      resource: false,
      comment: "late",
      additionalGuests: 2,
    },
  ],
  attendeesOmitted: true,
  selfResponse: "tentative",
  organizer: { email: "demo@example.com", displayName: "Demo User", self: true },
  creator: { email: "ada@example.com", displayName: "Ada", self: false },
  conferenceLink: "https://meet.example.com/abc",
  conference: {
    id: "abc",
    name: "Google Meet",
    iconUri: "https://meet.example.com/icon.png",
    entryPoints: [
      { type: "video", uri: "https://meet.example.com/abc", label: "meet.example.com/abc" },
      {
        type: "phone",
        uri: "tel:+49-30-1234",
        label: "+49 30 1234",
        pin: "1",
        accessCode: "2",
        meetingCode: "3",
        passcode: "4",
        password: "5",
        regionCode: "DE",
      },
    ],
    notes: "Please mute",
  },
  visibility: "private",
  transparency: "opaque",
  iCalUID: "standup@google.com",
  color: "#dc2127",
  colorId: "11",
  eventLabelId: "0b4e7f0a-6d0a-4bb5-9d2c-3f3d6f2f7f01",
  workingLocation: {
    type: "officeLocation",
    label: "HQ",
    buildingId: "b",
    floorId: "1",
    floorSectionId: "1a",
    deskId: "7",
  },
  outOfOffice: { autoDeclineMode: "declineNone", declineMessage: "Away" },
  focusTime: { autoDeclineMode: "declineNone", declineMessage: "Busy", chatStatus: "doNotDisturb" },
  birthday: { type: "custom", customTypeName: "Name day", contact: "people/c1" },
  attachments: [
    {
      title: "Plan",
      fileUrl: "https://files.example.com/1",
      mimeType: "text/plain",
      iconLink: "https://files.example.com/icon.png",
    },
  ],
  reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 10 }] },
  extendedProperties: { private: { petsAllowed: "yes" }, shared: { room: "7" } },
  source: { title: "Mail", url: "https://mail.example.com/1" },
  guestsCanInviteOthers: false,
  guestsCanModify: true,
  guestsCanSeeOtherGuests: false,
  anyoneCanAddSelf: true,
  locked: true,
  sequence: 2,
  htmlLink: "https://calendar.example.com/event?eid=1",
  createdAt: at(Date.UTC(2026, 10, 19)),
};
