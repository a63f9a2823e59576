import { expect, test } from "@jest/globals";
import { reauthReason } from "./reauth-reason.ts";
import { canWrite, delegatedScopes, missingCalendarScopes, requestedScopes } from "./scopes.ts";

const events = "https://www.googleapis.com/auth/calendar.events.readonly";
const changes = "https://www.googleapis.com/auth/calendar.events";
const lists = "https://www.googleapis.com/auth/calendar.calendarlist.readonly";

test("users are asked for who they are, their events and their list of calendars, to read", () => {
  expect(requestedScopes(false)).toEqual(["openid", "email", events, lists]);
  expect(delegatedScopes).toEqual(["https://www.googleapis.com/auth/userinfo.email", events, lists]);
});

test("with write access, users are asked to let their events be changed, in place of read", () => {
  expect(requestedScopes(true)).toEqual(["openid", "email", changes, lists]);
});

test("without either of the calendar scopes a grant is of no use", () => {
  expect(missingCalendarScopes(["openid"])).toEqual([events, lists]);
  expect(missingCalendarScopes([lists])).toEqual([events]);
  expect(missingCalendarScopes([events, lists])).toEqual([]);
});

test("who may change events may read them", () => {
  expect(missingCalendarScopes([changes, lists])).toEqual([]);
  expect(missingCalendarScopes([changes])).toEqual([lists]);
});

test("only the scope for it allows changes", () => {
  expect(canWrite(requestedScopes(true))).toBe(true);
  expect(canWrite(requestedScopes(false))).toBe(false);
  expect(canWrite(delegatedScopes)).toBe(false);
});

test("a user reads what to do: to allow more, or to connect again", () => {
  expect(reauthReason("insufficientPermissions")).toMatch(/allow access/);
  expect(reauthReason("unauthorized")).toMatch(/revoked/);
});
