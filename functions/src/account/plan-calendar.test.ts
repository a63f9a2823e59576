import { describe, expect, test } from "@jest/globals";
import type { ListedCalendar } from "../ports/calendar-list.port.ts";
import { planCalendar } from "./plan-calendar.ts";

const work: ListedCalendar = {
  calendarId: "work@example.com",
  summary: "Work",
  backgroundColor: "#0b8043",
  timeZone: "Europe/Berlin",
  accessRole: "owner",
  primary: false,
  selected: false,
};
const stored = {
  calendarId: "work@example.com",
  accountId: "acc",
  summary: "Work",
  backgroundColor: "#0b8043",
  timeZone: "Europe/Berlin",
  accessRole: "owner",
  primary: false,
  selected: false,
  enabled: true,
  sync: { phase: "live" },
};
const unknown = { document: undefined, state: undefined };

describe("a calendar in Google's list", () => {
  test.each([
    [{ primary: true, selected: false }, true],
    [{ primary: false, selected: true }, true],
    [{ primary: false, selected: false }, false],
  ])("that is new and %j starts enabled: %j", (marks, enabled) => {
    const plan = planCalendar("acc", { ...work, ...marks }, unknown);
    expect(plan).toMatchObject({ enabled, state: enabled ? "create" : "none" });
    expect(plan.document).toMatchObject({
      kind: "create",
      fields: { ...work, ...marks, accountId: "acc", enabled, sync: { phase: "importing" } },
    });
  });

  test("that is new has no empty fields: Firestore refuses undefined, and clients expect absence", () => {
    const { document } = planCalendar("acc", work, unknown);
    expect(Object.values(document.fields)).not.toContain(undefined);
  });

  test("that has not changed writes nothing", () => {
    expect(planCalendar("acc", work, { document: stored, state: { active: true } })).toEqual({
      enabled: true,
      document: { kind: "patch", fields: {} },
      state: "none",
    });
  });

  test("that was renamed and lost its colour has just those fields written", () => {
    const { backgroundColor, ...rest } = work;
    const plan = planCalendar(
      "acc",
      { ...rest, summary: "Office" },
      { document: stored, state: { active: true } },
    );
    expect(plan.document).toEqual({
      kind: "patch",
      fields: { summary: "Office", backgroundColor: undefined },
    });
  });

  test("that the user has disabled here stays disabled, whatever Google's page shows", () => {
    const known = {
      document: { ...stored, enabled: false },
      state: { active: false, inactiveReason: "disabled" },
    };
    expect(planCalendar("acc", { ...work, selected: true }, known)).toMatchObject({
      enabled: false,
      state: "none",
    });
  });

  test("whose sync was stopped for want of consent goes on", () => {
    expect(
      planCalendar("acc", work, {
        document: stored,
        state: { active: false, inactiveReason: "reauth_required" },
      }).state,
    ).toBe("activate");
  });

  test("whose sync the user had switched off, and on again, starts from the beginning", () => {
    const state = { active: false, inactiveReason: "disabled" };
    expect(planCalendar("acc", work, { document: stored, state }).state).toBe("restart");
  });

  test("that was removed at Google and is back starts from the beginning, if it is enabled", () => {
    const state = { active: false, inactiveReason: "removed" };
    expect(planCalendar("acc", work, { document: stored, state }).state).toBe("restart");
    const disabled = { ...stored, enabled: false };
    expect(planCalendar("acc", work, { document: disabled, state }).state).toBe("disable");
  });
});
