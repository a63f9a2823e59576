import type { Config } from "jest";

const swc = [
  "@swc/jest",
  { jsc: { parser: { syntax: "typescript" }, target: "es2024" }, module: { type: "commonjs" } },
];
const shared = {
  transform: { "\\.ts$": swc, "node_modules/.+\\.m?js$": swc },
  // jose and temporal-polyfill (with its temporal-utils) are published as ES modules only.
  transformIgnorePatterns: ["/node_modules/(?!jose/|temporal-polyfill/|temporal-utils/)"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  // A built package has the name of its workspace.
  modulePathIgnorePatterns: ["<rootDir>/emulators/google-calendar/dist/"],
  injectGlobals: false,
} as const;

/**
 * `unit`: pure and fast, nothing running. `stack`: tests/ against the emulators, started once for all of them
 * (`npm run stack -- npx jest --selectProjects stack`).
 */
export default {
  // For `stack`; jest takes it for all projects or none. Unit tests are over in milliseconds.
  testTimeout: 180_000,
  projects: [
    {
      ...shared,
      displayName: "unit",
      roots: [
        "functions/src",
        "functions/cli",
        "functions/packaging",
        "client/src",
        "web/src",
        "emulators/cloud-tasks",
        "emulators/google-calendar",
        "scripts",
        "stack",
        "ops",
        "bench",
        "tests/harness/src",
        "tests/compat",
      ],
    },
    {
      ...shared,
      displayName: "stack",
      roots: ["tests"],
      testPathIgnorePatterns: [...shared.testPathIgnorePatterns, "/tests/(harness/src|compat)/"],
    },
  ],
} as unknown as Config;
