import { describe, expect, test } from "@jest/globals";
import type { ListedCalendar } from "../ports/calendars.port.ts";
import { type KnownCalendar, type ListedFields, planCalendar } from "./plan-calendar.ts";

const work: ListedCalendar = {
  calendarId: "work@example.com",
  summary: "Work",
  backgroundColor: "#0b8043",
  timeZone: "Europe/Berlin",
  accessRole: "owner",
  primary: false,
  selected: false,
};
const stored: ListedFields = {
  summary: "Work",
  backgroundColor: "#0b8043",
  timeZone: "Europe/Berlin",
  accessRole: "owner",
  primary: false,
  selected: false,
};
/** A calendar that is synced and whose document shows the last list. */
const known: KnownCalendar = { active: true, enabled: true, listed: stored };

describe("a calendar in Google's list", () => {
  test.each([
    [{ primary: true, selected: false }, true],
    [{ primary: false, selected: true }, true],
    [{ primary: false, selected: false }, false],
  ])("that is new and %j starts enabled: %j", (marks, enabled) => {
    const plan = planCalendar("acc", { ...work, ...marks }, undefined);
    expect(plan).toMatchObject({ enabled, state: "create" });
    expect(plan.document).toEqual({
      kind: "new",
      fields: { ...work, ...marks, accountId: "acc", enabled, sync: { phase: "importing" } },
    });
  });

  test.each([
    ["freeBusyReader", false],
    ["reader", true],
    ["choreographer", true],
  ])("that is new, selected and shared as %s starts enabled: %j", (accessRole, enabled) => {
    const listed = { ...work, selected: true, accessRole };
    expect(planCalendar("acc", listed, undefined)).toMatchObject({
      enabled,
      document: { fields: { enabled } },
    });
  });

  test("of which only busy times are shared keeps the user's choice, and starts again after a refusal", () => {
    const listed = { ...work, accessRole: "freeBusyReader" };
    expect(planCalendar("acc", listed, known)).toMatchObject({ enabled: true, state: "none" });
    const refused: KnownCalendar = { ...known, active: false, inactiveReason: "unavailable" };
    expect(planCalendar("acc", listed, refused)).toMatchObject({ enabled: true, state: "activate" });
  });

  test("that is new has no empty fields: Firestore refuses undefined, and clients expect absence", () => {
    const { document } = planCalendar("acc", work, undefined);
    expect(Object.values(document.fields)).not.toContain(undefined);
  });

  test("that has not changed writes nothing", () => {
    expect(planCalendar("acc", work, known)).toEqual({
      enabled: true,
      listed: stored,
      document: { kind: "patch", fields: {} },
      state: "none",
    });
  });

  test("that was renamed and lost its colour has just those fields written", () => {
    const { backgroundColor, ...rest } = work;
    const plan = planCalendar("acc", { ...rest, summary: "Office" }, known);
    expect(plan.document).toEqual({
      kind: "patch",
      fields: { summary: "Office", backgroundColor: undefined },
    });
  });

  test("that the user has disabled here stays disabled, whatever Google's page shows", () => {
    const off: KnownCalendar = { ...known, active: false, enabled: false, inactiveReason: "disabled" };
    expect(planCalendar("acc", { ...work, selected: true }, off)).toMatchObject({
      enabled: false,
      state: "none",
    });
  });

  test("whose sync was stopped for want of consent goes on", () => {
    const waiting: KnownCalendar = { ...known, active: false, inactiveReason: "reauth_required" };
    expect(planCalendar("acc", work, waiting).state).toBe("activate");
  });

  test("whose sync the user had switched off, and on again, starts from the beginning", () => {
    const on: KnownCalendar = { ...known, active: false, inactiveReason: "disabled" };
    expect(planCalendar("acc", work, on).state).toBe("restart");
  });

  test("that was removed at Google and is back starts from the beginning, if it is enabled", () => {
    const removed: KnownCalendar = { ...known, active: false, inactiveReason: "removed" };
    expect(planCalendar("acc", work, removed).state).toBe("restart");
    expect(planCalendar("acc", work, { ...removed, enabled: false }).state).toBe("disable");
  });

  test("of which nobody noted what was written has everything written, and what it has not removed", () => {
    const { document } = planCalendar("acc", work, { ...known, listed: null });
    expect(document).toEqual({
      kind: "patch",
      fields: {
        ...stored,
        description: undefined,
        foregroundColor: undefined,
        colorId: undefined,
        googleAccessRole: undefined,
      },
    });
  });
});

describe("what could not be read of an entry", () => {
  test("stays as it is known, and is what the entry says of a new calendar", () => {
    const odd: ListedCalendar = {
      calendarId: "work@example.com",
      summary: "work@example.com",
      timeZone: "UTC",
      accessRole: "reader",
      primary: false,
      selected: false,
      unread: ["summary", "timeZone", "accessRole", "backgroundColor"],
    };
    expect(planCalendar("acc", odd, known).document.fields).toEqual({});
    expect(planCalendar("acc", odd, undefined).listed).toEqual({
      summary: "work@example.com",
      timeZone: "UTC",
      accessRole: "reader",
      primary: false,
      selected: false,
    });
  });

  test("of a role is all of the role", () => {
    const shared = { ...known, listed: { ...stored, accessRole: "reader", googleAccessRole: "visitor" } };
    const plan = planCalendar("acc", { ...work, accessRole: "reader", unread: ["accessRole"] }, shared);
    expect(plan.listed).toMatchObject({ accessRole: "reader", googleAccessRole: "visitor" });
  });
});

describe("a role", () => {
  test.each([
    ["freeBusyReader", "freeBusyReader", undefined],
    ["reader", "reader", undefined],
    ["writer", "writer", undefined],
    ["owner", "owner", undefined],
    ["writerWithoutPrivateAccess", "writer", "writerWithoutPrivateAccess"],
    ["visitor", "reader", "visitor"],
    ["", "reader", ""],
    ["constructor", "reader", "constructor"],
  ])("%j is shown to clients of all ages as %s", (role, accessRole, googleAccessRole) => {
    const { listed } = planCalendar("acc", { ...work, accessRole: role }, undefined);
    expect([listed["accessRole"], listed["googleAccessRole"]]).toEqual([accessRole, googleAccessRole]);
  });

  test("that is one of the four again takes Google's own word away", () => {
    const shared = { ...known, listed: { ...stored, accessRole: "writer", googleAccessRole: "visitor" } };
    const { fields } = planCalendar("acc", { ...work, accessRole: "writer" }, shared).document;
    expect(fields).toEqual({ googleAccessRole: undefined });
    expect(Object.hasOwn(fields, "googleAccessRole")).toBe(true);
  });
});
