/** The file that contains all functions. */
export const allFunctions = "all-functions";

/**
 * The text of index.cjs, which the Functions Framework, the Firebase CLI and the emulators load.
 *
 * Cloud Functions sets FUNCTION_TARGET to the function that an instance serves (cloud.google.com/functions/docs,
 * "Environment variables"), and so does the Functions emulator. The instance then reads the file of this function only.
 * If the variable is missing or names no function, all functions are loaded. They are also loaded if one of the
 * variables is set with which the Firebase CLI asks for the list of functions (bin/firebase-functions.js of
 * firebase-functions): a missing function would be deleted by the deploy.
 *
 * A file that is missing or broken is an error, never a reason to load another file: the instance does not start.
 */
export function mainFile(names: readonly string[]): string {
  return `"use strict";
const files = new Set(${JSON.stringify(names)});
const { FUNCTION_TARGET, FUNCTIONS_CONTROL_API, FUNCTIONS_MANIFEST_OUTPUT_PATH } = process.env;
const listed = FUNCTIONS_CONTROL_API !== undefined || FUNCTIONS_MANIFEST_OUTPUT_PATH !== undefined;
const file = !listed && files.has(FUNCTION_TARGET) ? FUNCTION_TARGET : "${allFunctions}";
module.exports = require("./" + file + ".cjs");
// For import statements: Node finds the names of a CommonJS module's exports in its text.
0 && (module.exports = { ${names.join(", ")} });
`;
}
