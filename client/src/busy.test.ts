import { describe, expect, test } from "@jest/globals";
import { isBusy, isDeclined } from "./busy.ts";
import type { EventDocument } from "./documents.ts";
import { event } from "./documents.fixture.ts";

test.each([
  ["declined", true],
  ["accepted", false],
  ["needsAction", false],
  [undefined, false],
])("an event whose answer is %s is declined: %s", (selfResponse, declined) => {
  expect(isDeclined({ ...event, selfResponse })).toBe(declined);
});

describe("isBusy", () => {
  test.each<[string, Partial<EventDocument>, boolean]>([
    ["as it comes", {}, true],
    ["that is busy", { transparency: "opaque" }, true],
    ["that is free", { transparency: "transparent" }, false],
    ["of a value that Google adds", { transparency: "translucent" }, true],
    ["that was accepted", { selfResponse: "accepted" }, true],
    ["that was declined", { selfResponse: "declined" }, false],
    ["that was not answered", { selfResponse: "needsAction" }, true],
    ["that was answered with perhaps", { selfResponse: "tentative" }, true],
    ["that is tentative", { status: "tentative" }, true],
    ["that is cancelled", { status: "cancelled" }, false],
    ["out of office", { eventType: "outOfOffice" }, true],
    ["for focus", { eventType: "focusTime" }, true],
    ["that is a working location", { eventType: "workingLocation", transparency: "opaque" }, false],
    ["that is a birthday", { eventType: "birthday", transparency: "opaque" }, false],
    ["of a type that Google adds", { eventType: "siesta" }, true],
  ])("an event %s", (_what, changes, busy) => {
    expect(isBusy({ ...event, ...changes })).toBe(busy);
  });

  test("tentative events and unanswered invitations are free if the app says so, each by its own rule", () => {
    const unsettled: Partial<EventDocument>[] = [
      { status: "tentative" },
      { selfResponse: "tentative" },
      { selfResponse: "needsAction" },
      { selfResponse: "accepted" },
    ];
    const busy = (rules: Parameters<typeof isBusy>[1]) =>
      unsettled.map(changes => isBusy({ ...event, ...changes }, rules));
    expect(busy({ tentativeIsBusy: false })).toEqual([false, false, true, true]);
    expect(busy({ unansweredIsBusy: false })).toEqual([true, true, false, true]);
  });
});
