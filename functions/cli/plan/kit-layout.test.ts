import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { configOf } from "./add-kit.ts";
import { withInstance } from "./firebase-json.ts";
import { parseJson } from "./json-text.ts";
import { configFolder, kitFiles, kitFolder, kitId, kitSource } from "./kit-layout.ts";

interface CliConfig {
  readonly src: Record<string, unknown>;
  readonly projectDir: string;
}
interface CliInstall {
  scaffoldKit(options: object): Promise<{ readonly sourcePath: string; readonly configDirPath: string }>;
}
interface ProjectConfig {
  normalizeAndValidate(functions: unknown): readonly object[];
}

const require = createRequire(__filename);
const { Config } = require("firebase-tools/lib/config") as {
  Config: new (src: object, options: object) => CliConfig;
};
const install = require("firebase-tools/lib/functions/kits/install") as CliInstall;
const projectConfig = require("firebase-tools/lib/functions/projectConfig") as ProjectConfig;

const host = { functions: { source: "functions" } };

test("the layout is the one that the Firebase CLI writes itself", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kit-layout-"));
  try {
    const config = new Config(structuredClone(host), { cwd: folder, projectDir: folder });
    const paths = await install.scaffoldKit({
      config,
      kitId,
      instanceId: "calendar",
      packageName: kitId,
    });
    expect(paths).toMatchObject({ sourcePath: kitSource, configDirPath: configFolder("calendar") });

    const theirs = readdirSync(join(folder, kitSource), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name).slice(join(folder, kitSource).length + 1));
    const ours = kitFiles([], kitId);
    expect(Object.keys(ours).toSorted()).toEqual(theirs.toSorted());
    for (const name of theirs)
      expect([name, ours[name]]).toEqual([name, readFileSync(join(folder, kitSource, name), "utf8")]);
    expect(readdirSync(join(folder, kitFolder)).toSorted()).toEqual(["config-calendar", "source"]);

    const text = JSON.stringify(host, null, 2);
    const written = parseJson("firebase.json", withInstance(text, configOf(text), "calendar", kitId));
    expect(written).toEqual(parseJson("firebase.json", readFileSync(join(folder, "firebase.json"), "utf8")));
    expect(projectConfig.normalizeAndValidate((written as typeof host).functions)).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
