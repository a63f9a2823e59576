import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { until } from "../stack/client/until.ts";
import { StandInClone } from "./stand-in-clone.fixture.ts";

jest.setTimeout(30_000);

const packages = {
  "": {},
  "node_modules/a": { version: "1.0.0" },
  "node_modules/b": { version: "2.0.0", optional: true },
};

describe("the bootstrap", () => {
  let clone: StandInClone;

  beforeEach(() => {
    clone = new StandInClone(packages);
  });

  afterEach(() => {
    rmSync(clone.root, { recursive: true });
  });

  test("help needs no packages", () => {
    expect(clone.run("hello", "--help")).toMatchObject({ status: 0, stdout: "how to say hello\n" });
  });

  test.each([[["goodbye"]], [["../evil"]], [[]]])("an unknown script is a mistake of usage: %j", args => {
    expect(clone.run(...args)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("usage:"),
    });
  });

  test("what is installed already is used without npm, with arguments and exit code passed on", () => {
    clone.install(packages);
    expect(clone.run("hello", "7", "--help")).toMatchObject({
      status: 7,
      stdout: "hello 7 --help\n",
      stderr: "",
    });
  });

  test("an optional package may be missing", () => {
    clone.install({ "node_modules/a": { version: "1.0.0" } });
    expect(clone.run("hello").status).toBe(0);
  });

  test.each([
    ["nothing is installed", undefined],
    ["a package is missing", {}],
    ["a package has another version", { "node_modules/a": { version: "0.9.0" } }],
  ])("packages are installed when %s, and only once", (_, present) => {
    if (present !== undefined) clone.install(present);
    clone.npmIs(
      `echo "$@" >> ${join(clone.root, "called")}; mkdir -p node_modules/node/bin; ln -sf ${process.execPath} node_modules/node/bin/node; echo '${JSON.stringify({ packages })}' > node_modules/.package-lock.json`,
    );
    expect(clone.run("hello")).toMatchObject({
      status: 0,
      stdout: "hello\n",
      stderr: expect.stringContaining("packages installed in"),
    });
    expect(clone.run("hello")).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(join(clone.root, "called"), "utf8")).toMatch(
      /^ci .*--ignore-scripts.*\nrebuild node .*\n$/,
    );
  });

  test("a signal reaches the script, which decides how to end", async () => {
    clone.install(packages);
    const { child, output, ended } = clone.start("hello", "wait");
    await until("the script runs", () => output().includes("hello wait"));
    child.kill("SIGTERM");
    expect(await ended).toBe(42);
  });
});
