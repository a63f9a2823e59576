import { expect, test } from "@jest/globals";
import { eventTitle } from "./event-title.ts";

test("an event is called by its title, even an empty one", () => {
  expect(eventTitle({ summary: "Lunch", visibility: "private" })).toBe("Lunch");
  expect(eventTitle({ summary: "" })).toBe("");
});

test("without a title it is busy time where details are hidden, and an untitled event elsewhere", () => {
  expect(eventTitle({ visibility: "private" })).toBe("Busy");
  expect(eventTitle({ visibility: "confidential" })).toBe("Busy");
  expect(eventTitle({ visibility: "public" })).toBe("(no title)");
  expect(eventTitle({})).toBe("(no title)");
});
