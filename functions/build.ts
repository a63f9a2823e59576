import { build } from "esbuild";

/**
 * One file is deployed: our code, schema/ and the Google client, without the 400 other APIs of the googleapis package.
 * firebase-functions and firebase-admin stay outside, because the Firebase CLI looks for them in package.json.
 */
await build({
  entryPoints: ["src/index.ts"],
  outfile: "dist/index.cjs",
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  sourcemap: true,
  external: ["firebase-functions", "firebase-functions/*", "firebase-admin", "firebase-admin/*"],
  logLevel: "warning",
  absWorkingDir: import.meta.dirname,
});
