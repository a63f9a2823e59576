import { join } from "node:path";
import { defineConfig, loadEnv } from "vite";
import { stringParams } from "../functions/src/params.ts";
import { bundleBudget } from "./bundle-budget.ts";

/** The functions' params that the page must know. */
const known = ["FUNCTION_DEFAULT_REGION", "USERS_ROOT", "FIRESTORE_DATABASE", "WRITE_ACCESS"] as const;

/**
 * The params as they are deployed. Vite reads `.env` and `.env.<mode>` like the Firebase CLI, which sets GCLOUD_PROJECT
 * for the build of a deploy (firebase-tools, deploy/lifecycleHooks.js). An empty value means the default.
 */
const given = loadEnv(process.env["GCLOUD_PROJECT"] ?? "", join(import.meta.dirname, "..", "functions"), [
  ...known,
]);

const defaults: Readonly<Record<string, { readonly default?: string; readonly description: string }>> =
  stringParams;

const config = defineConfig({
  define: Object.fromEntries(
    known.map(name => {
      const value = given[name] ?? "";
      return [
        `import.meta.env.${name}`,
        JSON.stringify(value === "" ? (defaults[name]?.default ?? "") : value),
      ];
    }),
  ),
  plugins: [bundleBudget(350)],
  build: {
    target: "es2022",
    // The sources are public, and source maps make stack traces readable.
    sourcemap: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // The libraries change rarely. In separate files, they stay in the browser's cache when the page's own code
        // changes. What only pages with write access load is in none of them.
        codeSplitting: {
          groups: [
            { name: "firebase", test: /node_modules\/(@firebase|firebase)\// },
            { name: "calendar", test: /node_modules\/(@fullcalendar\/(?!interaction)|preact\/)/ },
            { name: "libraries", test: /node_modules\/(?!@fullcalendar\/interaction)/ },
          ],
        },
      },
    },
  },
  // For `vite dev` with a running stack: the emulated hosting serves the configuration.
  server: { proxy: { "/__": "http://127.0.0.1:5000" } },
});

// Vite needs a default export. All other modules of this repository have named exports.
export { config as default };
