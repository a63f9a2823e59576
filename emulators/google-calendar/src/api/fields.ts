import { invalidParameter } from "./errors.ts";

/** A parsed `fields` selector: each name with the selector below it. `*` selects every name. */
export type FieldMask = Map<string, FieldMask | "all">;

const DEEPEST = 20;

/** Parses a selector like `kind,items(id,start/dateTime)`. Throws 400 if it is not valid. */
export function parseFields(text: string): FieldMask {
  let position = 0;
  const fail = (): never => {
    throw invalidParameter("fields", `Invalid field selection ${text.slice(0, 100)}`);
  };

  function name(): string {
    const match = /^(?:\*|[A-Za-z_][\w-]*)/.exec(text.slice(position));
    if (match === null) return fail();
    position += match[0].length;
    return match[0];
  }

  function selector(mask: FieldMask, depth: number): void {
    if (depth > DEEPEST) fail();
    const own = name();
    const next = text.charAt(position);
    if (next === "/") {
      position += 1;
      selector(below(mask, own), depth + 1);
    } else if (next === "(") {
      position += 1;
      list(below(mask, own), depth + 1);
      if (text.charAt(position) !== ")") fail();
      position += 1;
    } else {
      mask.set(own, "all");
    }
  }

  function list(mask: FieldMask, depth: number): void {
    selector(mask, depth);
    while (text.charAt(position) === ",") {
      position += 1;
      selector(mask, depth);
    }
  }

  const mask: FieldMask = new Map();
  list(mask, 0);
  if (position < text.length) fail();
  return mask;
}

function below(mask: FieldMask, name: string): FieldMask {
  const known = mask.get(name);
  if (known instanceof Map) return known;
  const made: FieldMask = new Map();
  if (known === undefined) mask.set(name, made);
  return made;
}

/** Keeps the fields that the mask selects. For a list, applies the mask to every item. */
export function applyFields(mask: FieldMask, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => applyFields(mask, item));
  if (typeof value !== "object" || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, child] of Object.entries(value)) {
    const wanted = mask.get(name) ?? mask.get("*");
    if (wanted === undefined) continue;
    kept[name] = wanted === "all" ? child : applyFields(wanted, child);
  }
  return kept;
}
