import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { bundleCommand } from "./bundle.ts";

test("the command runs beside its files, as it is published", () => {
  const folder = mkdtempSync(join(tmpdir(), "kit-bundle-"));
  try {
    bundleCommand(folder);
    mkdirSync(join(folder, "files"));
    for (const name of ["firestore.rules", "firestore.indexes.json"])
      copyFileSync(join(__dirname, "..", "..", name), join(folder, "files", name));
    const peerDependencies = { "firebase-admin": "^13.10.0", "firebase-functions": "^7.4.0" };
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "firestore-calendar-sync", version: "1.2.3", peerDependencies }),
    );
    mkdirSync(join(folder, "host"));
    writeFileSync(join(folder, "host", "firebase.json"), "{}");
    const args = [join(folder, "cli.mjs"), "add", "--yes", "--no-install"];
    const { stdout, stderr } = spawnSync("node", args, { cwd: join(folder, "host"), encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toContain('+    "firestore-calendar-sync": "^1.2.3"');
    expect(stdout).toContain('+    "firebase-functions": "^7.4.0"');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
