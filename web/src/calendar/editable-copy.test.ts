import { expect, test } from "@jest/globals";
import { eventAt } from "../app/event.fixture.ts";
import { editableCopy } from "./editable-copy.ts";

const edits = (...ids: string[]) => ({
  canEdit: (id: string) => ids.includes(id),
  move: () => undefined,
  create: () => undefined,
});
const meeting = { id: "a", event: eventAt("2026-11-23T09:00:00Z"), alsoIn: [], copyIds: ["a", "b", "c"] };

test("the leading copy that can be edited is moved", () => {
  expect(editableCopy(meeting, edits("a", "b"))).toBe("a");
  expect(editableCopy(meeting, edits("c", "b"))).toBe("b");
  expect(editableCopy(meeting, edits())).toBeUndefined();
});

test("none is moved while one is being saved", () => {
  const event = { ...meeting.event, pending: true };
  expect(editableCopy({ ...meeting, event }, edits("b"))).toBeUndefined();
});

test("a working location for some hours is not moved: it is drawn without its hours", () => {
  const event = eventAt("2026-11-23T09:00:00Z", { eventType: "workingLocation" });
  expect(editableCopy({ ...meeting, event }, edits("a"))).toBeUndefined();
  expect(editableCopy({ ...meeting, event: { ...event, allDay: true } }, edits("a"))).toBe("a");
});
