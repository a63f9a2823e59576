import { defineConfig } from "vite";
import { bundleBudget } from "./bundle-budget.ts";

const config = defineConfig({
  plugins: [bundleBudget(350)],
  build: {
    target: "es2022",
    // The sources are public, and source maps make stack traces readable.
    sourcemap: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // The libraries change rarely. In separate files, they stay in the browser's cache when the page's own code
        // changes.
        codeSplitting: {
          groups: [
            { name: "firebase", test: /node_modules\/(@firebase|firebase)\// },
            { name: "calendar", test: /node_modules\/(@fullcalendar|preact)\// },
            { name: "libraries", test: /node_modules\// },
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
