import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { eventIdOf } from "./event-id.ts";

test("ids stay as they are: a repeated request may reach another version of the code", () => {
  expect(eventIdOf("calendar", "request-1")).toBe("th2hop05elsmilaa41ea9g1abk");
  expect(eventIdOf("series", '"etag"', "{}", "1")).toBe("htdqdb2bre0heindsff0224g9r");
});

test("ids are what Google accepts: 5 to 1024 characters of base32hex", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 4 }), parts => {
      expect(eventIdOf(...parts)).toMatch(/^[0-9a-v]{26}$/);
    }),
  );
});

test("other parts, or the same texts in other places, are other ids", () => {
  const parts = [
    ["a", "bc"],
    ["ab", "c"],
    ["abc"],
    ["abc", ""],
    ["", "abc"],
    ["c", "ab"],
    ["a", "b", "c"],
    [],
  ];
  expect(new Set(parts.map(each => eventIdOf(...each))).size).toBe(parts.length);
});

test("all characters of the alphabet are used, at every place", () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => eventIdOf("calendar", `request-${index}`));
  for (let place = 0; place < 26; place++) {
    expect(new Set(ids.map(id => id.charAt(place))).size).toBe(32);
  }
});
