import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { rootFolder } from "../stack/addresses.ts";
import type { Manifest } from "./deployed-manifest.fixture.ts";

/** What the Firebase CLI deploys, or the emulator runs, after it has resolved the params. */
export interface ResolvedBackend {
  /** By region and name. */
  readonly endpoints: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** Params that have no default. */
const required = { GOOGLE_CLIENT_ID: "123456-abc.apps.googleusercontent.com" };

/**
 * Resolves a manifest with the Firebase CLI's own code, as `firebase deploy` does, except for the secrets: those are
 * left out as in the emulator, because they are asked of Google. A param that `params` lacks gets its default, as the
 * CLI gives it if it cannot ask.
 */
export function resolveBackend(
  manifest: Manifest,
  params: Readonly<Record<string, string>>,
): { readonly backend: ResolvedBackend; readonly text: string } {
  const cli = (path: string): string =>
    JSON.stringify(join(rootFolder, "node_modules/firebase-tools/lib", path));
  const program = `
    const { yamlToBuild } = require(${cli("deploy/functions/runtimes/discovery/index.js")});
    const { resolveBackend } = require(${cli("deploy/functions/build.js")});
    require(${cli("prompt.js")}).setNonInteractive(true);
    const { manifest, userEnvs } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const build = yamlToBuild(manifest, "demo-manifest", "us-central1", "nodejs24");
    const firebaseConfig = { projectId: "demo-manifest" };
    resolveBackend({ build, firebaseConfig, userEnvs, codebase: "calendar-sync", isEmulator: true })
      .then(({ backend }) => process.stdout.write("\\n" + JSON.stringify(backend)));
  `;
  const printed = execFileSync(process.execPath, ["-e", program], {
    encoding: "utf8",
    input: JSON.stringify({ manifest, userEnvs: { ...required, ...params } }),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const text = printed.slice(printed.lastIndexOf("\n") + 1);
  return { backend: JSON.parse(text) as ResolvedBackend, text };
}
