import { describe, expect, test } from "@jest/globals";
import { eventKind, eventTypeNotes, eventTypeWords } from "./event-type.ts";

describe("the type of an event", () => {
  test.each([
    [{ eventType: "focusTime" }, "focus", "focus time"],
    [{ eventType: "outOfOffice" }, "away", "out of office"],
    [{ eventType: "fromGmail" }, "mail", "from Gmail"],
    [{ eventType: "birthday" }, "birthday", "birthday"],
    [{ eventType: "birthday", birthday: { type: "anniversary" } }, "birthday", "anniversary"],
    [
      { eventType: "birthday", birthday: { type: "custom", customTypeName: "Name day" } },
      "birthday",
      "Name day",
    ],
    [{ eventType: "workingLocation", workingLocation: { type: "homeOffice" } }, "home", "working location"],
    [
      { eventType: "workingLocation", workingLocation: { type: "officeLocation" } },
      "office",
      "working location",
    ],
    [{ eventType: "workingLocation" }, "place", "working location"],
    [{ eventType: "default" }, undefined, undefined],
    [{ eventType: "aTypeOfLater" }, undefined, undefined],
  ])("%j", (event, kind, words) => {
    expect([eventKind(event), eventTypeWords(event)]).toEqual([kind, words]);
  });

  test("what is declined automatically is said, with the message", () => {
    const focusTime = {
      autoDeclineMode: "declineOnlyNewConflictingInvitations",
      declineMessage: "Later",
      chatStatus: "doNotDisturb",
    };
    expect(eventTypeNotes({ eventType: "focusTime", focusTime })).toEqual([
      "New conflicting invitations are declined automatically.",
      "The answer says: “Later”",
      "Chat is set to “Do not disturb”.",
    ]);
    const outOfOffice = { autoDeclineMode: "declineNone", declineMessage: "Away" };
    expect(eventTypeNotes({ eventType: "outOfOffice", outOfOffice })).toEqual([
      "Invitations are not declined automatically.",
    ]);
    expect(eventTypeNotes({ eventType: "outOfOffice" })).toEqual([]);
  });

  test("an office has a floor and a desk", () => {
    const workingLocation = { type: "officeLocation", label: "Spree", floorId: "3", deskId: "12" };
    expect(eventTypeNotes({ eventType: "workingLocation", workingLocation })).toEqual(["floor 3, desk 12"]);
  });
});
