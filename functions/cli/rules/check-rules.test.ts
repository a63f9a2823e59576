import { describe, expect, test } from "@jest/globals";
import { accountPath, calendarPath, eventPath, seriesPath } from "@firestore-calendar-sync/client";
import { paths } from "../../src/firestore/documents.ts";
import { documentName, ourDocuments } from "./our-documents.ts";
import { checkRules } from "./check-rules.ts";
import { inDatabase, openRules, owner, safeRules, shown, unreadableRules } from "./rules.fixture.ts";

test("the documents that are protected are those of the functions and the clients", () => {
  const server = Object.values(paths).map(path =>
    (typeof path === "string" ? path : path("{id}", 0)).split("/"),
  );
  const shownToUsers = [
    accountPath("{id}", "{id}"),
    calendarPath("{id}", "{id}"),
    eventPath("{id}", "{id}", "e"),
    seriesPath("{id}", "{id}", "s"),
  ];
  const collections = [...server, ...shownToUsers.map(path => path.split("/"))].map(path =>
    path.filter((_, index) => index % 2 === 0).join("/"),
  );
  const ours = ourDocuments("users").map(document =>
    documentName(document)
      .split("/")
      .filter((_, index) => index % 2 === 0)
      .join("/"),
  );
  expect(new Set(ours)).toEqual(new Set(collections));
});

describe("rules that leave our documents alone", () => {
  test.each(safeRules)("%s", (_, rules) => {
    expect(checkRules(rules, "(default)", "users")).toMatchObject({ kind: "safe" });
  });
});

describe("rules that open our documents are refused, and the rewrite is safe", () => {
  test.each(openRules)("%s", (_, rules, documents) => {
    const verdict = checkRules(rules, "(default)", "users");
    if (verdict.kind !== "open") throw new Error(verdict.kind);
    expect(new Set(verdict.problems.flatMap(({ opens }) => opens)).size).toBe(documents);
    expect(verdict.rewritten).toBeDefined();
    expect(checkRules(verdict.rewritten?.text ?? "", "(default)", "users")).toMatchObject({ kind: "safe" });
  });
});

describe("rules that show a user's calendars to others are named", () => {
  const shownTo = (rules: string): readonly string[] => {
    const verdict = checkRules(inDatabase(rules), "(default)", "users");
    return verdict.kind === "safe" ? verdict.shownToOthers.flatMap(({ opens }) => opens) : [verdict.kind];
  };
  const all = [
    "users/{id}/calendarAccounts/{id}",
    "users/{id}/calendars/{id}",
    "users/{id}/calendarEvents/{id}",
    "users/{id}/calendarSeries/{id}",
  ];

  test.each([
    ["match /users/{uid}/{document=**} { allow read: if request.auth != null; }", all],
    ["match /users/{uid}/{document=**} { allow get; }", all],
    ["match /users/{user}/calendars/{key} { allow list: if true; }", ["users/{id}/calendars/{id}"]],
    [`match /users/{uid}/{document=**} { allow read: if ${owner}; }`, []],
    ["match /users/{uid}/{document=**} { allow read: if isFriendOf(uid); }", []],
    ["match /users/{uid} { allow read: if true; }", []],
    ["match /users/{uid}/{name}/{id} { allow read: if false; }", []],
  ])("%s", (rules, opens) => {
    expect(shownTo(rules)).toEqual(opens);
  });
});

describe("rules that cannot be read are refused", () => {
  test.each(unreadableRules)("%s", (_, rules, line) => {
    expect(checkRules(rules, "(default)", "users")).toMatchObject({ kind: "unreadable", line });
  });
});

describe("the rewrite", () => {
  const rewrite = (rules: string, version?: string): string => {
    const verdict = checkRules(inDatabase(rules, version), "(default)", "users");
    if (verdict.kind !== "open") throw new Error(verdict.kind);
    return (verdict.rewritten?.text ?? "").replaceAll(/\s+/g, " ");
  };

  test("splits the rest of a user's documents and keeps what it allowed elsewhere", () => {
    const split = rewrite(`match /users/{uid}/{document=**} { allow read, write: if ${owner}; }`);
    expect(split).toContain(`match /users/{uid}/{document=**} { allow read: if ${owner}; }`);
    expect(split).toContain(`match /users/{uid} { allow write: if ${owner}; }`);
    expect(split).toContain(
      `match /users/{uid}/{collection}/{document=**} { allow write: if ${owner} && !(collection in ${shown}); }`,
    );
  });

  test("does not open the user's own document where the rest is at least one segment", () => {
    expect(rewrite("match /users/{uid}/{d=**} { allow write; }", "1")).not.toContain("match /users/{uid} {");
  });

  test("splits everything at the users and at the server's collections", () => {
    const split = rewrite("match /{d=**} { allow read, write: if a() || b(); }");
    expect(split).toContain("allow read: if (a() || b()) && !collection.matches('calendarSync.*');");
    expect(split).toContain("&& !collection.matches('calendarSync.*') && collection != 'users';");
    expect(split).toContain("match /users/{userId} { allow read, write: if a() || b(); }");
  });

  test("takes a method away where the path is literally ours", () => {
    expect(rewrite("match /users/{u}/calendars/{c} { allow read, write: if u == 'x'; }")).toContain(
      "{ allow read: if u == 'x'; }",
    );
  });
});

test.each([
  ["match /users/{uid}/{d=**} { allow write; }", true],
  ["match /users/{uid}/{c}/{d} { allow write; }", true],
  ["match /{d=**} { allow read, write; }", true],
  ["match /users/{uid}/{d=**} { allow write: if d == x(); }", false],
  ["match /{p=**}/{d=**} { allow write; }", false],
  ["match /users/{uid}/calendars/{c} { allow write; }", false],
])("the rewrite of %s says whether it is exact", (rules, isExact) => {
  expect(checkRules(inDatabase(rules), "(default)", "users")).toMatchObject({ rewritten: { isExact } });
});

test("the users may be elsewhere, and so may the database", () => {
  const rules = inDatabase("match /members/{m}/{c}/{d} { allow write; }");
  expect(checkRules(rules, "(default)", "users")).toMatchObject({ kind: "safe" });
  expect(checkRules(rules, "other", "members").kind).toBe("open");
  expect(checkRules(rules, "other", "tenants/main/members").kind).toBe("safe");
});

test("a problem names the line, the statement and why", () => {
  const verdict = checkRules(inDatabase("match /{c}/{d} {\n allow read; }"), "(default)", "users");
  if (verdict.kind !== "open") throw new Error(verdict.kind);
  expect(verdict.problems[0]).toMatchObject({ line: 5, statement: "allow read;" });
  expect(verdict.problems[0]?.why).toContain("sealed tokens");
});
