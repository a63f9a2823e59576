import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readCommandLine } from "./command-line.ts";

describe("a command line", () => {
  test.each([
    [[], "help"],
    [["--help"], "help"],
    [["help", "add"], "help"],
    [["add", "-h"], "help"],
    [["keys", "--help"], "help"],
    [["--version"], "version"],
    [["add", "--yes", "--region", "europe-west1"], "add"],
    [["init", "folder"], "init"],
    [["remove", "--instance", "work"], "remove"],
    [["keys", "add", "--project", "my-project", "--instance", ""], "keys"],
    [["grant", "--project", "my-project", "-y"], "grant"],
    [["doctor", "--help"], "help"],
  ])("%j is %s", (args, name) => {
    expect(readCommandLine(args)).toMatchObject({ name });
  });

  test.each([
    [["ad"], /no command "ad"/],
    [["help", "ad"], /no command "ad"/],
    [["toString"], /no command/],
    [["add", "word"], /word/],
    [["add", "--colour"], /--colour/],
    [["add", "--region"], /--region/],
    [["add", "--yes=no"], /--yes/],
    [["add", "--region", "Europe"], /a region/],
    [["add", "--instance", "-a"], /--instance/],
    [["add", "--instance", "Work"], /lowercase/],
    [["add", "--users-root", "users/x"], /path of a collection/],
    [["add", "--users-root", "calendarSyncUsers"], /path of a collection/],
    [["add", "--users-root", "a b"], /path of a collection/],
    [["add", "--database", "Default"], /id of a database/],
    [["add", "--client-id", ""], /client id/],
    [["init", "a", "b"], /One word too many: b/],
    [["init", "--project-dir", "x"], /--project-dir/],
    [["keys"], /keys add/],
    [["keys", "new", "--project", "my-project"], /no "keys new"/],
    [["keys", "add"], /--project is missing/],
    [["keys", "add", "--project", "My Project"], /not the id of a project/],
    [["grant"], /--project is missing/],
    [["grant", "--project", "my-project", "--region", "us"], /a region/],
    [["grant", "--project", "my-project", "now"], /now/],
    [["doctor"], /--project is missing/],
    [["doctor", "--project", "my-project", "--local"], /--local/],
    [["doctor", "--project", "my-project", "--instance", "../x"], /--instance/],
  ])("%j is refused", (args, message) => {
    expect(() => readCommandLine(args)).toThrow(message);
  });
});

test.each([
  [[], undefined],
  [["--instance", ""], "default"],
  [["--instance", "work"], "work"],
])("doctor %j examines the instance %j", (flags, instance) => {
  expect(readCommandLine(["doctor", "--project", "my-project", "--json", ...flags])).toEqual({
    name: "doctor",
    request: { projectId: "my-project", region: undefined, instance, json: true },
  });
});

test("the program ends with the exit codes of its help", () => {
  const main = join(__dirname, "main.ts");
  const run = (...args: string[]) => spawnSync("node", [main, ...args], { encoding: "utf8" });
  const help = run("--help");
  expect(help).toMatchObject({ status: 0, stderr: "" });
  expect(help.stdout).toContain("npx firestore-calendar-sync add");
  expect(run("nothing")).toMatchObject({ status: 2, stdout: "" });
  expect(run("--version").stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(run("add", "--project-dir", "/nowhere")).toMatchObject({ status: 1 });
});
