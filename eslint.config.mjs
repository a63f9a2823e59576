import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Time and randomness enter pure code as parameters (a Clock, a newId), so that tests can own them. */
const ambientTimeAndRandomness = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: "Take a Clock.",
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Take a Clock." },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: "Take newId.",
  },
  { selector: "ExportDefaultDeclaration", message: "Named exports only." },
];

export default defineConfig(
  globalIgnores([
    "**/dist/**",
    "**/node_modules/**",
    ".stack/**",
    "coverage/**",
    "examples/**",
    "functions/package/**",
    "client/globals.d.ts",
  ]),
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.json", "./web/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/return-await": ["error", "always"],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      // Leaving a field out by destructuring names it.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "@typescript-eslint/consistent-type-definitions": "off",
      // Index signatures are read with brackets because noPropertyAccessFromIndexSignature says so.
      "@typescript-eslint/dot-notation": "off",
      "no-restricted-syntax": ["error", ...ambientTimeAndRandomness],
      // Code is prettier's.
      "max-len": ["error", { code: 10_000, comments: 120 }],
      "max-lines": ["error", { max: 350, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Tools and tests run against the real world, and compose.ts makes the one real Clock: they may read the clock.
    files: [
      "scripts/**/*.ts",
      "stack/**/*.ts",
      "tests/**/*.ts",
      "bench/**/*.ts",
      "**/*.test.ts",
      "**/*.config.ts",
      "functions/build.ts",
      "functions/src/compose.ts",
      "emulators/cloud-tasks/src/clock.ts",
    ],
    rules: { "no-restricted-syntax": "off" },
  },
);
