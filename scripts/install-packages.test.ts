import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { until } from "../stack/client/until.ts";
import { StandInClone } from "./stand-in-clone.fixture.ts";

jest.setTimeout(30_000);

const oldPackages = { "node_modules/a": { version: "1.0.0" } };
const packages = {
  "": {},
  w: { bin: { w: "src/w.js" } },
  "node_modules/w": { resolved: "w", link: true },
  "node_modules/a": { version: "2.0.0" },
  "w/node_modules/a": { version: "1.0.0" },
};

/** The packages of an older package-lock.json are there, with a node_modules in each of two workspaces. */
describe("an installation over older packages", () => {
  let clone: StandInClone;
  let before: Record<string, string>;

  beforeEach(() => {
    clone = new StandInClone({ ...packages, v: {} });
    clone.write("w/src/w.js", "// the program of w");
    clone.install(oldPackages);
    clone.write("node_modules/a/index.js", "old");
    clone.write("v/node_modules/b/index.js", "only old");
    clone.write("w/node_modules/a/index.js", "older");
    before = installed();
  });

  afterEach(() => {
    rmSync(clone.root, { recursive: true });
  });

  function installed(): Record<string, string> {
    const folders = ["node_modules", "v", "w"].filter(folder => existsSync(join(clone.root, folder)));
    return Object.assign({}, ...folders.map(folder => clone.filesIn(folder))) as Record<string, string>;
  }

  const listed = JSON.stringify({ packages });
  const npmWorks = `mkdir -p node_modules/node/bin node_modules/a w/node_modules/a
    ln -sf ${process.execPath} node_modules/node/bin/node
    ln -sfn ../w node_modules/w
    cp w/src/w.js node_modules/a/program-of-w.js
    echo new > node_modules/a/index.js; echo newer > w/node_modules/a/index.js
    echo '${listed}' > node_modules/.package-lock.json`;

  const after = {
    "node_modules/.fcs-lock-hash": expect.any(String),
    "node_modules/.package-lock.json": `${listed}\n`,
    "node_modules/a/index.js": "new\n",
    "node_modules/a/program-of-w.js": "// the program of w",
    "node_modules/node/bin/node": `-> ${process.execPath}`,
    "node_modules/w": "-> ../w",
    "w/node_modules/a/index.js": "newer\n",
    "w/src/w.js": "// the program of w",
  };

  test("replaces all of them when npm has ended well", () => {
    clone.npmIs(npmWorks);
    expect(clone.run("hello")).toMatchObject({ status: 0, stdout: "hello\n" });
    expect(installed()).toEqual(after);
    expect(clone.leftovers()).toEqual([]);
  });

  test.each([
    ["npm ci", "echo the registry is on fire; exit 9", "npm ci ended with code 9"],
    [
      "npm rebuild",
      `${npmWorks}; [ "$1" = ci ] || { echo the registry is on fire; exit 8; }`,
      "npm rebuild ended with code 8",
    ],
  ])("keeps every file when %s fails, and starts nothing", (_, npm, problem) => {
    clone.npmIs(npm);
    const { status, stdout, stderr } = clone.run("hello");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("[npm] the registry is on fire");
    expect(stderr).toContain(problem);
    expect(stderr).toContain("node_modules is as it was");
    expect(installed()).toEqual(before);
    expect(clone.leftovers()).toEqual([]);
  });

  test("after a failure, the older package-lock.json needs no network", () => {
    clone.npmIs("exit 9");
    expect(clone.run("hello").status).toBe(1);
    clone.write("package-lock.json", JSON.stringify({ packages: oldPackages }));
    expect(clone.run("hello")).toMatchObject({ status: 0, stderr: "" });
  });

  test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)("keeps every file when %s ends it", async signal => {
    const started = join(clone.root, "started");
    clone.npmIs(`${npmWorks}; touch ${started}; exec sleep 2`);
    const { child, ended } = clone.start("hello");
    await until("npm runs", () => existsSync(started));
    child.kill(signal);
    await ended;
    expect(installed()).toEqual(before);
    clone.npmIs("exit 9");
    expect(clone.run("hello").stderr).toContain("node_modules is as it was");
    expect(installed()).toEqual(before);
    clone.npmIs(npmWorks);
    expect(clone.run("hello").status).toBe(0);
    expect(installed()).toEqual(after);
    expect(clone.leftovers()).toEqual([]);
  });

  /** The state after npm has ended well, and before anything is replaced. */
  function makeReady(): string {
    const ready = join(clone.root, ".stack", "install-ready");
    clone.install(packages, ".stack/install-ready");
    const files = {
      "node_modules/.package-lock.json": `${listed}\n`,
      "node_modules/.fcs-lock-hash": clone.lockFileHash,
      "node_modules/a/index.js": "new\n",
      "node_modules/a/program-of-w.js": "// the program of w",
      "node_modules/w": "",
      "w/node_modules/a/index.js": "newer\n",
      "node-modules.json": JSON.stringify({
        present: ["node_modules", "w/node_modules"],
        all: ["node_modules", "w/node_modules", "v/node_modules"],
      }),
    };
    for (const [path, content] of Object.entries(files))
      clone.write(join(".stack/install-ready", path), content);
    mkdirSync(join(ready, "replaced"));
    return ready;
  }

  const steps = [
    ["v/node_modules", "replaced/1"],
    ["w/node_modules", "replaced/2"],
    [".stack/install-ready/w/node_modules", "../../w/node_modules"],
    ["node_modules", "replaced/3"],
    [".stack/install-ready/node_modules", "../../node_modules"],
  ] as const;

  test.each([0, 1, 2, 3, 4, 5])("is completed without npm by the next start after %d renames", count => {
    const ready = makeReady();
    for (const [from, to] of steps.slice(0, count)) renameSync(join(clone.root, from), join(ready, to));
    expect(clone.run("hello")).toMatchObject({ status: 0, stdout: "hello\n" });
    expect(installed()).toEqual({ ...after, "node_modules/w": "" });
    expect(clone.leftovers()).toEqual([]);
  });

  test("keeps the packages if a folder cannot be renamed", () => {
    clone.npmIs(`${npmWorks}; rm -r ${join(clone.root, "w")}; touch ${join(clone.root, "w")}`);
    const { status, stderr } = clone.run("hello");
    expect(status).toBe(1);
    expect(stderr).toContain("cannot be replaced by renaming: ENOTDIR");
    expect(clone.filesIn("node_modules")["node_modules/a/index.js"]).toBe("old");
    expect(clone.leftovers()).toEqual([]);
  });

  test.each([
    ["", undefined],
    [", after one that was killed", String(2 ** 30)],
    [", after one that was killed before it wrote its id", ""],
  ])("two starts at once install once%s", async (_, holder) => {
    if (holder !== undefined) clone.write(".stack/install.lock", holder);
    clone.npmIs(`[ "$1" = ci ] && echo ci >> ${join(clone.root, "called")}; sleep 1; ${npmWorks}`);
    const starts = [clone.start("hello"), clone.start("hello")];
    expect(await Promise.all(starts.map(async ({ ended }) => await ended))).toEqual([0, 0]);
    expect(clone.filesIn(".")["called"]).toBe("ci\n");
    expect(starts.map(({ output }) => output()).join("")).toContain("waiting for it");
    expect(installed()).toEqual(after);
  });

  test("without any packages, says so", () => {
    for (const folder of ["node_modules", "v/node_modules", "w/node_modules"])
      rmSync(join(clone.root, folder), { recursive: true });
    writeFileSync(join(clone.root, "bin", "npm"), "#!/bin/sh\nexit 9\n");
    expect(clone.run("hello").stderr).toContain("There are no packages yet.");
  });
});
