import { expect, test } from "@jest/globals";
import type { CalendarEvent } from "../model/calendar-event.ts";
import { parse } from "./cases/lunch-item.fake.ts";
import { fitEvent, maxGuests } from "./fit-event.ts";

const item = parse({});
if (item.kind !== "event") throw new Error(item.kind);
const lunch: CalendarEvent = item.event;

const size = (event: CalendarEvent | undefined) => Buffer.byteLength(JSON.stringify(event));
const guests = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ email: `g${index}@example.com` }));
const self = { email: "me@example.com", self: true };
const organizer = { email: "boss@example.com", organizer: true };

test("an event that fits stays as it is", () => {
  const event = { ...lunch, attendees: guests(maxGuests) };
  expect(fitEvent(event, 900_000)).toBe(event);
});

test("as many guests stay as fit, in Google's order, with the user and the organizer", () => {
  const event = { ...lunch, attendees: [...guests(1_000), self, ...guests(10), organizer] };
  const fitted = fitEvent(event, 10_000);
  expect(size(fitted)).toBeLessThanOrEqual(10_000);
  expect(size(fitted)).toBeGreaterThan(9_900);
  expect(fitted?.attendeesOmitted).toBe(true);
  expect(fitted?.attendees?.slice(0, 2)).toEqual(guests(2));
  expect(fitted?.attendees?.slice(-2)).toEqual([self, organizer]);
});

test("one guest who is too large is left out, not those after", () => {
  const large = { email: "large@example.com", comment: "x".repeat(5_000) };
  const fitted = fitEvent({ ...lunch, attendees: [large, ...guests(3), self] }, 3_000);
  expect(fitted?.attendees).toEqual([...guests(3), self]);
});

test("no more guests than the limit, although they are small", () => {
  const fitted = fitEvent({ ...lunch, attendees: [...guests(maxGuests + 1), self] }, 900_000);
  expect(fitted?.attendees).toHaveLength(maxGuests);
  expect(fitted?.attendees?.at(-1)).toEqual(self);
});

test("without guests, the properties are lost first, then the attachments, then the ways to join", () => {
  const text = "x".repeat(1_000);
  const event = {
    ...lunch,
    extendedProperties: { private: { a: text } },
    attachments: [{ fileUrl: `https://example.com/${text}` }],
    conference: { notes: text },
  };
  const lost = (maxBytes: number) => {
    const fitted = fitEvent(event, maxBytes);
    return fitted && Object.keys(event).filter(name => !(name in fitted));
  };
  expect(lost(5_000)).toEqual([]);
  expect(lost(3_000)).toEqual(["extendedProperties"]);
  expect(lost(2_000)).toEqual(["extendedProperties", "attachments"]);
  expect(lost(1_000)).toEqual(["extendedProperties", "attachments", "conference"]);
  expect(lost(300)).toBeUndefined();
});

test("the event of a series leaves room for the exceptions, but is not lost for that", () => {
  const recurrence = ["RRULE:FREQ=DAILY"];
  const series = (change: object) => {
    const read = parse({ ...change, recurrence });
    return read.kind === "series" ? read.master.event : read.kind;
  };
  const attendees = Array.from({ length: 2_000 }, (_, index) => ({
    email: `${index}`,
    comment: "x".repeat(400),
  }));
  const crowded = series({ attendees });
  expect(Buffer.byteLength(JSON.stringify(crowded))).toBeLessThanOrEqual(600_000);
  expect(parse({ attendees })).not.toHaveProperty("event.attendeesOmitted");
  expect(series({ description: "x".repeat(800_000) })).toMatchObject({ summary: "Lunch" });
  expect(series({ description: "x".repeat(950_000) })).toBe("malformed");
});
