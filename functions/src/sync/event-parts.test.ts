import { describe, expect, test } from "@jest/globals";
import { calendar, expectReadable, good, parse } from "./cases/lunch-item.fake.ts";
import { parseItem, type ParsedItem } from "./parse-event.ts";

/** The fields of the stored event, of which every client can read each. */
function fields(change: object): Readonly<Record<string, unknown>> {
  const item = parse(change);
  expectReadable(item);
  return stored(item);
}

function stored(item: ParsedItem): Readonly<Record<string, unknown>> {
  if (item.kind === "event") return { ...item.event };
  if (item.kind === "series") return { ...item.master.event };
  throw new Error(item.kind);
}

const link = "https://files.example.com/1";
const long = (length: number) => "x".repeat(length);

/** Google's field, as one event has it, and the field of the document. */
const everything: readonly (readonly [google: object, document: object])[] = [
  [{ iCalUID: "uid@example.com" }, { iCalUID: "uid@example.com" }],
  [{ created: "2026-01-01T08:00:00.000Z" }, { createdAtMs: Date.parse("2026-01-01T08:00:00Z") }],
  [{ sequence: 2 }, { sequence: 2 }],
  [
    { creator: { id: "7", email: "a@example.com", displayName: "Ada", self: true } },
    { creator: { email: "a@example.com", displayName: "Ada", self: true } },
  ],
  [{ attendeesOmitted: true }, { attendeesOmitted: true }],
  [{ guestsCanInviteOthers: false }, { guestsCanInviteOthers: false }],
  [{ guestsCanModify: true }, { guestsCanModify: true }],
  [{ guestsCanSeeOtherGuests: false }, { guestsCanSeeOtherGuests: false }],
  [{ anyoneCanAddSelf: true }, { anyoneCanAddSelf: true }],
  [{ locked: true }, { locked: true }],
  [
    { attachments: [{ title: "Plan", fileUrl: link, mimeType: "text/plain", iconLink: link, fileId: "1" }] },
    { attachments: [{ title: "Plan", fileUrl: link, mimeType: "text/plain", iconLink: link }] },
  ],
  [
    { reminders: { useDefault: false, overrides: [{ method: "email", minutes: 0 }] } },
    { reminders: { useDefault: false, overrides: [{ method: "email", minutes: 0 }] } },
  ],
  [
    { extendedProperties: { private: { a: "1" }, shared: { "b.c": "" } } },
    { extendedProperties: { private: { a: "1" }, shared: { "b.c": "" } } },
  ],
  [{ source: { title: "Mail", url: link } }, { source: { title: "Mail", url: link } }],
  [{ eventLabelId: "label-1" }, { eventLabelId: "label-1" }],
  [{ colorId: "11" }, { colorId: "11", color: "#dc2127" }],
  [
    { workingLocationProperties: { type: "homeOffice", homeOffice: {} } },
    { workingLocation: { type: "homeOffice" } },
  ],
  [
    { workingLocationProperties: { type: "customLocation", customLocation: { label: "Café" } } },
    { workingLocation: { type: "customLocation", label: "Café" } },
  ],
  [
    {
      workingLocationProperties: {
        type: "officeLocation",
        officeLocation: { label: "HQ", buildingId: "b", floorId: "1", floorSectionId: "1a", deskId: "d" },
        customLocation: { label: "ignored" },
      },
    },
    {
      workingLocation: {
        type: "officeLocation",
        label: "HQ",
        buildingId: "b",
        floorId: "1",
        floorSectionId: "1a",
        deskId: "d",
      },
    },
  ],
  [
    { outOfOfficeProperties: { autoDeclineMode: "declineNone", declineMessage: "Away" } },
    { outOfOffice: { autoDeclineMode: "declineNone", declineMessage: "Away" } },
  ],
  [
    {
      focusTimeProperties: {
        autoDeclineMode: "declineNone",
        declineMessage: "Busy",
        chatStatus: "available",
      },
    },
    { focusTime: { autoDeclineMode: "declineNone", declineMessage: "Busy", chatStatus: "available" } },
  ],
  [
    { birthdayProperties: { type: "custom", customTypeName: "Name day", contact: "people/c1" } },
    { birthday: { type: "custom", customTypeName: "Name day", contact: "people/c1" } },
  ],
  [
    {
      conferenceData: {
        conferenceId: "abc",
        signature: "secret",
        conferenceSolution: { name: "Google Meet", iconUri: link, key: { type: "hangoutsMeet" } },
        notes: "<b>Hello</b>",
        entryPoints: [
          { entryPointType: "video", uri: "https://meet.example.com/abc", label: "meet.example.com/abc" },
          { entryPointType: "phone", uri: "tel:+49-30-1,,,2%23", pin: "2", regionCode: "DE" },
          { entryPointType: "sip", uri: "sip:1@example.com", accessCode: "1", meetingCode: "2" },
          { entryPointType: "more", uri: link, passcode: "3", password: "4", entryPointFeatures: ["toll"] },
        ],
      },
    },
    {
      conferenceLink: "https://meet.example.com/abc",
      conference: {
        id: "abc",
        name: "Google Meet",
        iconUri: link,
        notes: "<b>Hello</b>",
        entryPoints: [
          { type: "video", uri: "https://meet.example.com/abc", label: "meet.example.com/abc" },
          { type: "phone", uri: "tel:+49-30-1,,,2%23", pin: "2", regionCode: "DE" },
          { type: "sip", uri: "sip:1@example.com", accessCode: "1", meetingCode: "2" },
          { type: "more", uri: link, passcode: "3", password: "4" },
        ],
      },
    },
  ],
];

const plain = fields({});
const recurrence = ["RRULE:FREQ=DAILY"];

describe("each field of Google's is in the document", () => {
  test.each(everything)("%j", (google, document) => {
    expect(fields(google)).toEqual({ ...plain, ...document });
  });

  test.each(everything)("also in the occurrences of a series: %j", (google, document) => {
    const item = parseItem({ ...good, ...google, recurrence }, calendar);
    expect(stored(item)).toMatchObject(document);
  });

  test.each(everything)("odd values instead of %j cost this field only", (google, document) => {
    const name = Object.keys(google)[0] ?? "";
    for (const odd of [null, 7.5, "", [], {}, [null], [[]], [{}], { type: 7 }, "\ud83d", { private: 7 }]) {
      const all = fields({ [name]: odd });
      const others = Object.entries(all).filter(([field]) => !(field in document));
      expect(Object.fromEntries(others)).toEqual(plain);
      const value = all[Object.keys(document)[0] ?? ""];
      // At most a text that was half a surrogate pair, or a list or an object with readable parts.
      expect([undefined, "\ufffd", ""]).toContainEqual(value);
    }
  });

  test("what Google does not have is absent", () => {
    const empty = {
      attachments: [],
      reminders: {},
      extendedProperties: { private: {} },
      source: { title: "without a link" },
      conferenceData: { createRequest: { requestId: "1" } },
      workingLocationProperties: {},
      outOfOfficeProperties: {},
      focusTimeProperties: {},
      birthdayProperties: {},
      eventLabelId: "",
    };
    expect(fields({ ...empty, source: {} })).toEqual(plain);
  });
});

describe("one odd entry costs that entry only", () => {
  test("attachments: other links than to the web, and no link", () => {
    const good = { fileUrl: link };
    const attachments = [
      good,
      { fileUrl: "javascript:alert(1)" },
      { title: "no link" },
      { fileUrl: `https://example.com/${long(5_000)}` },
      7,
      { fileUrl: link, iconLink: "data:image/png,x", title: 7 },
    ];
    expect(fields({ attachments })["attachments"]).toEqual([good, good]);
  });

  test("entry points: an unknown protocol, no address, no type", () => {
    const entryPoints = [
      { entryPointType: "video", uri: "javascript:alert(1)" },
      { entryPointType: "video" },
      { uri: link },
      null,
      { entryPointType: "video", uri: "tel:1" },
      { entryPointType: "future", uri: link, pin: 7, label: "kept" },
    ];
    const { conference, conferenceLink } = fields({ conferenceData: { entryPoints } });
    expect(conference).toEqual({
      entryPoints: [
        { type: "video", uri: "tel:1" },
        { type: "future", uri: link, label: "kept" },
      ],
    });
    // A telephone number is no address of a video meeting.
    expect(conferenceLink).toBeUndefined();
  });

  test("a conference whose parts are odd keeps the others", () => {
    const conferenceData = { conferenceId: 7, entryPoints: "none", conferenceSolution: [], notes: "Mute" };
    expect(fields({ conferenceData })["conference"]).toEqual({ notes: "Mute" });
    const solution = { name: "Meet", iconUri: "ftp://example.com" };
    expect(fields({ conferenceData: { conferenceSolution: solution } })["conference"]).toEqual({
      name: "Meet",
    });
  });

  test("reminders: an odd method or time", () => {
    const popup = { method: "popup", minutes: 10 };
    const overrides = [{ method: 7, minutes: 1 }, { method: "email", minutes: -1 }, { minutes: 0.5 }, popup];
    expect(fields({ reminders: { useDefault: "no", overrides } })["reminders"]).toEqual({
      overrides: [popup],
    });
  });

  test("properties: other values than texts, and names that Firestore refuses", () => {
    const given = JSON.parse(
      '{"a":"1","n":7,"o":{},"":"x","__x__":"x","__proto__":"x","\\ud800":"x","b":"\\ud800"}',
    ) as object;
    const { extendedProperties } = fields({ extendedProperties: { private: given, shared: ["x"] } });
    expect(extendedProperties).toEqual({ private: { a: "1", b: "\ufffd" } });
  });

  test("a colour that is not in Google's palette", () => {
    for (const colorId of ["12", "0", "toString"]) {
      expect(fields({ colorId })).toMatchObject({ colorId });
      expect(fields({ colorId })).not.toHaveProperty("color");
    }
  });

  test("times of creation that no Timestamp can express", () => {
    for (const created of ["yesterday", "0000-01-01T00:00:00Z", 7])
      expect(fields({ created })).not.toHaveProperty("createdAtMs");
  });
});

describe("limits", () => {
  test("of lists: 25 attachments, 5 reminders, 50 ways to join, 300 properties of a kind", () => {
    const many = <T>(make: (index: number) => T) => Array.from({ length: 400 }, (_, index) => make(index));
    const all = fields({
      attachments: many(() => ({ fileUrl: link })),
      reminders: { overrides: many(minutes => ({ method: "popup", minutes })) },
      conferenceData: { entryPoints: many(() => ({ entryPointType: "phone", uri: "tel:1" })) },
      extendedProperties: { shared: Object.fromEntries(many(index => [`key${index}`, "value"])) },
    });
    const { attachments, reminders, conference, extendedProperties } = all as {
      attachments: object[];
      reminders: { overrides: object[] };
      conference: { entryPoints: object[] };
      extendedProperties: { shared: object };
    };
    expect(attachments).toHaveLength(25);
    expect(reminders.overrides).toHaveLength(5);
    expect(conference.entryPoints).toHaveLength(50);
    expect(Object.keys(extendedProperties.shared)).toHaveLength(300);
  });

  test("of texts: names are cut, codes and links are left out", () => {
    const uri = "tel:1";
    const entryPoint = {
      entryPointType: "phone",
      uri,
      label: long(600),
      pin: long(129),
      passcode: long(128),
    };
    const all = fields({
      conferenceData: { entryPoints: [entryPoint], notes: long(3_000), conferenceId: long(2_000) },
      source: { title: long(2_000), url: link },
      iCalUID: long(5_000),
      birthdayProperties: { customTypeName: `${long(999)}🎂` },
      attachments: [{ fileUrl: link, iconLink: `https://example.com/${long(5_000)}` }],
    });
    expect(all).toMatchObject({
      conference: {
        entryPoints: [{ type: "phone", uri, label: long(512), passcode: long(128) }],
        notes: long(2_048),
      },
      source: { title: long(1_000), url: link },
      // A cut does not leave half of a surrogate pair.
      birthday: { customTypeName: long(999) },
      attachments: [{ fileUrl: link }],
    });
    expect(all).not.toHaveProperty("iCalUID");
    expect(all).not.toHaveProperty("conference.id");
    expect(all).not.toHaveProperty("conference.entryPoints.0.pin");
    expect(all).not.toHaveProperty("attachments.0.iconLink");
  });

  test("of properties: those that fit into 64 kB of each kind", () => {
    const given = { a: long(60_000), b: long(10_000), c: "fits", ["d".repeat(2_000)]: "x" };
    const { extendedProperties } = fields({ extendedProperties: { private: given, shared: { a: "1" } } });
    expect(extendedProperties).toEqual({
      private: { a: long(60_000), c: "fits" },
      shared: { a: "1" },
    });
  });
});

describe("the user's own answer", () => {
  const self = { email: "me@example.com", self: true, responseStatus: "tentative" };

  test("is that of the guest who is the user", () => {
    const attendees = [{ email: "a@example.com", responseStatus: "accepted" }, self];
    expect(fields({ attendees })["selfResponse"]).toBe("tentative");
  });

  test("is known although other guests cannot be read", () => {
    for (const odd of [null, 7, [], { self: "yes", responseStatus: "declined" }, { self: true }])
      expect(fields({ attendees: [odd, self] })["selfResponse"]).toBe("tentative");
  });

  test("is absent if the user is no guest, or the answer cannot be read", () => {
    for (const attendees of [
      undefined,
      "none",
      [],
      [{ ...self, self: false }],
      [{ ...self, responseStatus: 7 }],
    ])
      expect(fields({ attendees })).not.toHaveProperty("selfResponse");
  });

  test("is known although the guests are cut", () => {
    const guest = (index: number) => ({ email: `guest${index}@example.com`, comment: long(1_000) });
    const all = fields({ attendees: [...Array.from({ length: 2_000 }, (_, index) => guest(index)), self] });
    expect(all).toMatchObject({ selfResponse: "tentative", attendeesOmitted: true });
    expect((all["attendees"] as unknown[]).at(-1)).toEqual(self);
  });
});
