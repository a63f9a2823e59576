import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, useHarness } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
});

const entryPoint = {
  entryPointType: "phone",
  uri: "tel:+49-30-1234",
  label: "+49 30 1234",
  pin: "1",
  accessCode: "2",
  meetingCode: "3",
  passcode: "4",
  password: "5",
};

/** The fields that a client can write, as the answers contain them. */
const written: calendar_v3.Schema$Event = {
  location: "Room 7",
  description: "<b>Plans</b>",
  colorId: "5",
  eventLabelId: "0b4e7f0a-6d0a-4bb5-9d2c-3f3d6f2f7f01",
  visibility: "private",
  transparency: "transparent",
  guestsCanInviteOthers: false,
  guestsCanModify: true,
  guestsCanSeeOtherGuests: false,
  anyoneCanAddSelf: true,
  attendees: [
    {
      email: "carol@example.com",
      displayName: "Carol",
      optional: true,
      resource: true,
      responseStatus: "tentative",
      comment: "late",
      additionalGuests: 2,
    },
  ],
  attachments: [
    {
      fileUrl: "https://files.example.com/1",
      title: "Plan",
      mimeType: "text/plain",
      iconLink: "https://x.example",
    },
  ],
  reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 10 }] },
  extendedProperties: { private: { a: "1" }, shared: { b: "2" } },
  source: { title: "Mail", url: "https://mail.example.com/1" },
  conferenceData: {
    conferenceId: "abc",
    conferenceSolution: { name: "Meet", iconUri: "https://x.example", key: { type: "addOn" } },
    entryPoints: [entryPoint],
    notes: "Please mute",
  },
};

/** The fields of the event types that have fields of their own. */
const ofTypes: readonly calendar_v3.Schema$Event[] = [
  {
    eventType: "workingLocation",
    workingLocationProperties: {
      type: "officeLocation",
      officeLocation: { label: "HQ", buildingId: "b", floorId: "1", floorSectionId: "1a", deskId: "7" },
    },
  },
  { eventType: "workingLocation", workingLocationProperties: { type: "homeOffice", homeOffice: {} } },
  {
    eventType: "outOfOffice",
    outOfOfficeProperties: { autoDeclineMode: "declineNone", declineMessage: "Away" },
  },
  {
    eventType: "focusTime",
    focusTimeProperties: {
      autoDeclineMode: "declineNone",
      declineMessage: "Busy",
      chatStatus: "doNotDisturb",
    },
  },
  { eventType: "birthday", birthdayProperties: { type: "birthday", contact: "people/c1" } },
];

const versions = { conferenceDataVersion: 1, eventLabelVersion: 1, supportsAttachments: true };
const listed = async (eventId: string | null | undefined) =>
  ((await alice.events.list({ calendarId: "primary" })).data.items ?? []).find(({ id }) => id === eventId);

describe("every field of an event is stored and returned", () => {
  test.each([written, ...ofTypes])("insert, get and list: %j", async fields => {
    const { data } = await alice.events.insert({
      calendarId: "primary",
      requestBody: { ...at(9), ...fields },
      ...versions,
    });
    expect(data).toMatchObject(fields);
    const got = await alice.events.get({ calendarId: "primary", eventId: data.id ?? "" });
    expect(got.data).toEqual(data);
    expect(await listed(data.id)).toEqual(data);
  });

  test("patch, each field alone", async () => {
    const { data } = await alice.events.insert({ calendarId: "primary", requestBody: at(9) });
    for (const [name, value] of Object.entries(written)) {
      const requestBody = { [name]: value as unknown };
      await alice.events.patch({ calendarId: "primary", eventId: data.id ?? "", requestBody, ...versions });
      expect(await listed(data.id)).toMatchObject(requestBody);
    }
    expect(await listed(data.id)).toMatchObject(written);
  });

  test("the instances of a series have them too", async () => {
    const { start, ...rest } = at(9);
    const zoned = { ...rest, start: { ...start, timeZone: "Europe/Berlin" } };
    const { data } = await alice.events.insert({
      calendarId: "primary",
      ...versions,
      requestBody: { ...zoned, ...written, recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] },
    });
    const { items } = (await alice.events.instances({ calendarId: "primary", eventId: data.id ?? "" })).data;
    expect(items).toHaveLength(2);
    for (const instance of items ?? []) expect(instance).toMatchObject(written);
  });

  test("a state can also have those that only Google writes, and is exported with them", async () => {
    const fields = {
      ...written,
      created: "2025-12-01T08:00:00.000Z",
      iCalUID: "uid@elsewhere.example",
      sequence: 4,
      creator: { email: BOB, displayName: "Bob" },
      locked: true,
      attendeesOmitted: true,
      hangoutLink: "https://meet.example.com/abc",
    };
    const users = [
      {
        email: ALICE,
        calendars: [{ id: ALICE, primary: true, events: [{ id: "full1", ...at(9), ...fields }] }],
      },
    ];
    await harness.control("PUT", "state", { users });
    expect(await listed("full1")).toMatchObject(fields);
    const exported = await harness.control("GET", "state");
    await harness.control("POST", "reset");
    await harness.control("PUT", "state", exported);
    alice = await harness.client();
    expect(await listed("full1")).toMatchObject(fields);
  });

  test("a state without them has the defaults, which are absent", async () => {
    const event = { id: "plain1", ...at(9), locked: false, attendeesOmitted: false };
    const users = [{ email: ALICE, calendars: [{ id: ALICE, primary: true, events: [event] }] }];
    await harness.control("PUT", "state", { users });
    const answered = await listed("plain1");
    expect(answered).toMatchObject({ summary: "at 9" });
    expect(answered).not.toHaveProperty("locked");
    expect(answered).not.toHaveProperty("attendeesOmitted");
  });
});
