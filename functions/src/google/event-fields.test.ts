import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventDocument } from "@firestore-calendar-sync/client";
import { expect, test } from "@jest/globals";
import * as ts from "typescript";
import * as z from "zod/mini";
import { createEventSource } from "./events.adapter.ts";

/*
 * docs/event-fields.md is compared with the installed client package's type of an event, with the schema of the event
 * document, and with the fields that the sync asks for.
 */

const page = readFileSync(join(__dirname, "../../../docs/event-fields.md"), "utf8");
const [googleTable = "", ownTable = ""] = page.split("\n## ");

/** The cells of the rows that begin with a field's name. */
const rowsOf = (table: string): string[][] =>
  table
    .split("\n")
    .filter(line => line.startsWith("| `"))
    .map(line => line.split("|").map(cell => cell.trim().replace(/^`(.*)`$/u, "$1")));
const rows = rowsOf(googleTable).map(([, google = "", document = "", note = ""]) => ({
  google,
  document,
  note,
}));
const mapped = rows.filter(({ document }) => document !== "–");
const unmapped = rows.filter(({ document }) => document === "–");

/** The paths of all properties of `Schema$Event` in the text of a declaration file, those of the parts included. */
function fieldsOfEvent(declarations: string): string[] {
  const file = ts.createSourceFile("v3.d.ts", declarations, ts.ScriptTarget.Latest);
  const interfaces = new Map<string, ts.NodeArray<ts.TypeElement>>();
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node)) interfaces.set(node.name.text, node.members);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const partsOf = (type: ts.TypeNode | undefined): readonly ts.TypeElement[] => {
    if (type === undefined) return [];
    if (ts.isUnionTypeNode(type)) return type.types.flatMap(partsOf);
    if (ts.isArrayTypeNode(type)) return partsOf(type.elementType);
    if (ts.isTypeLiteralNode(type)) return type.members;
    return ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)
      ? (interfaces.get(type.typeName.text) ?? [])
      : [];
  };
  const paths = (members: readonly ts.TypeElement[], before: string): string[] =>
    members.flatMap(member => {
      if (!ts.isPropertySignature(member) || !ts.isIdentifier(member.name)) return [];
      const path = before + member.name.text;
      return [path, ...paths(partsOf(member.type), `${path}.`)];
    });
  return paths(interfaces.get("Schema$Event") ?? [], "");
}

const declarations = readFileSync(require.resolve("googleapis/build/src/apis/calendar/v3.d.ts"), "utf8");
const isCovered = (path: string) => unmapped.some(({ google }) => path.startsWith(`${google}.`));

/** What is wrong with the table for these declarations. */
function differences(text: string): string[] {
  const atGoogle = fieldsOfEvent(text);
  const named = new Set(rows.map(({ google }) => google));
  return [
    ...atGoogle.filter(path => !named.has(path) && !isCovered(path)).map(path => `missing: ${path}`),
    ...[...named].filter(path => !atGoogle.includes(path)).map(path => `gone: ${path}`),
  ];
}

test("the table has exactly the fields of Google's events", () => {
  expect(differences(declarations)).toEqual([]);
  expect(rows.map(({ google }) => google)).toEqual([...new Set(rows.map(({ google }) => google))].sort());
});

test("a field that Google adds or removes is noticed, also in a part", () => {
  const added = declarations
    .replace("interface Schema$Event {", "interface Schema$Event { mood?: string | null;")
    .replace("interface Schema$EntryPoint {", "interface Schema$EntryPoint { floor?: number;");
  expect(differences(added)).toEqual(
    ["missing: conferenceData.entryPoints.floor", "missing: mood"].reverse(),
  );
  const removed = declarations.replaceAll(/^\s*(iCalUID|deskId)\?: .*$/gmu, "");
  expect(differences(removed)).toEqual([
    "gone: iCalUID",
    "gone: workingLocationProperties.officeLocation.deskId",
  ]);
});

test("each field that is not in the document has a reason", () => {
  expect(unmapped.filter(({ note }) => note.length < 10)).toEqual([]);
});

test("the tables name exactly the fields of the event document", () => {
  const found = new Set<string>();
  const visit = (schema: z.core.JSONSchema.BaseSchema, path: string): void => {
    const items = typeof schema.items === "object" && !Array.isArray(schema.items) ? [schema.items] : [];
    for (const one of [...(schema.anyOf ?? []), ...items]) visit(one, path);
    for (const [name, value] of Object.entries(schema.properties ?? {})) {
      found.add(`${path}${name}`);
      if (typeof value !== "boolean") visit(value, `${path}${name}.`);
    }
  };
  visit(z.toJSONSchema(eventDocument, { io: "input", unrepresentable: "any" }), "");
  const named = new Set([
    ...mapped.map(({ document }) => document),
    ...rowsOf(ownTable).map(([, field = ""]) => field),
  ]);
  expect([...named].sort()).toEqual([...found].sort());
});

/** The paths that a `fields` parameter selects, such as `items(id,start/date)`. */
function selected(fields: string): string[] {
  const paths: string[] = [];
  const open: string[] = [];
  for (const [, name = "", mark] of fields.matchAll(/(\w+)?([(),]|$)/gu)) {
    if (name !== "") paths.push([...open, name].join("."));
    if (mark === "(") open.push(name);
    if (mark === ")") open.pop();
  }
  return paths;
}

test("the sync asks for each field of the table that has a document field, and for no other", async () => {
  let asked = "";
  const source = createEventSource((_accountId, request) => {
    const list = (params: { readonly fields?: string }) => {
      asked = params.fields ?? "";
      return Promise.resolve({ data: {} });
    };
    // Only `events.list` is called.
    void request({ events: { list } } as never, {} as never);
    return Promise.resolve({ kind: "failed", reason: "unavailable" });
  });
  await source.list({ accountId: "a", calendarId: "c", query: { timeMinMs: 0 } });
  const items = selected(asked)
    .filter(path => path.startsWith("items."))
    .map(path => path.slice("items.".length));
  // A field without a selection below it is answered with all its parts.
  const isAsked = (path: string) =>
    items.includes(path) || items.some(item => path.startsWith(`${item}.`) && !hasPart(item));
  const hasPart = (item: string) => items.some(other => other.startsWith(`${item}.`));
  expect(mapped.map(({ google }) => google).filter(path => !isAsked(path))).toEqual([]);
  const known = new Set([...mapped.map(({ google }) => google), "recurrence"]);
  expect(items.filter(item => !known.has(item))).toEqual([]);
});
