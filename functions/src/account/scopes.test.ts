import { expect, test } from "@jest/globals";
import { reauthReason } from "./reauth-reason.ts";
import { delegatedScopes, missingCalendarScopes, requestedScopes } from "./scopes.ts";

const events = "https://www.googleapis.com/auth/calendar.events.readonly";
const lists = "https://www.googleapis.com/auth/calendar.calendarlist.readonly";

test("users are asked for who they are, their events and their list of calendars, to read", () => {
  expect(requestedScopes).toEqual(["openid", "email", events, lists]);
  expect(delegatedScopes).toEqual(["https://www.googleapis.com/auth/userinfo.email", events, lists]);
});

test("without either of the calendar scopes a grant is of no use", () => {
  expect(missingCalendarScopes(["openid"])).toEqual([events, lists]);
  expect(missingCalendarScopes([lists])).toEqual([events]);
  expect(missingCalendarScopes([events, lists])).toEqual([]);
});

test("a user reads what to do: to allow more, or to connect again", () => {
  expect(reauthReason("insufficientPermissions")).toMatch(/allow access/);
  expect(reauthReason("unauthorized")).toMatch(/revoked/);
});
