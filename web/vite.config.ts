import { defineConfig } from "vite";

// Vite insists on a default export; everything else in this repository is exported by name.
const config = defineConfig({
  build: {
    target: "es2022",
    // Nothing here is secret, and stack traces stay readable.
    sourcemap: true,
    chunkSizeWarningLimit: 700,
  },
  // `vite dev` beside a running stack: the configuration comes from the emulated hosting.
  server: { proxy: { "/__": "http://127.0.0.1:5000" } },
});

export { config as default };
