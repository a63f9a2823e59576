import { garbled, oddValue, pick } from "./odd-values.fake.ts";

/** Where in an answer, e.g. `["items", 3, "start", "dateTime"]`; an empty path is the answer itself. */
export type Path = readonly (string | number)[];

/** One change of one answer. The same change of the same answer gives the same result. */
export interface Mutation {
  /** The how-manieth answer of the case it changes. */
  readonly answer: number;
  readonly path: Path;
  /** For people. */
  readonly what: string;
  readonly edit: Edit;
}

type Container = Record<string | number, unknown>;
/** Changes what stands under a key. */
type Edit = (container: Container, key: string | number) => void;
type NamedEdit = readonly [what: string, edit: Edit];

export const isContainer = (value: unknown): value is Container =>
  typeof value === "object" && value !== null;

/** `items[3].start.dateTime`, or with `[]` for any index: the kind of a mutation. */
export function pathText(path: Path, withIndexes = true): string {
  const text = path
    .map(key => (typeof key === "number" ? `[${withIndexes ? key : ""}]` : `.${key}`))
    .join("");
  return text === "" ? "the answer" : text.replace(/^\./, "");
}

/** An own property, even if it is called `__proto__`. */
function set(container: Container, key: string | number, value: unknown): void {
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Changes a copy; undefined where the answer has no such path (a mutation before it took it away). */
export function mutated(body: unknown, { path, edit }: Pick<Mutation, "path" | "edit">): unknown {
  const root: Container = { body: structuredClone(body) };
  let container = root;
  let key: string | number = "body";
  for (const step of path) {
    const value = container[key];
    if (!isContainer(value) || !Object.hasOwn(value, step)) return undefined;
    container = value;
    key = step;
  }
  edit(container, key);
  return root["body"];
}

/** How likely a walk ends at a path of an answer instead of going into it. */
export type StopsAt = (path: Path) => number;

/** Somewhere in an answer; half of the walks through an item go to one of the fields that decide about it. */
export function somePath(
  random: () => number,
  body: unknown,
  { stopsAt, decisive }: { readonly stopsAt: StopsAt; readonly decisive: readonly string[] },
): Path {
  const path: (string | number)[] = [];
  let value = body;
  for (;;) {
    if (!isContainer(value) || random() < stopsAt(path)) return path;
    const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
    if (keys.length === 0) return path;
    const weighty = path.length === 2 ? keys.filter(key => decisive.includes(String(key))) : [];
    const key = pick(random, weighty.length > 0 && random() < 0.5 ? weighty : keys);
    path.push(key);
    value = value[key];
  }
}

const named = (what: string, edit: Edit): NamedEdit => [what, edit];
const setTo = (name: string, make: (old: unknown) => unknown): NamedEdit =>
  named(name, (container, key) => {
    set(container, key, make(container[key]));
  });

/** Anything that may become of a value: gone, null, another type, unknown, huge, garbled, reordered, repeated. */
export function someEdit(random: () => number, value: unknown): NamedEdit {
  const odd = oddValue(random);
  const share = random();
  if (share < 0.2) {
    return named("missing", (container, key) => {
      if (!Array.isArray(container)) Reflect.deleteProperty(container, key);
      else set(container, key, null);
    });
  }
  if (typeof value === "string" && share < 0.7) {
    const text = garbled(random, value);
    return setTo(JSON.stringify(text.slice(0, 80)), () => text);
  }
  if (Array.isArray(value) && share < 0.7) return editOfList(random, value);
  if (isContainer(value) && share < 0.5) {
    const name = pick(random, [
      "newField",
      "__proto__",
      "constructor",
      "toJSON",
      "kind",
      "",
      "then",
      "length",
    ]);
    return setTo(`with ${JSON.stringify(name)}: ${odd.name}`, old => withField(old, name, odd.make()));
  }
  if (share < 0.75) return setTo("in a list", old => [old]);
  return setTo(odd.name, () => odd.make());
}

/** Says that a list has the same items as before. */
export const inReverse = "in reverse order";

function editOfList(random: () => number, list: readonly unknown[]): NamedEdit {
  const odd = oddValue(random);
  const at = Math.floor(random() * list.length);
  switch (Math.floor(random() * 4)) {
    case 0:
      return setTo(inReverse, old => [...(old as unknown[])].reverse());
    case 1:
      return setTo("all twice", old => [...(old as unknown[]), ...structuredClone(old as unknown[])]);
    case 2:
      return setTo(`[${at}] twice`, old => [...(old as unknown[]), structuredClone((old as unknown[])[at])]);
    default:
      return setTo(`with ${odd.name} at its end`, old => [...(old as unknown[]), odd.make()]);
  }
}

function withField(old: unknown, name: string, value: unknown): unknown {
  const copy: Container = { ...(old as Container) };
  set(copy, name, value);
  return copy;
}

/** A field that could be there, and is something else than it should be. */
export function extraField(random: () => number, names: readonly string[]): NamedEdit {
  const name = pick(random, names);
  const odd = oddValue(random);
  return setTo(`with ${JSON.stringify(name)}: ${odd.name}`, old =>
    isContainer(old) && !Object.hasOwn(old, name) ? withField(old, name, odd.make()) : old,
  );
}

/** As it would have come over the wire. */
export const asJson = (body: unknown): unknown =>
  body === undefined ? undefined : (JSON.parse(JSON.stringify(body)) as unknown);
