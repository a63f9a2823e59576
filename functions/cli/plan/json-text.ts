import {
  applyEdits,
  findNodeAtLocation,
  modify,
  parse,
  parseTree,
  printParseErrorCode,
  type JSONPath,
  type Node,
  type ParseError,
} from "jsonc-parser";
import { Refusal } from "./draft.ts";

/** Reads JSON with comments, as the Firebase CLI does. @throws Refusal with the line of what cannot be read */
export function parseJson(path: string, text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: false });
  const [error] = errors;
  if (error !== undefined) {
    const line = text.slice(0, error.offset).split("\n").length;
    throw new Refusal(`${path}:${line}: cannot be read as JSON (${printParseErrorCode(error.error)})`);
  }
  return value;
}

/**
 * The text with one value set, put behind the last one of its array or object, or (undefined) removed. All other bytes
 * stay: jsonc-parser's own formatting would lay out the neighbours anew.
 */
export function setJson(text: string, path: JSONPath, value: unknown): string {
  const tree = parseTree(text);
  if (tree === undefined)
    return `${JSON.stringify(value === undefined ? {} : nested(path, value), null, 2)}\n`;
  const parent = findNodeAtLocation(tree, path.slice(0, -1));
  const isThere = findNodeAtLocation(tree, path) !== undefined;
  if (value === undefined || isThere) return applyEdits(text, modify(text, path, value, {}));
  const name = path.at(-1);
  if (parent === undefined) return setJson(text, path.slice(0, -1), { [String(name)]: value });
  return append(text, parent, typeof name === "string" ? name : undefined, value);
}

function nested(path: JSONPath, value: unknown): unknown {
  return path.toReversed().reduce<unknown>((inner, name) => ({ [name]: inner }), value);
}

/** Puts a value behind the children of an array or an object, on a line of its own. */
function append(text: string, parent: Node, name: string | undefined, value: unknown): string {
  const { eol, unit } = layoutOf(text);
  const outer = indentAt(text, parent.offset);
  const last = parent.children?.at(-1);
  const inner =
    last !== undefined && startsLine(text, last.offset) ? indentAt(text, last.offset) : outer + unit;
  const key = name === undefined ? "" : `${JSON.stringify(name)}: `;
  const added = `${eol}${inner}${key}${written(value, inner, unit, eol)}`;
  const close = parent.offset + parent.length - 1;
  if (last === undefined) {
    const kept = text.slice(parent.offset + 1, close).trimEnd();
    return `${text.slice(0, parent.offset + 1)}${kept}${added}${eol}${outer}${text.slice(close)}`;
  }
  const end = last.offset + last.length;
  const behind = endOfRemark(text, end, close);
  const tail = text.slice(behind, close).includes("\n") ? "" : `${eol}${outer}`;
  const rest = tail === "" ? text.slice(behind) : text.slice(behind, close).trim() + text.slice(close);
  return `${text.slice(0, end)},${text.slice(end, behind)}${added}${tail}${rest}`;
}

/** The offset behind the comments that stand in the same line as what ends at `from`. */
function endOfRemark(text: string, from: number, limit: number): number {
  const remark = /[ \t]*(?:\/\*.*?\*\/|\/\/[^\r\n]*)/y;
  let end = from;
  for (;;) {
    remark.lastIndex = end;
    const found = remark.exec(text)?.[0];
    if (found === undefined || end + found.length > limit) return end;
    end += found.length;
  }
}

function written(value: unknown, indent: string, unit: string, eol: string): string {
  return JSON.stringify(value, undefined, unit).replaceAll("\n", `${eol}${indent}`);
}

/** Puts the object at `path` into an array with `added` behind it; its text and comments are kept. */
export function wrapInArray(text: string, path: JSONPath, added: unknown): string {
  const tree = parseTree(text);
  const node = tree && findNodeAtLocation(tree, path);
  if (node === undefined) throw new Error(`nothing at ${path.join(".")}`);
  const { eol, unit } = layoutOf(text);
  const outer = indentAt(text, node.offset);
  const inner = outer + unit;
  const own = text.slice(node.offset, node.offset + node.length).replaceAll(/\n(?=[^\r\n])/g, `\n${unit}`);
  const array = `[${eol}${inner}${own},${eol}${inner}${written(added, inner, unit, eol)}${eol}${outer}]`;
  return text.slice(0, node.offset) + array + text.slice(node.offset + node.length);
}

/** How the text ends its lines, and the step of its indentation. */
function layoutOf(text: string): { readonly eol: string; readonly unit: string } {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  return { eol: text.includes("\r\n") ? "\r\n" : "\n", unit: indent.startsWith("\t") ? "\t" : indent };
}

function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset))?.[0] ?? "";
}

function startsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset).trim() === "";
}

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The elements of an array, the one object that stands for an array of one, or nothing. */
export function objectsOf(value: unknown): readonly Json[] {
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter(isObject);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
