/** Import boundaries (docs/architecture.md, "Layers"): imports point inward, adapters are wired in one place. */
const inner = "^functions/src/(model|ports|sync|recurrence|watch|account|quota|deployment|write)/";
/** Runs Google's answers through everything that is deployed, adapters included. Test code only. */
const cases = "^functions/src/(sync/cases/[^/]+\\.(fake|test)|write/testing/[^/]+\\.fake)\\.ts$";
const testCode = "\\.(test|fake|fixture)\\.ts$";
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "inner-code-is-free-of-firebase-and-google",
      comment:
        "sync, recurrence, watch, account, quota, deployment and write decide; only adapters talk to Firebase and Google.",
      severity: "error",
      from: { path: inner, pathNot: ["\\.test\\.ts$", cases] },
      to: { path: "node_modules/(firebase|@firebase|@google-cloud|googleapis|google-auth-library|gaxios)" },
    },
    {
      name: "the-model-stands-alone",
      comment: "What everything speaks of: imports nothing of ours but the documents that clients read.",
      severity: "error",
      from: { path: "^functions/src/model/", pathNot: testCode },
      to: { path: "^functions/src/(?!model/)" },
    },
    {
      name: "ports-know-only-the-model",
      severity: "error",
      from: { path: "^functions/src/ports/" },
      to: { path: "^functions/src/(?!ports/|model/)" },
    },
    {
      name: "recurrence-is-a-library",
      comment:
        "Rules and zones know neither our documents nor Google's calendar beyond RFC 5545 and its own times.",
      severity: "error",
      from: { path: "^functions/src/recurrence/", pathNot: testCode },
      to: { path: "^functions/src/(?!recurrence/|model/)" },
    },
    {
      name: "features-do-not-know-each-other",
      comment:
        "sync, watch, account, quota, deployment and write meet in documents and tasks, and in compose.",
      severity: "error",
      from: { path: "^functions/src/(sync|watch|account|quota|deployment|write)/", pathNot: testCode },
      to: {
        path: "^functions/src/(sync|watch|account|quota|deployment|write)/",
        pathNot: "^functions/src/$1/",
      },
    },
    {
      name: "inner-code-does-not-know-adapters",
      severity: "error",
      from: { path: inner, pathNot: cases },
      to: { path: "^functions/src/(triggers|google|firestore|tasks|compose|config|index)" },
    },
    {
      name: "only-compose-wires-adapters",
      severity: "error",
      from: { path: "^functions/src/(triggers|index)" },
      to: { path: "^functions/src/(google|firestore|tasks)/" },
    },
    {
      name: "the-command-stands-alone",
      comment: "It is bundled without the functions; of them it knows the params, which are data.",
      severity: "error",
      from: { path: "^functions/cli/", pathNot: testCode },
      to: { path: "^(functions/(?!cli/|src/params\\.ts$)|client|web|emulators|tests|scripts|stack|bench)" },
    },
    {
      name: "nothing-of-the-product-knows-the-command",
      severity: "error",
      from: { path: "^(functions/src|client|web|emulators)/" },
      to: { path: "^functions/cli/" },
    },
    {
      name: "client-stands-alone",
      severity: "error",
      from: { path: "^client/" },
      to: {
        path: "^(functions|web|emulators|tests|scripts|stack|bench)/|node_modules/(firebase-admin|@google-cloud)",
      },
    },
    {
      name: "the-calendar-emulator-knows-no-product-code",
      comment: "A bug shared between the product and its test double would hide itself.",
      severity: "error",
      from: { path: "^emulators/" },
      to: { path: "^(functions|client|web|tests|scripts|stack|bench)/" },
    },
    {
      name: "web-is-a-client",
      severity: "error",
      from: { path: "^web/src/" },
      to: { path: "^(functions|emulators|tests|scripts|stack|bench)/" },
    },
    {
      name: "the-stack-stands-below-what-uses-it",
      comment: "Scripts, benchmarks and tests use the launcher and its client; it knows none of them.",
      severity: "error",
      from: { path: "^stack/" },
      to: { path: "^(scripts|bench|tests)/" },
    },
    {
      name: "scripts-do-not-know-benchmarks",
      severity: "error",
      from: { path: "^(scripts|tests)/" },
      to: { path: "^bench/" },
    },
    {
      name: "benchmarks-do-not-know-scripts",
      comment: "Of the tests they use the harness only.",
      severity: "error",
      from: { path: "^bench/" },
      to: { path: "^scripts/|^tests/(?!harness/)" },
    },
    {
      name: "no-test-code-in-products",
      severity: "error",
      from: { pathNot: "\\.(test|fake|fixture)\\.ts$|^tests/|^scripts/|^stack/|\\.config\\." },
      to: { path: "\\.(test|fake|fixture)\\.ts$" },
    },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // bin.cjs loads what is beside it in the package.
    exclude: { path: "(^|/)dist/|^emulators/google-calendar/packaging/bin\\.cjs$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
