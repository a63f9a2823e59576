import {
  applyEdits,
  findNodeAtLocation,
  modify,
  parse,
  parseTree,
  printParseErrorCode,
  type FormattingOptions,
  type JSONPath,
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

/** The text with one value set, inserted into its array, or (undefined) removed. Everything else stays as it is. */
export function setJson(text: string, path: JSONPath, value: unknown, insert = false): string {
  const edits = modify(text, path, value, {
    isArrayInsertion: insert,
    formattingOptions: formatting(text),
  });
  return applyEdits(text, edits);
}

/** Puts the object at `path` into an array with `added` behind it; its text and comments are kept. */
export function wrapInArray(text: string, path: JSONPath, added: unknown): string {
  const tree = parseTree(text);
  const node = tree && findNodeAtLocation(tree, path);
  if (node === undefined) throw new Error(`nothing at ${path.join(".")}`);
  const { eol, insertSpaces, tabSize } = formatting(text);
  const unit = insertSpaces === true ? " ".repeat(tabSize ?? 2) : "\t";
  const lineStart = text.lastIndexOf("\n", node.offset) + 1;
  const outer = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? "";
  const inner = outer + unit;
  const own = text.slice(node.offset, node.offset + node.length).replaceAll(/\n(?=[^\r\n])/g, `\n${unit}`);
  const more = JSON.stringify(added, undefined, unit).replaceAll("\n", `${eol ?? "\n"}${inner}`);
  const array = `[${eol ?? "\n"}${inner}${own},${eol ?? "\n"}${inner}${more}${eol ?? "\n"}${outer}]`;
  return text.slice(0, node.offset) + array + text.slice(node.offset + node.length);
}

function formatting(text: string): FormattingOptions {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  const tabs = indent.startsWith("\t");
  return {
    insertSpaces: !tabs,
    tabSize: tabs ? 1 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
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
