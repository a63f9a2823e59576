import { ourDocuments } from "./our-documents.ts";

const everything = ourDocuments("users");
const topOfServer = everything.filter(({ kind, path }) => kind === "server" && path.length === 2);

/** Security rules of host projects, by what is special about them. */
export const inDatabase = (rules: string, version = "2"): string =>
  `rules_version = '${version}';\nservice cloud.firestore {\n  match /databases/{database}/documents {\n    ${rules}\n  }\n}\n`;
export const owner = "request.auth != null && request.auth.uid == uid";
export const shown = "['calendarAccounts', 'calendars', 'calendarEvents', 'calendarSeries']";

export const safeRules: readonly (readonly [string, string])[] = [
  ["nothing is allowed", inDatabase("")],
  ["an app's own collections", inDatabase(`match /todos/{id} { allow read, write: if true; }`)],
  ["the user's own document", inDatabase(`match /users/{uid} { allow read, write: if ${owner}; }`)],
  ["only reading below the user", inDatabase(`match /users/{uid}/{d=**} { allow read: if ${owner}; }`)],
  ["if false", inDatabase("match /{document=**} { allow read, write: if false; }")],
  ["false in parentheses and behind &&", inDatabase("match /{d=**} { allow write: if x() && ((false)); }")],
  [
    "a list that leaves ours out",
    inDatabase(`match /users/{uid}/{c}/{d} { allow write: if ${owner} && !(c in ${shown}); }`),
  ],
  [
    "a list that leaves ours out, in parentheses",
    inDatabase(`match /users/{uid}/{c}/{d=**} { allow write: if (${owner} && (!((c in ${shown})))); }`),
  ],
  [
    "three inequalities",
    inDatabase(
      `match /users/{uid}/{c}/{d} { allow write: if c != 'calendars' && 'calendarEvents' != c && c != "calendarAccounts" && c != 'calendarSeries'; }`,
    ),
  ],
  [
    "both sides of || leave ours out",
    inDatabase(
      `match /users/{uid}/{c}/{d} { allow write: if (a() && !(c in ${shown})) || c == 'x' && !(c in ${shown}); }`,
    ),
  ],
  [
    "a negated alternative",
    inDatabase(
      `match /users/{u}/{c}/{d} { allow write: if !(c == 'calendars' || c == 'calendarEvents' || c == 'calendarAccounts' || c == 'calendarSeries'); }`,
    ),
  ],
  ["comments that look like rules", inDatabase("// match /{d=**} { allow write; }\n /* allow write; */")],
  [
    "strings that look like rules",
    inDatabase(`match /a/{b} { allow read: if b == '} match /{d=**} { allow write; }'; }`),
  ],
  [
    "functions with anything inside",
    inDatabase("function f(a) { let x = { 'a': [1] }; return x['a'][0] == a; }"),
  ],
  [
    "another database's block",
    `service cloud.firestore { match /databases/other/documents { match /{d=**} { allow read, write; } } }`,
  ],
  [
    "v1: the rest is at least one segment",
    inDatabase("match /users/{u}/calendars/{c}/{rest=**} { allow write; }", "1"),
  ],
  [
    "a path literal in a condition",
    inDatabase(
      "match /todos/{t} { allow write: if exists(/databases/$(database)/documents/users/$(request.auth.uid)); }",
    ),
  ],
  ["what is longer than ours", inDatabase("match /users/{u}/calendars/{c}/notes/{n} { allow write; }")],
  [
    "storage rules in the file",
    "service firebase.storage { match /b/{bucket}/o { match /{all=**} { allow write; } } }",
  ],
];

export const openRules: readonly (readonly [string, string, number])[] = [
  ["everything for everybody", inDatabase("match /{document=**} { allow read, write; }"), everything.length],
  [
    "everything, above the database",
    "service cloud.firestore { match /{all=**} { allow read, write: if true; } }",
    everything.length,
  ],
  [
    "the owner may write all below",
    inDatabase(`match /users/{uid}/{document=**} { allow read, write: if ${owner}; }`),
    4,
  ],
  [
    "nested blocks",
    inDatabase(`match /users/{uid} { match /{c} { match /{d} { allow update: if ${owner}; } } }`),
    4,
  ],
  ["one of ours literally", inDatabase("match /users/{uid}/calendars/{c} { allow create; }"), 1],
  ["one user literally", inDatabase("match /users/alice/calendarEvents/{e} { allow delete: if true; }"), 1],
  [
    "all collections of one id",
    inDatabase("match /{path=**}/calendarEvents/{e} { allow write: if x(); }"),
    1,
  ],
  ["v2: the rest may be nothing", inDatabase("match /users/{u}/calendars/{c}/{rest=**} { allow write; }"), 1],
  [
    "reading the server's documents",
    inDatabase("match /{c}/{d} { allow read: if request.auth != null; }"),
    topOfServer.length,
  ],
  [
    "one list is too short",
    inDatabase(
      "match /users/{u}/{c}/{d} { allow write: if !(c in ['calendars', 'calendarEvents', 'calendarSeries']); }",
    ),
    1,
  ],
  [
    "|| beside the list",
    inDatabase(`match /users/{u}/{c}/{d} { allow write: if admin() || !(c in ${shown}); }`),
    4,
  ],
  [
    "|| looser than &&",
    inDatabase(`match /users/{u}/{c}/{d} { allow write: if !(c in ${shown}) && a() || b(); }`),
    4,
  ],
  [
    "the list is about another wildcard",
    inDatabase(`match /users/{u}/{c}/{d} { allow write: if !(d in ${shown}); }`),
    4,
  ],
  [
    "the list is about the rest of the path",
    inDatabase(`match /users/{u}/{d=**} { allow write: if !(d in ${shown}); }`),
    4,
  ],
  ["! binds tighter than in", inDatabase(`match /users/{u}/{c}/{d} { allow write: if !c in ${shown}; }`), 4],
  [
    "the list is changed",
    inDatabase(`match /users/{u}/{c}/{d} { allow write: if !(c in ${shown}.removeAll(['calendars'])); }`),
    4,
  ],
  [
    "a negation is compared",
    inDatabase(`match /users/{u}/{c}/{d} { allow write: if !(c in ${shown}) == false; }`),
    4,
  ],
  [
    "a condition that chooses",
    inDatabase(`match /users/{u}/{c}/{d} { allow write: if a() ? true : !(c in ${shown}); }`),
    4,
  ],
  [
    "the name is bound twice",
    inDatabase(`match /users/{u}/{c}/{c} { allow write: if !(c in ${shown}); }`),
    4,
  ],
  [
    "the condition is in a comment",
    inDatabase(`match /users/{u}/{c}/{d} { allow write: if true // && !(c in ${shown})\n; }`),
    4,
  ],
  [
    "a function decides",
    inDatabase(`function safe() { return false; } match /users/{u}/{c}/{d} { allow write: if safe(); }`),
    4,
  ],
  [
    "an escaped string",
    inDatabase(
      "match /users/{u}/{c}/{d} { allow write: if c != 'calendar\\\\x73' && !(c in ['calendarAccounts', 'calendarEvents', 'calendarSeries']); }",
    ),
    1,
  ],
  [
    "the second block of the database",
    `${inDatabase("")}service cloud.firestore { match /databases/{db}/documents/users/{u}/calendars/{c} { allow write; } }`,
    1,
  ],
  [
    "the database by its name",
    "service cloud.firestore { match /databases/(default)/documents { match /calendarSyncCredentials/{c} { allow get; } } }",
    1,
  ],
  [
    "in our own marks",
    inDatabase(
      `// firestore-calendar-sync, calendar: begin.\n match /calendarSyncCalls/{c} { allow list; }\n // firestore-calendar-sync, calendar: end.`,
    ),
    1,
  ],
  ["a nested server collection", inDatabase("match /calendarSyncStates/{s}/{c}/{d} { allow read; }"), 2],
  [
    "v1: everything",
    inDatabase("match /{document=**} { allow write: if request.time < timestamp.date(2026, 1, 1); }", "1"),
    everything.length,
  ],
  [
    "no semicolon before the next statement",
    inDatabase("match /{c}/{d} { allow list: if false allow get: if true match /e/{f} { } }"),
    topOfServer.length,
  ],
  ["no semicolon at the end", inDatabase("match /{c}/{d} { allow list: if true }"), topOfServer.length],
];

export const unreadableRules: readonly (readonly [string, string, number])[] = [
  ["a brace is missing", "service cloud.firestore {\n  match /a/{b} {\n", 3],
  ["a comment does not end", "service cloud.firestore {\n /* }", 2],
  ["an unknown method", inDatabase("match /a/{b} { allow reed; }"), 4],
  ["an unknown word", inDatabase("permit write;"), 4],
  ["a condition goes on", inDatabase("match /a/{b} { allow read: if true; \n true; }"), 5],
  ["an unknown wildcard", inDatabase("match /a/{b=*} { allow read; }"), 4],
  ["an unknown version", "rules_version = '3';", 1],
];
