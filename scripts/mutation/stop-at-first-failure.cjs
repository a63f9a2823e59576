/**
 * A test environment for mutation testing: after the first test that fails, the others are skipped, in all test files.
 * One failure is enough to know that a mutant was noticed. jest's own `bail` ends the process instead.
 *
 * CommonJS, because both jest and Stryker's runner load it with `require`.
 */
const { TestEnvironment } = require("jest-environment-node");

/** The mutants differ only in this; unset in the run without one, where nothing is skipped. */
const activeMutant = () => process.env["__STRYKER_ACTIVE_MUTANT__"];
/** Of the mutant that a test has noticed last. The process is used for many, one after the other. */
let noticed;

module.exports = class StopAtFirstFailure extends TestEnvironment {
  async handleTestEvent(event) {
    if (activeMutant() === undefined) return;
    if (event.name === "test_start" && noticed === activeMutant()) event.test.mode = "skip";
    if (event.name === "test_done" && event.test.errors.length > 0) noticed = activeMutant();
  }
};
