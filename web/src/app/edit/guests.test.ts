import { expect, test } from "@jest/globals";
import { knownGuests, parseGuests, withGuests } from "./guests.ts";

test.each([
  ["ada@example.com", [{ email: "ada@example.com" }]],
  ["ada@example.com, bob@example.com;", [{ email: "ada@example.com" }, { email: "bob@example.com" }]],
  ["ada@example.com bob@example.com", [{ email: "ada@example.com" }, { email: "bob@example.com" }]],
  ["Ada Byron <ada@example.com>", [{ email: "ada@example.com", displayName: "Ada Byron" }]],
  [
    '"Ada" <ada@example.com>\n<bob@example.com>',
    [{ email: "ada@example.com", displayName: "Ada" }, { email: "bob@example.com" }],
  ],
  ["ada@example.com, ADA@example.com", [{ email: "ada@example.com" }]],
  [" , ;\n", []],
])("reads %j", (text, guests) => {
  expect(parseGuests(text)).toEqual({ guests, unreadable: [] });
});

test("what is no address is kept as it was typed", () => {
  expect(parseGuests("ada@example.com, Bob the builder, c@d, @x.org, <e@f.org")).toEqual({
    guests: [{ email: "ada@example.com" }],
    unreadable: ["Bob the builder", "c@d", "@x.org", "<e@f.org"],
  });
});

test("a guest who is invited already stays as he is", () => {
  const [ada] = [{ email: "ada@example.com", optional: true }];
  expect(withGuests([ada], [{ email: "Ada@Example.com" }, { email: "bob@example.com" }])).toEqual([
    ada,
    { email: "bob@example.com" },
  ]);
});

test("guests of an event are known only if all are", () => {
  const ada = { email: "ada@example.com", displayName: "Ada", optional: true, responseStatus: "accepted" };
  expect(knownGuests({ attendees: [ada, { email: "room@example.com", resource: true }] })).toEqual([
    { email: "ada@example.com", displayName: "Ada", optional: true },
    { email: "room@example.com" },
  ]);
  expect(knownGuests({})).toEqual([]);
  expect(knownGuests({ attendees: [ada], attendeesOmitted: true })).toBeUndefined();
  expect(knownGuests({ attendees: [ada, { displayName: "Someone" }] })).toBeUndefined();
});
