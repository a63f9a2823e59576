import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as ts from "typescript";

/*
 * Documents below `users/` are output only (output.ts). Only two modules build their paths. Each function of these
 * modules that reads is listed here, with the reason why its decision gives a client no advantage. All other files of
 * the server can neither build such a path nor query for it, and receive only references that cannot be read.
 */
const allowed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // The default of USERS_ROOT. This module reads nothing.
  "params.ts": {},
  "firestore/output.ts": {
    someContent:
      "where the events and series are that are to be deleted, below the uid that the server's record names",
    shownCalendars: "which calendars are to be deleted below that uid; their events, below it, too",
  },
  "firestore/sync-store.repository.ts": {
    read: "calendarSyncStates",
    series: "calendarSyncStates",
    seriesPage: "calendarSyncStates",
    loadPassMemory: "calendarSyncStates",
    notified: "calendarSyncWatches and calendarSyncStates",
    activeCalendars: "calendarSyncStates",
    fingerprints:
      "what differs from Google is written again to the very same place; for a change of the user's own event, whether " +
      "the etag that the caller sends is as fresh as Google's, and no etag would be accepted, too",
    index: "as fingerprints; what Google does not list is deleted at the very same place",
    occurrencesOf: "as index, for one series",
    endedBy:
      "what has ended is deleted at the very same place, and its series' document if the server's record says so",
  },
};

/** Names in the schema package that build paths below `users/`. */
const pathBuilders =
  /^(?:account|accounts|calendar|calendars|event|events|series|allSeries)Path$|^\w+Query$|^(?:toWebQuery|openAgenda|subscribe)$/;
const readers = new Set([
  "get",
  "getAll",
  "stream",
  "count",
  "aggregate",
  "explain",
  "onSnapshot",
  "listDocuments",
  "listCollections",
  "findNearest",
  "getPartitions",
]);

/** The violations in a source file; `path` is relative to `functions/src`. */
function violations(path: string, source: string): string[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const reasons = allowed[path];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (reasons === undefined) {
      if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) {
        if (/^\/?users(?:\/|$)/.test(node.text)) found.push(`names ${node.text}`);
      }
      if (ts.isImportSpecifier(node) && pathBuilders.test((node.propertyName ?? node.name).text)) {
        found.push(`imports ${node.getText()}`);
      }
      if (ts.isNamespaceImport(node) && node.parent.parent.getText().includes("calendar-sync/client")) {
        found.push("imports the schema as a whole");
      }
      if (ts.isImportSpecifier(node) && /^(?:eventsOfCalendar|shownCalendars)$/.test(node.name.text)) {
        if (!path.startsWith("firestore/accounts-removal.")) found.push(`imports ${node.name.text}`);
      }
    } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const isRead = readers.has(node.expression.name.text) && !isFieldOfSnapshot(node);
      const place = placeOf(node);
      if (isRead && reasons[place] === undefined) found.push(`${place} reads`);
    }
    if (ts.isIdentifier(node) && node.text === "collectionGroup") found.push("asks for a collection group");
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** True for calls like `snapshot.get("field")` and `map.get("key")`. Firestore's readers take no string literal. */
function isFieldOfSnapshot(call: ts.CallExpression): boolean {
  const [first] = call.arguments;
  return first !== undefined && ts.isStringLiteralLike(first) && call.arguments.length === 1;
}

/** The name of the function or method that contains a node. */
function placeOf(node: ts.Node): string {
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isFunctionDeclaration(at)) return at.name?.text ?? "";
    if (ts.isMethodDeclaration(at)) return at.name.getText();
    if (ts.isPropertyAssignment(at) && ts.isArrowFunction(at.initializer)) return at.name.getText();
  }
  return "the module";
}

const root = join(__dirname, "..");
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter(path => path.endsWith(".ts") && !/\.(?:test|fake|fixture)\.ts$/.test(path))
  .map(path => relative(root, join(root, path)));
const sourceOf = (path: string) => readFileSync(join(root, path), "utf8");

describe("no server code reads a document below users/ to decide", () => {
  test.each(sources)("%s", path => {
    expect(violations(path, sourceOf(path))).toEqual([]);
  });

  test("the two modules that know these places are where the list says, and read where it says", () => {
    for (const [path, reasons] of Object.entries(allowed)) {
      const source = sourceOf(path);
      for (const place of Object.keys(reasons))
        expect([place, source.includes(place)]).toEqual([place, true]);
    }
  });

  test("what output.ts hands out has no way to be read", () => {
    const source = sourceOf("firestore/output.ts");
    const references = /export class OutputRef \{([\s\S]*?)\n\}/.exec(source)?.[1] ?? "";
    expect([...references.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name)).toEqual([
      "constructor",
      "replace",
      "merge",
      "remove",
    ]);
    expect(references).toContain("readonly #reference");
  });
});

describe("the check finds", () => {
  const calendars = "firestore/calendars.repository.ts";
  const store = "firestore/sync-store.repository.ts";

  test.each([
    ["a path", "const found = await db.doc(`users/${uid}/calendars/${key}`).get();"],
    ["a path that is put together", 'const found = await db.collection("users").doc(uid).get();'],
    ["the schema's path", 'import { calendarPath } from "@firestore-calendar-sync/client";'],
    [
      "the schema's path by another name",
      'import { accountPath as p } from "@firestore-calendar-sync/client";',
    ],
    [
      "a query of all users",
      'await db.collectionGroup("calendarAccounts").where("status", "==", "x").get();',
    ],
    ["all of the schema", 'import * as schema from "@firestore-calendar-sync/client";'],
    ["a query for events", 'import { eventsOfCalendar } from "./output.ts";'],
  ])("%s in a file that may not know these places", (_what, line) => {
    expect(violations(calendars, `${line}\n${sourceOf(calendars)}`)).toHaveLength(1);
  });

  test.each([
    ["a document", "const shown = await calendars.doc(key).get();"],
    ["several", "const [shown] = await db.getAll(calendar);"],
    ["one in a transaction", "const shown = await transaction.get(calendar);"],
  ])("a read of %s in a place that has no reason for it", (_what, line) => {
    const source = sourceOf(store).replace("const writes = db.batch();", text => `${text}\n${line}`);
    expect(violations(store, source)).toEqual(["commit reads"]);
  });
});
