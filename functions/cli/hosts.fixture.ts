/** Projects that the kit is added to: files by their path. */
export const hosts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "nothing but an empty firebase.json": { "firebase.json": "{}\n" },
  "functions as one object, with comments": {
    "firebase.json": `{
  // our functions
  "functions": {
    "source": "functions", // here
    "codebase": "app"
  },
  "hosting": { "public": "dist" } /* the page */
}
`,
    ".gitignore": "node_modules/\ndist",
  },
  "tabs and several codebases": {
    "firebase.json": `{\n\t"functions": [\n\t\t{ "source": "a", "codebase": "a" },\n\t\t{ "source": "b", "codebase": "b" }\n\t]\n}`,
  },
  "lines that end with CR LF": {
    "firebase.json": `{\r\n  "firestore": {\r\n    "rules": "rules/fire.rules",\r\n    "indexes": "indexes.json"\r\n  }\r\n}\r\n`,
    "rules/fire.rules": `rules_version = '2';\r\nservice cloud.firestore {\r\n    match /databases/{db}/documents {\r\n        match /todos/{id} { allow read, write; }\r\n    }\r\n}\r\n`,
    "indexes.json": `{\r\n  "indexes": [],\r\n  "fieldOverrides": []\r\n}\r\n`,
    ".gitignore": "*.log\r\n",
  },
  "own rules and indexes, one of them like ours": {
    "firebase.json": `{ "firestore": { "rules": "firestore.rules", "indexes": "firestore.indexes.json" } }`,
    "firestore.rules": `service cloud.firestore {
  match /databases/{database}/documents {
    match /users/{uid} {
      allow read, write: if request.auth.uid == uid;
    } } }`,
    "firestore.indexes.json": `{
  // composite
  "indexes": [
    { "collectionGroup": "todos", "queryScope": "COLLECTION", "fields": [{ "fieldPath": "a", "order": "ASCENDING" }] }
  ],
  "fieldOverrides": [
    { "collectionGroup": "calendarSyncStates", "fieldPath": "*", "indexes": [] }
  ]
}`,
  },
  "only rules are named, and a list of databases": {
    "firebase.json": `{
  "firestore": [
    { "database": "other", "rules": "other.rules" },
    { "database": "(default)", "rules": "main.rules" }
  ],
  "functions": []
}
`,
    "main.rules": `rules_version = '2';\nservice cloud.firestore {\n}\n`,
    "other.rules": "not read",
  },
  "one other database": {
    "firebase.json": `{\n  "firestore": { "database": "other", "rules": "other.rules", "indexes": "other.json" }\n}\n`,
    "other.rules": "not read",
  },
};
