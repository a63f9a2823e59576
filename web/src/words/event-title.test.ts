import { expect, test } from "@jest/globals";
import { eventTitle, hidesDetails } from "./event-title.ts";

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

test("details are hidden only where the title is hidden too", () => {
  expect(hidesDetails({ visibility: "private" })).toBe(true);
  expect(hidesDetails({ summary: "Mine", visibility: "private" })).toBe(false);
  expect(hidesDetails({})).toBe(false);
});

test("a working location is called by its place", () => {
  const summary = "Working";
  expect(eventTitle({ summary, workingLocation: { type: "homeOffice" } })).toBe("Home");
  expect(eventTitle({ summary, workingLocation: { type: "officeLocation", label: "Spree" } })).toBe("Spree");
  expect(eventTitle({ summary, workingLocation: { type: "customLocation" } })).toBe("Working");
});
