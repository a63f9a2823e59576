import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { intParams, stringParams } from "../src/params.ts";
import { readCommandLine } from "./command-line.ts";
import { hosts } from "./hosts.fixture.ts";
import { readOurFiles } from "./our-files.ts";
import { readEnv } from "./plan/env-text.ts";
import { parseJson } from "./plan/json-text.ts";
import { checkRules } from "./rules/check-rules.ts";
import { runCommand } from "./run-command.ts";
import { fakeSurroundings, type FakeSurroundings } from "./surroundings.fake.ts";

const ours = readOurFiles(pathToFileURL(__filename), { ...stringParams, ...intParams });
const config = "function-kits/firestore-calendar-sync/config-calendar";
const source = "function-kits/firestore-calendar-sync/source";
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kit-command-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
const read = (path: string): string => readFileSync(join(folder, path), "utf8");
function files(): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map(path => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}
async function command(...args: string[]): Promise<FakeSurroundings & { readonly code: number }> {
  const surroundings = fakeSurroundings(folder);
  return { ...surroundings, code: await runCommand(args, ours, surroundings) };
}
const add = async (...flags: string[]) => await command("add", "--yes", "--no-install", ...flags);
const firestoreOf = (): readonly { database?: string; rules: string; indexes: string }[] => {
  const { firestore } = parseJson("firebase.json", read("firebase.json")) as { firestore: never };
  return [firestore].flat();
};

/** Whether the new text is the old one with insertions: nothing is gone or laid out anew, but for indentation. */
function isOnlyLonger(before: string, after: string): boolean {
  let at = 0;
  for (const line of before.split("\n").map(part => part.trim())) {
    for (const word of line.split(/(?=[{}[\],])|(?<=[{}[\]])/)) {
      const found = after.indexOf(word.trim(), at);
      if (found < 0) return false;
      at = found + word.trim().length;
    }
  }
  return true;
}

describe.each(Object.entries(hosts))("a project with %s", (_, host) => {
  test("gets the kit once, and then is again what it was", async () => {
    put(host);
    expect(await add()).toMatchObject({ code: 0, complaints: [] });
    const added = files();
    const { rules, indexes } =
      firestoreOf().find(({ database = "(default)" }) => database === "(default)") ?? {};
    expect(checkRules(read(rules ?? ""), "(default)", "users")).toMatchObject({ kind: "safe" });
    expect(read(rules ?? "")).toContain("match /calendarEvents/{eventDocumentId}");
    expect(read(rules ?? "")).toContain("match /calendarSeries/{seriesDocumentId}");
    const merged = parseJson("indexes", read(indexes ?? "")) as { fieldOverrides: object[] };
    const wanted = parseJson("indexes", ours.indexes) as { fieldOverrides: object[] };
    expect(merged.fieldOverrides).toHaveLength(wanted.fieldOverrides.length);
    for (const [path, text] of Object.entries(host))
      expect([path, isOnlyLonger(text, added[path] ?? "")]).toEqual([path, true]);

    const second = await add();
    expect(second.printed).toContain("Nothing to do.");
    expect(files()).toEqual(added);

    expect(await command("remove", "--yes")).toMatchObject({ code: 0 });
    expect(files()).toEqual(host);
    expect(readdirSync(folder)).not.toContain("function-kits");
  });
});

describe("add", () => {
  test("without a terminal names the flag that is missing, and changes nothing", async () => {
    put({ "firebase.json": "{}" });
    const { code, complaints } = await command("add");
    expect(code).toBe(2);
    expect(complaints[0]).toMatch(/^--yes is missing/);
    expect(files()).toEqual({ "firebase.json": "{}" });
  });

  test.each([
    ["y", 0],
    ["", 1],
    ["no", 1],
  ])("asks at a terminal: %j ends with %i", async (answer, code) => {
    put({ "firebase.json": "{}" });
    const surroundings = fakeSurroundings(folder, { answer });
    expect(await runCommand(["add", "--no-install"], ours, surroundings)).toBe(code);
    expect(Object.keys(files()).length > 1).toBe(code === 0);
  });

  test("only shows the changes with --dry-run, and no secret", async () => {
    put({ "firebase.json": "{}" });
    const { code, printed } = await command("add", "--dry-run");
    expect(code).toBe(0);
    expect(printed.join("\n")).toContain("+TOKEN_ENCRYPTION_KEYS=…");
    expect(printed.join("\n")).not.toContain("aaaa");
    expect(files()).toEqual({ "firebase.json": "{}" });
  });

  test("installs and builds in the kit's source", async () => {
    put({ "firebase.json": "{}" });
    const { ran } = await command("add", "--yes");
    expect(ran.map(({ program, args }) => [program, ...args])).toEqual([
      ["npm", "install", "--ignore-scripts"],
      ["npm", "run", "build"],
    ]);
  });

  test("refuses dangerous rules with the line and a safe rewrite, and changes nothing", async () => {
    const rules =
      "rules_version = '2';\nservice cloud.firestore {\n  match /databases/{d}/documents {\n    match /users/{uid}/{document=**} {\n      allow read, write: if request.auth.uid == uid;\n    }\n  }\n}\n";
    const host = { "firebase.json": `{"firestore":{"rules":"firestore.rules"}}`, "firestore.rules": rules };
    put(host);
    const { code, complaints } = await add();
    expect(code).toBe(1);
    expect(complaints[0]).toContain("firestore.rules:5: allow read, write: if request.auth.uid == uid;");
    expect(complaints[0]).toContain("users/{id}/calendarEvents/{id}");
    expect(complaints[0]).toContain("+      allow write: if request.auth.uid == uid && !(collection in [");
    expect(files()).toEqual(host);
  });

  test.each([
    ["a codebase has the name", `{"functions":{"source":"f","codebase":"calendar"}}`, /name of a codebase/],
    [
      "another kit's instance has the name",
      `{"functions":[{"kit":"x","source":"s","instances":{"calendar":"c"}}]}`,
      /instance of the kit "x"/,
    ],
    [
      "the kit's id is taken",
      `{"functions":[{"kit":"firestore-calendar-sync","source":"s","instances":{}}]}`,
      /has its source in "s"/,
    ],
    ["firebase.json cannot be read", `{"functions":\n]`, /^firebase.json:2: /],
    [
      "a path leads out of the project",
      `{"firestore":{"rules":"../firestore.rules"}}`,
      /outside of the project/,
    ],
    ["a database is named by a target", `{"firestore":[{"target":"main","rules":"r"}]}`, /`target`/],
  ])("refuses if %s", async (_, text, message) => {
    put({ "firebase.json": text });
    const { code, complaints } = await add();
    expect(code).toBe(1);
    expect(complaints[0]).toMatch(message);
    expect(files()).toEqual({ "firebase.json": text });
  });

  test("refuses another index setting for a field of ours", async () => {
    const override = { collectionGroup: "calendarEvents", fieldPath: "startAt", indexes: [] };
    put({
      "firebase.json": `{"firestore":{"indexes":"i.json"}}`,
      "i.json": JSON.stringify({ fieldOverrides: [override] }),
    });
    const { code, complaints } = await add();
    expect(code).toBe(1);
    expect(complaints[0]).toContain('the field "startAt" of the collections "calendarEvents"');
  });

  test("writes every param, and the client's id only if it is known", async () => {
    put({ "firebase.json": "{}" });
    const { printed } = await add("--users-root", "members", "--region", "europe-west1");
    const env = readEnv(read(`${config}/.env`));
    expect(env.get("USERS_ROOT")).toBe("members");
    expect(env.get("FUNCTION_DEFAULT_REGION")).toBe("europe-west1");
    expect([...Object.keys(ours.params)].filter(name => !env.has(name))).toEqual(["GOOGLE_CLIENT_ID"]);
    expect(printed.at(-1)).toContain("set GOOGLE_CLIENT_ID in");
    expect(printed.at(-1)).toContain(
      "https://europe-west1-PROJECT.cloudfunctions.net/kit-calendar-oauthCallback",
    );
    expect(read("firestore.rules")).toContain("match /members/{uid} {");
    expect(readEnv(read(`${config}/.env.local`)).get("WEBHOOK_URL")).toContain("/europe-west1/kit-calendar-");
    expect(statSync(join(folder, source, ".secret.local")).mode & 0o777).toBe(0o600);
  });

  test("keeps the settings and the local key ring that are there", async () => {
    put({ "firebase.json": "{}", [`${config}/.env`]: "USERS_ROOT=members\nGOOGLE_CLIENT_ID=mine\n" });
    await add();
    expect(read(`${config}/.env`)).toMatch(/^USERS_ROOT=members\nGOOGLE_CLIENT_ID=mine\n/);
    expect(read("firestore.rules")).toContain("match /members/{uid} {");
    const { code, complaints } = await add("--users-root", "users");
    expect(code).toBe(1);
    expect(complaints[0]).toContain("USERS_ROOT=members, but --users-root says users");
  });

  test("takes a tarball, relative to the kit's source", async () => {
    put({ "firebase.json": "{}", "kit.tgz": "" });
    expect(await add("--package", "./kit.tgz")).toMatchObject({ code: 0 });
    expect(read(`${source}/package.json`)).toContain('"firestore-calendar-sync": "file:../../../kit.tgz"');
    expect(await add("--package", "./none.tgz")).toMatchObject({ code: 2 });
  });

  test("puts a second instance into another database only, and takes it out alone", async () => {
    put({ "firebase.json": "{}\n" });
    await add();
    const one = files();
    expect((await add("--instance", "work")).complaints[0]).toMatch(/needs another \(--database\)/);
    expect(await add("--instance", "work", "--database", "work-db")).toMatchObject({ code: 0 });
    expect(firestoreOf()).toHaveLength(2);
    expect(checkRules(read("firestore.work-db.rules"), "work-db", "users")).toMatchObject({ kind: "safe" });

    expect(await command("remove", "--instance", "calendar", "--yes")).toMatchObject({ code: 0 });
    expect(Object.keys(files())).toContain(`${config.replace("config-calendar", "config-work")}/.env`);
    expect(read("firestore.rules")).not.toContain("calendarEvents");
    expect(one["firestore.rules"]).toContain("calendarEvents");
    expect(await command("remove", "--instance", "work", "--yes")).toMatchObject({ code: 0 });
    expect(files()).toEqual({ "firebase.json": "{}\n" });
  });

  test("gives every file its old text back if one cannot be written", async () => {
    put({ "firebase.json": "{}", "function-kits": "a file where a folder must be" });
    await expect(add()).rejects.toThrow();
    expect(files()).toEqual({ "firebase.json": "{}", "function-kits": "a file where a folder must be" });
  });

  test("keeps the mode of a file", async () => {
    put({ "firebase.json": "{}" });
    chmodSync(join(folder, "firebase.json"), 0o640);
    await add();
    expect(statSync(join(folder, "firebase.json")).mode & 0o777).toBe(0o640);
  });
});

describe("remove", () => {
  test("keeps what others have changed since", async () => {
    put({ "firebase.json": "{}\n" });
    await add();
    const rules = read("firestore.rules");
    put({
      "firestore.rules": rules.replace(
        "documents {\n",
        "documents {\n    match /mine/{id} { allow read; }\n",
      ),
    });
    put({ "firebase.json": read("firebase.json").replace(/\n}\n$/, `,\n  "hosting": {}\n}\n`) });
    expect(await command("remove", "--yes")).toMatchObject({ code: 0 });
    expect(read("firestore.rules")).toContain("match /mine/{id} { allow read; }");
    expect(read("firestore.rules")).not.toContain("calendarEvents");
    expect(parseJson("firebase.json", read("firebase.json"))).toMatchObject({ hosting: {} });
    expect(read("firebase.json")).not.toContain("kit");
    expect(read("firebase.json")).toContain("firestore.rules");
  });

  test("refuses an instance that is not there", async () => {
    put({ "firebase.json": "{}" });
    expect(await command("remove", "--yes")).toMatchObject({ code: 1 });
  });

  test("says how to delete what is deployed", async () => {
    put({ "firebase.json": "{}" });
    await add();
    const { printed } = await command("remove", "--yes");
    expect(printed.at(-1)).toContain("functions:delete");
  });
});

describe("init", () => {
  test("makes a project, and refuses a second time", async () => {
    expect(await command("init", "new", "--yes", "--no-install")).toMatchObject({ code: 0 });
    expect(read("new/.firebaserc")).toBe('{\n  "projects": {}\n}\n');
    expect(parseJson("firebase.json", read("new/firebase.json"))).toMatchObject({
      functions: [{ kit: "firestore-calendar-sync" }],
      firestore: { rules: "firestore.rules", indexes: "firestore.indexes.json" },
      emulators: { functions: { port: 5001 } },
    });
    const again = await command("init", "new", "--yes", "--no-install");
    expect(again).toMatchObject({ code: 1 });
    expect(again.complaints[0]).toContain("use `add`");
  });

  test("of another database names it once", async () => {
    await command("init", "--yes", "--no-install", "--database", "my-db");
    expect(firestoreOf()).toEqual([
      { database: "my-db", rules: "firestore.my-db.rules", indexes: "firestore.my-db.indexes.json" },
    ]);
  });
});

test("what is left to do is at most four steps, whose commands exist", async () => {
  put({ "firebase.json": "{}" });
  const { printed } = await add("--instance", "work");
  const steps = printed.at(-1) ?? "";
  expect([...steps.matchAll(/^(\d)\./gm)].map(([, number]) => number)).toEqual(["1", "2", "3", "4"]);
  const commands = [...steps.matchAll(/npx firestore-calendar-sync (.*)$/gm)].map(([, args]) => args ?? "");
  expect(commands).toEqual([
    "keys add --project PROJECT --instance work",
    "grant --project PROJECT --instance work",
    "doctor --project PROJECT --instance work",
  ]);
  for (const args of commands)
    expect(readCommandLine(args.replace("PROJECT", "my-project").split(" "))).not.toMatchObject({
      name: "help",
    });
  expect(steps.indexOf("redirect URI")).toBeLessThan(steps.indexOf("keys add"));
  expect(steps.indexOf("firebase-tools deploy")).toBeLessThan(steps.indexOf("grant"));
});
