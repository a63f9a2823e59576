import { describe, expect, test } from "@jest/globals";
import { insertSettled, moveSettled, patchSettled, removeSettled } from "./settled-writes.ts";
import { failure, type Fate, ScriptedGoogle } from "./testing/scripted-google.fake.ts";

/*
 * Every sequence of answers that a write can meet, with the outcome and the calls that it takes.
 */

const place = { accountId: "account", calendarId: "calendar", eventId: "id" };
const sendUpdates = "none" as const;

/** Google's answers to the writes; then the outcome, and the calls. */
type Case = readonly [string, readonly Fate[], string, string];

const refusals: readonly Case[] = [
  ["a quota", [failure("rateLimited", 403)], "quota", ""],
  ["a missing scope", [failure("insufficientPermissions", 403)], "needsConsent", ""],
  ["a withdrawn consent", [failure("unauthorized")], "needsConsent", ""],
  ["a calendar that is only read", [failure("forbidden", 403)], "readOnly", ""],
  ["a fault of the operator", [failure("operator", 403)], "unavailable", ""],
  ["a wrong request", [400], "refused", ""],
];
/** Refusals are final: one call, and nothing is read. */
const refused = (name: string): readonly Case[] =>
  refusals.map(([what, fates, outcome]) => [what, fates, outcome, name]);

function google(fates: readonly Fate[], fields: object = { summary: "Old" }): ScriptedGoogle {
  const scripted = new ScriptedGoogle(fates);
  scripted.event = { status: "confirmed", version: 1, fields: { ...fields } };
  return scripted;
}

const outcomeOf = (outcome: { readonly kind: string; readonly because?: string }): string =>
  outcome.because ?? outcome.kind;

describe("a patch", () => {
  const patch = async (scripted: ScriptedGoogle) =>
    outcomeOf(await patchSettled(scripted, place, { summary: "New" }, { etag: '"1"', sendUpdates }));

  test.each<Case>([
    ["success", ["ok"], "event", "patch"],
    ["a change by somebody else", [412], "changedMeanwhile", "patch"],
    ["an event that is gone", [404], "gone", "patch"],
    ["an event that was deleted", [410], "gone", "patch"],
    ...refused("patch"),
    ["an answer that is lost", ["lost"], "event", "patch get"],
    ["a call that is lost", ["dropped", "ok"], "event", "patch get patch"],
    ["a call that is lost, then an answer", ["dropped", "lost"], "event", "patch get patch get"],
    ["two calls that are lost", ["dropped", "dropped"], "outcomeUnknown", "patch get patch get"],
    ["a lost call and a change by somebody else", ["drowned"], "outcomeUnknown", "patch get"],
    [
      "a lost call, then 412, although nothing has changed",
      ["dropped", 412],
      "outcomeUnknown",
      "patch get patch get",
    ],
    [
      "a lost call, then a quota",
      ["dropped", failure("rateLimited", 403)],
      "outcomeUnknown",
      "patch get patch",
    ],
    ["a lost call, then a deletion", ["dropped", 410], "outcomeUnknown", "patch get patch"],
  ])("%s", async (_what, fates, outcome, calls) => {
    const scripted = google(fates);
    expect(await patch(scripted)).toBe(outcome);
    expect(scripted.calls.join(" ")).toBe(calls);
  });

  test("the first call arrives after the repetition was sent: it is found by reading", async () => {
    const scripted = google(["dropped", 412]);
    const reading = scripted.get;
    scripted.get = async where => {
      const answer = await reading(where);
      // The call that seemed lost is carried out now.
      scripted.event = { status: "confirmed", version: 2, fields: { summary: "New" } };
      return answer;
    };
    expect(await patch(scripted)).toBe("event");
    expect(scripted.calls.join(" ")).toBe("patch get patch get");
  });

  test.each([404, 503])("what happened is unknown if reading fails with %s", async status => {
    const scripted = google(["lost"]);
    scripted.reads.push(failure(status === 503 ? "unavailable" : "calendarGone", status));
    expect(await patch(scripted)).toBe("outcomeUnknown");
    expect(scripted.calls.join(" ")).toBe("patch get");
  });
});

describe("a new event", () => {
  const insert = async (scripted: ScriptedGoogle) =>
    outcomeOf(await insertSettled(scripted, place, { id: "id", summary: "New" }, { sendUpdates }));
  const nothing = (fates: readonly Fate[]) => new ScriptedGoogle(fates);

  test.each<Case>([
    ["success", ["ok"], "event", "insert"],
    ...refused("insert"),
    ["a calendar that is gone", [404], "gone", "insert"],
    ["an answer that is lost", ["lost"], "event", "insert get"],
    ["a call that is lost", ["dropped", "ok"], "event", "insert get insert"],
    ["a call that is lost, then an answer", ["dropped", "lost"], "event", "insert get insert get"],
    ["two calls that are lost", ["dropped", "dropped"], "outcomeUnknown", "insert get insert get"],
    [
      "a lost call, then a quota",
      ["dropped", failure("rateLimited", 403)],
      "outcomeUnknown",
      "insert get insert",
    ],
    ["an id that exists, but cannot be read", [409], "outcomeUnknown", "insert get"],
  ])("%s", async (_what, fates, outcome, calls) => {
    const scripted = nothing(fates);
    expect(await insert(scripted)).toBe(outcome);
    expect(scripted.calls.join(" ")).toBe(calls);
  });

  test("an event of this id is the event of this request", async () => {
    const scripted = google([409]);
    expect(await insert(scripted)).toBe("event");
    expect(scripted.calls.join(" ")).toBe("insert get");
  });

  test("a deleted event of this id stays deleted", async () => {
    const scripted = google([409]);
    scripted.event = { status: "cancelled", version: 2, fields: {} };
    expect(await insert(scripted)).toBe("gone");
  });

  test("what happened is unknown if reading fails", async () => {
    const scripted = nothing(["lost"]);
    scripted.reads.push(failure("unavailable", 503));
    expect(await insert(scripted)).toBe("outcomeUnknown");
    expect(scripted.calls.join(" ")).toBe("insert get");
  });
});

describe("a deletion", () => {
  const remove = async (scripted: ScriptedGoogle) =>
    outcomeOf(await removeSettled(scripted, place, { etag: '"1"', sendUpdates }));

  test.each<Case>([
    ["success", ["ok"], "removed", "remove"],
    ["an event that was deleted", [410], "removed", "remove"],
    ["an event that never was", [404], "gone", "remove"],
    ...refused("remove"),
    ["an answer that is lost", ["lost"], "removed", "remove get"],
    ["a call that is lost", ["dropped", "ok"], "removed", "remove get remove"],
    ["a call that is lost, then an answer", ["dropped", "lost"], "removed", "remove get remove get"],
    ["a call that is lost, then 410", ["dropped", 410], "removed", "remove get remove"],
    ["two calls that are lost", ["dropped", "dropped"], "outcomeUnknown", "remove get remove get"],
    ["a lost call and a change by somebody else", ["drowned"], "changedMeanwhile", "remove get"],
    ["412, although nothing has changed", [412, 412], "outcomeUnknown", "remove get remove get"],
    [
      "a lost call, then a quota",
      ["dropped", failure("rateLimited", 403)],
      "outcomeUnknown",
      "remove get remove",
    ],
  ])("%s", async (_what, fates, outcome, calls) => {
    const scripted = google(fates);
    expect(await remove(scripted)).toBe(outcome);
    expect(scripted.calls.join(" ")).toBe(calls);
  });

  test.each([
    ["changed", "confirmed", "changedMeanwhile"],
    ["deleted", "cancelled", "removed"],
  ])("412, because somebody has %s the event", async (_what, status, outcome) => {
    const scripted = google([412]);
    scripted.event = { status, version: 2, fields: {} };
    expect(await remove(scripted)).toBe(outcome);
    expect(scripted.calls.join(" ")).toBe("remove get");
  });

  test.each([
    [404, "removed"],
    [410, "removed"],
    [503, "outcomeUnknown"],
  ])("a lost answer, and reading fails with %s", async (status, outcome) => {
    const scripted = google(["lost"]);
    scripted.reads.push(failure(status === 503 ? "unavailable" : "calendarGone", status));
    expect(await remove(scripted)).toBe(outcome);
    expect(scripted.calls.join(" ")).toBe("remove get");
  });
});

describe("a move", () => {
  const move = async (scripted: ScriptedGoogle) =>
    outcomeOf(await moveSettled(scripted, place, "other", { sendUpdates }));

  test.each<Case>([
    ["success", ["ok"], "event", "move"],
    ["an event that is gone", [404], "gone", "move"],
    ...refused("move"),
    ["an answer that is lost", ["lost"], "event", "move get get"],
    ["a call that is lost", ["dropped", "ok"], "event", "move get move"],
    ["a call that is lost, then an answer", ["dropped", "lost"], "event", "move get move get get"],
    ["two calls that are lost", ["dropped", "dropped"], "outcomeUnknown", "move get move get"],
    ["a call that is lost, then a refusal", ["dropped", 404], "outcomeUnknown", "move get move get"],
  ])("%s", async (_what, fates, outcome, calls) => {
    const scripted = google(fates);
    expect(await move(scripted)).toBe(outcome);
    expect(scripted.calls.join(" ")).toBe(calls);
  });

  test("the first call arrives after the repetition was sent: the repetition fails, and the event is there", async () => {
    const scripted = google(["dropped", 404]);
    const reading = scripted.get;
    scripted.get = async where => {
      const answer = await reading(where);
      scripted.calendar = "other";
      return answer;
    };
    expect(await move(scripted)).toBe("event");
    expect(scripted.calls.join(" ")).toBe("move get move get get");
  });

  test("a guest's copy in the other calendar is no sign of a move", async () => {
    const scripted = google(["dropped", "dropped"]);
    const reading = scripted.get;
    scripted.get = async ({ calendarId, ...where }) =>
      await reading({ ...where, calendarId: calendarId === "other" ? place.calendarId : calendarId });
    expect(await move(scripted)).toBe("outcomeUnknown");
  });

  test("what happened is unknown if reading fails", async () => {
    const scripted = google(["lost"]);
    scripted.reads.push(failure("unavailable", 503));
    expect(await move(scripted)).toBe("outcomeUnknown");
  });
});
