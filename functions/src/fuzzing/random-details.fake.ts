import type { GoogleEvent } from "../sync/testing/fake-google.fake.ts";
import { pick } from "./odd-values.fake.ts";

/*
 * Each event gets a copy: a change of an answer would otherwise change all events that share the object.
 */

/** Google has at most one of these in an event. */
const kindDetails: GoogleEvent = {
  focusTimeProperties: { autoDeclineMode: "declineNone", declineMessage: "Busy", chatStatus: "doNotDisturb" },
  outOfOfficeProperties: { autoDeclineMode: "declineNone", declineMessage: "Away" },
  workingLocationProperties: { type: "officeLocation", officeLocation: { label: "HQ", buildingId: "b" } },
  birthdayProperties: { type: "custom", customTypeName: "Name day", contact: "people/c1" },
};

const bookkeeping: GoogleEvent = {
  iCalUID: "uid@example.com",
  sequence: 3,
  created: "2026-01-01T08:00:00.000Z",
  creator: { email: "boss@example.com", displayName: "Boss" },
  attendeesOmitted: true,
  guestsCanInviteOthers: false,
  guestsCanModify: true,
  guestsCanSeeOtherGuests: false,
  anyoneCanAddSelf: true,
  locked: true,
};

const additions: GoogleEvent = {
  attachments: [{ fileUrl: "https://files.example.com/1", title: "Plan", mimeType: "text/plain" }],
  reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 10 }] },
  extendedProperties: { private: { a: "1" }, shared: { b: "2" } },
  source: { title: "Mail", url: "https://mail.example.com/1" },
};

/** The fields of an event except its times, its series and its status. */
export function randomDetails(random: () => number): GoogleEvent {
  const maybe = (fields: GoogleEvent): GoogleEvent => (random() < 0.4 ? fields : {});
  return {
    summary: pick(random, ["Stand-up", "Zahnarzt 🦷", "", "a".repeat(300)]),
    ...maybe({ description: "<b>Bring</b> the plans", location: "Room 7" }),
    ...maybe({
      attendees: [
        { email: "a@example.com", self: true, responseStatus: "accepted", additionalGuests: 2 },
        { email: "room@resource.example.com", resource: true, displayName: "Room" },
      ],
      organizer: { email: "boss@example.com", displayName: "Boss", self: false },
    }),
    ...maybe({
      hangoutLink: "https://meet.example.com/abc",
      conferenceData: {
        conferenceId: "abc",
        conferenceSolution: { name: "Meet", iconUri: "https://meet.example.com/icon.png" },
        entryPoints: [
          { entryPointType: "phone", uri: "tel:+491234", label: "+49 1234", pin: "1", regionCode: "DE" },
          { entryPointType: "video", uri: "https://meet.example.com/abc", passcode: "2" },
        ],
        notes: "Mute",
      },
    }),
    ...maybe({ visibility: "private", transparency: "transparent", colorId: "7", eventLabelId: "label" }),
    ...maybe({
      eventType: "focusTime",
      htmlLink: "https://calendar.example.com/event?eid=1",
      ...structuredClone(kindDetails),
    }),
    ...maybe(structuredClone(bookkeeping)),
    ...maybe(structuredClone(additions)),
  };
}
