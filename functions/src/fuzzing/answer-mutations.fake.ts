import { garbled, oddValue, pick } from "./odd-values.fake.ts";

/** A place in an answer, e.g. `["items", 3, "start", "dateTime"]`; an empty path means the whole answer. */
export type Path = readonly (string | number)[];

/** One change of one answer. Repeating it on the same answer gives the same result. */
export interface Mutation {
  /** The number of the changed answer within its case, from 1. */
  readonly answer: number;
  readonly path: Path;
  /** A description for the test's output. */
  readonly what: string;
  readonly edit: Edit;
}

type Container = Record<string | number, unknown>;
/** Changes the value of a key. */
type Edit = (container: Container, key: string | number) => void;
type NamedEdit = readonly [what: string, edit: Edit];

export const isContainer = (value: unknown): value is Container =>
  typeof value === "object" && value !== null;

/** `items[3].start.dateTime`. Without indexes `items[].start.dateTime`, the kind of a mutation. */
export function pathText(path: Path, withIndexes = true): string {
  const text = path
    .map(key => (typeof key === "number" ? `[${withIndexes ? key : ""}]` : `.${key}`))
    .join("");
  return text === "" ? "the answer" : text.replace(/^\./, "");
}

/** Sets an own property, even if its name is `__proto__`. */
function set(container: Container, key: string | number, value: unknown): void {
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Changes a copy. Undefined if the answer has no such path, because an earlier mutation removed it. */
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

/** The probability, from 0 to 1, that a random walk stops at this path. */
export type StopsAt = (path: Path) => number;

/** Chooses a random path of an answer. Half of the walks through an item choose one of its decisive fields. */
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

/** A random change of a value: missing, null, another type, unknown, huge, garbled, reordered or repeated. */
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

/** The description of a change after which the list has the same items as before. */
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

/** Adds an optional field with an odd value. */
export function extraField(random: () => number, names: readonly string[]): NamedEdit {
  const name = pick(random, names);
  const odd = oddValue(random);
  return setTo(`with ${JSON.stringify(name)}: ${odd.name}`, old =>
    isContainer(old) && !Object.hasOwn(old, name) ? withField(old, name, odd.make()) : old,
  );
}

/** A copy as JSON, as after a transfer. */
export const asJson = (body: unknown): unknown =>
  body === undefined ? undefined : (JSON.parse(JSON.stringify(body)) as unknown);
