import { defineConfig } from "vite";
import { bundleBudget } from "./bundle-budget.ts";

const config = defineConfig({
  plugins: [bundleBudget(350)],
  build: {
    target: "es2022",
    // Nothing here is secret, and stack traces stay readable.
    sourcemap: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // The libraries change seldom: apart from the page's own code they stay in the browser's cache.
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
  // `vite dev` beside a running stack: the configuration comes from the emulated hosting.
  server: { proxy: { "/__": "http://127.0.0.1:5000" } },
});

// Vite insists on a default export; everything else in this repository is exported by name.
export { config as default };
