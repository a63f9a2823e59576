import type { SeededRandom } from "../random.ts";

/** The kinds of random mutations. */
export const MUTATION_KINDS = [
  "missing",
  "null",
  "wrongType",
  "unknownValue",
  "huge",
  "unicode",
  "reorder",
  "repeat",
] as const;
export type MutationKind = (typeof MUTATION_KINDS)[number];

/** A random mutation that has been chosen but not applied. */
export interface ChosenMutation {
  parent: object;
  key: string;
  path: string;
  kind: MutationKind;
  apply: () => void;
}

interface Place {
  parent: object;
  key: string;
  path: string;
}

const ODD_TEXTS = [
  "\u0000",
  "\ud800",
  "\u202etxet",
  "e\u0301\u0302\u0303",
  "👩‍👩‍👧‍👦",
  "\ufeffid",
  "ﷺ",
  "İ",
  "__proto__",
  "../..",
];
const WRONG_VALUES: readonly unknown[] = [
  7,
  -1.5,
  true,
  false,
  "",
  "text",
  [],
  {},
  [null],
  [[]],
  { "": null },
  { value: "x" },
];
const HUGE_NUMBERS = [1e308, -1e308, 2 ** 53, -(2 ** 53)];
const HUGE_TEXT = 70_000;

/** Chooses a random place of an answer and a random mutation. Undefined if the answer has no place to change. */
export function randomMutation(
  answer: unknown,
  random: SeededRandom,
  within: string | undefined,
  spare: readonly string[],
): ChosenMutation | undefined {
  const places = placesOf(answer, within, spare);
  if (places.length === 0) return undefined;
  const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)] as T;
  const { parent, key, path } = pick(places);
  const kind = pick(MUTATION_KINDS);
  const value: unknown = Reflect.get(parent, key);
  const put = (next: unknown): void => {
    Reflect.set(parent, key, next);
  };
  return { parent, key, path, kind, apply: change };

  function change(): void {
    switch (kind) {
      case "missing":
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else Reflect.deleteProperty(parent, key);
        break;
      case "null":
        put(null);
        break;
      case "wrongType":
        put(structuredClone(pick(WRONG_VALUES.filter(wrong => typeName(wrong) !== typeName(value)))));
        break;
      case "unknownValue":
        put(typeof value === "number" ? value + 1_000_003 : "somethingNobodyKnows");
        break;
      case "huge":
        put(huge(value));
        break;
      case "unicode":
        put(typeof value === "string" && random.chance(0.5) ? value + pick(ODD_TEXTS) : pick(ODD_TEXTS));
        break;
      case "reorder":
        put(reordered(value));
        break;
      case "repeat":
        if (Array.isArray(parent)) parent.splice(Number(key), 0, structuredClone(value));
        else put([value, structuredClone(value)]);
        break;
    }
  }

  function huge(of: unknown): unknown {
    if (typeof of === "number") return pick(HUGE_NUMBERS);
    if (Array.isArray(of)) return Array.from({ length: 3_000 }, () => of[0] as unknown);
    return "x".repeat(HUGE_TEXT);
  }

  function reordered(of: unknown): unknown {
    if (Array.isArray(of)) return [...(of as unknown[])].reverse();
    if (typeof of === "string") return Array.from(of).reverse().join("");
    if (typeof of === "object" && of !== null) return Object.fromEntries(Object.entries(of).reverse());
    return of;
  }
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}

/** All places below `within`: objects, lists and single values. */
function placesOf(answer: unknown, within: string | undefined, spare: readonly string[]): Place[] {
  const places: Place[] = [];
  const walk = (parent: unknown, prefix: string): void => {
    if (typeof parent !== "object" || parent === null) return;
    for (const [key, value] of Object.entries(parent)) {
      if (key === "__proto__" || spare.includes(key)) continue;
      const path = prefix === "" ? key : `${prefix}.${key}`;
      const inside = within === undefined || path.startsWith(`${within}.`);
      if (inside) places.push({ parent, key, path });
      if (inside || within === path || within.startsWith(`${path}.`)) walk(value, path);
    }
  };
  walk(answer, "");
  return places;
}
