import { describe, expect, test } from "@jest/globals";
import { eventConverter } from "./converters.ts";
import { event } from "./documents.fixture.ts";

describe("eventConverter", () => {
  test("reads what it wrote", () => {
    const stored = eventConverter.toFirestore(event);
    expect(eventConverter.fromFirestore({ data: () => stored })).toEqual(event);
  });

  test("writes no key without a value", () => {
    expect(Object.keys(eventConverter.toFirestore(event))).not.toContain("location");
  });

  test("refuses to write what clients could not read", () => {
    expect(() => eventConverter.toFirestore({ ...event, eventId: 7 as unknown as string })).toThrow(
      /eventId/,
    );
  });

  test("a document of another shape throws with the name of the field", () => {
    expect(() => eventConverter.fromFirestore({ data: () => ({ ...event, allDay: "yes" }) })).toThrow(
      /allDay/,
    );
  });
});
