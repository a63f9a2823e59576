import type { Choose } from "../sync/testing/schedule.fake.ts";

/** Picks a value from a list that must not be empty. */
export function pick<T>(random: () => number, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error("nothing to pick from");
  return value;
}

/** Picks a value with `choose`, by weight. */
export function pickWeighted<T>(
  choose: Choose,
  options: readonly (readonly [weight: number, value: T])[],
): T {
  const chosen = options[choose(options.map(([weight]) => weight))];
  if (chosen === undefined) throw new Error("nothing to choose from");
  return chosen[1];
}

/** A value that Google's documentation does not contain, with a name for error messages. */
export interface OddValue {
  readonly name: string;
  readonly make: () => unknown;
}

const odd = (name: string, make: () => unknown): OddValue => ({ name, make });
const asIs = (value: unknown): OddValue => odd(JSON.stringify(value), () => value);

const nested = (depth: number): unknown => {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { in: value };
  return value;
};

const wrongTypes = [0, -1, 7, 0.5, true, false, "", [], {}, [null], [[]], { a: 1 }, [1, "a", null]].map(asIs);

const unknownValues = [
  "somethingNew",
  "CONFIRMED",
  "deleted",
  "default ",
  "undefined",
  "NaN",
  "__proto__",
  "null",
].map(asIs);

const unreadableTexts = [
  "a/b",
  "/",
  ".",
  "..",
  "__x__",
  "two words",
  "2026-13-45",
  "25:00",
  "P1D",
  "%00",
].map(asIs);

/**
 * Half surrogate pairs, NUL, direction marks, combining marks, zero-width characters, a non-character, four-byte
 * letters, emoji.
 */
export const oddTexts = [
  "\ud800",
  "a\udc00b",
  "\0",
  "\u202eabc\u202c",
  "e\u0301\u0301\u0301",
  "\u200b",
  "\ufeff",
  "\uffff",
  "𠮷野家",
  "👩‍👩‍👧‍👦",
  "\n\r\t",
  "ﷺ",
];

const huge = [
  asIs(1e308),
  asIs(-1e308),
  asIs(Number.MAX_SAFE_INTEGER),
  odd("a text of 100 kB", () => "x".repeat(100_000)),
  odd("a text of 1.2 MB", () => "ü".repeat(600_000)),
  odd("a text of 2,000 bytes", () => "y".repeat(2_000)),
  odd("10,000 nulls", () => Array.from({ length: 10_000 }, () => null)),
  odd("10,000 texts", () => Array.from({ length: 10_000 }, (_, index) => `text ${index}`)),
  odd("10,000 objects", () =>
    Array.from({ length: 10_000 }, (_, index) => ({ email: `p${index}@example.com` })),
  ),
  odd("1,000 levels", () => nested(1_000)),
];

/** A random odd value. Large values are rare, because they are slow. */
export function oddValue(random: () => number): OddValue {
  const share = random();
  if (share < 0.3) return asIs(null);
  if (share < 0.6) return pick(random, wrongTypes);
  if (share < 0.75) return pick(random, unknownValues);
  if (share < 0.85) return pick(random, unreadableTexts);
  if (share < 0.97) return asIs(pick(random, oddTexts));
  return pick(random, huge);
}

/** A text in which a few letters are removed, doubled, swapped, inserted or changed in case. */
export function garbled(random: () => number, text: string): string {
  const at = Math.floor(random() * (text.length + 1));
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (Math.floor(random() * 8)) {
    case 0:
      return before + after.slice(1);
    case 1:
      return before + after.slice(1 + Math.floor(random() * 5));
    case 2:
      return before + pick(random, [";", ",", "=", ":", "X", "-", "0", " ", "\r\n ", '"']) + after;
    case 3:
      return before + pick(random, oddTexts) + after;
    case 4:
      return before.slice(0, -1) + after.slice(0, 1) + before.slice(-1) + after.slice(1);
    case 5:
      return text + text;
    case 6:
      return random() < 0.5 ? text.toLowerCase() : ` ${text} `;
    default:
      return before;
  }
}
