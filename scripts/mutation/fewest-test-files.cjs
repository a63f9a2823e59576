/**
 * A runner of jest for mutation testing: of the files only those that hold one of the wanted tests, the quick ones
 * first, and after the first failure none. Loading a file takes longer than most tests in it, and there are thousands
 * of mutants.
 *
 * The run without a mutant, which comes first and in another process, notes which file holds which tests and how long
 * it takes. CommonJS, because jest loads it with `require`.
 */
const { readFileSync, writeFileSync } = require("node:fs");
const { default: JestRunner } = require("jest-runner");

/** In the folder that Stryker runs the tests in, a copy of this one. */
const notesFile = "test-names.json";

/** By file: how long it takes, and the names of its tests. */
let notes;

module.exports = class FewestTestFiles extends JestRunner {
  async runTests(tests, watcher, options) {
    if (process.env["__STRYKER_ACTIVE_MUTANT__"] === undefined) {
      const noted = {};
      const unsubscribe = this.on("test-file-success", ([test, { perfStats, testResults }]) => {
        noted[test.path] = { ms: perfStats.runtime, names: testResults.map(({ fullName }) => fullName) };
      });
      await super.runTests(tests, watcher, options);
      unsubscribe();
      writeFileSync(notesFile, JSON.stringify(noted));
      return;
    }
    let failed = false;
    const unsubscribe = [
      this.on("test-file-success", ([, { numFailingTests }]) => {
        failed ||= numFailingTests > 0;
      }),
      this.on("test-file-failure", () => {
        failed = true;
      }),
    ];
    for (const test of quickestFirst(tests, this._globalConfig.testNamePattern)) {
      await super.runTests([test], watcher, options);
      if (failed) break;
    }
    for (const end of unsubscribe) end();
  }
};

/** @param pattern of the wanted names; none for a mutant alive while files are loaded: any test may notice it */
function quickestFirst(tests, pattern) {
  notes ??= JSON.parse(readFileSync(notesFile, "utf8"));
  const wanted = new RegExp(pattern ?? "", "i");
  return tests
    .filter(({ path }) => notes[path].names.some(name => wanted.test(name)))
    .sort((a, b) => notes[a.path].ms - notes[b.path].ms);
}
