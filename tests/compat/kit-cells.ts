import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { publishedPackages } from "../../packaging/pack.ts";
import { rootFolder } from "../../stack/addresses.ts";
import { nodeMajors, type App, type Cell, type NodeMajor } from "./cell.ts";
import { versionOf } from "./workshop.ts";

const name = publishedPackages.functions.name;
const kitApp: App = {
  name: "kit",
  packed: "functions",
  specs: ["firebase-functions@^7.4.0", "firebase-admin@^13.10.0"],
};
const peers = ["firebase-functions", "firebase-admin"] as const;

/** The functions that the sources export. */
function functionNames(): string[] {
  const index = readFileSync(join(rootFolder, "functions", "src", "index.ts"), "utf8");
  return [...index.matchAll(/^export \{ (\w+) \} from/gm)].map(([, exported = ""]) => exported).sort();
}

function load(major: NodeMajor): Cell {
  return {
    package: name,
    environment: `Node ${major}, import and require`,
    quick: major === 24,
    run: async bench => {
      const cwd = await bench.app(kitApp);
      const node = await bench.node(major);
      copyFileSync(join(import.meta.dirname, "probes", "kit.cjs"), join(cwd, "kit.cjs"));
      const output = await bench.run({ cwd, command: node.path, args: ["kit.cjs"], node });
      const names = functionNames();
      const expected = JSON.stringify({ required: names, imported: names });
      if (names.length === 0 || !output.includes(`PROBE ${expected}`))
        throw new Error(`${expected} was expected, but it printed ${output}`);
      return [node.title, ...peers.map(peer => versionOf(cwd, peer))].join(", ");
    },
  };
}

/** A new project as the kit's command makes it. The command installs the packages of the kit's wrapper. */
const projectApp: App = {
  name: "kit-project",
  packed: "functions",
  prepare: async (cwd, { run, tarballs }) => {
    const args = ["init", "project", "--package", tarballs.functions, "--yes"];
    const settings = ["--client-id", "demo-client.apps.googleusercontent.com"];
    await run({ cwd, command: join(cwd, "node_modules", ".bin", name), args: [...args, ...settings] });
  },
};
const wrapper = join("project", "function-kits", name, "source");

export const kitCells: readonly Cell[] = [
  ...nodeMajors.map(load),
  {
    package: name,
    environment: "tsc of the wrapper that its command writes",
    quick: false,
    run: async bench => {
      const cwd = join(await bench.app(projectApp), wrapper);
      rmSync(join(cwd, "lib"), { recursive: true, force: true });
      await bench.run({ cwd, command: "npm", args: ["run", "build"] });
      const list = `console.log("PROBE", Object.keys(require("./lib/index.js")).sort().join())`;
      const output = await bench.run({ cwd, command: process.execPath, args: ["-e", list] });
      const expected = [...functionNames(), "regionParam"].sort().join();
      if (!output.includes(`PROBE ${expected}`)) throw new Error(`the wrapper exports ${output}`);
      return [versionOf(cwd, "typescript"), versionOf(cwd, "firebase-functions")].join(", ");
    },
  },
  {
    package: name,
    environment: "one copy of firebase-functions in the wrapper",
    quick: false,
    run: async bench => {
      const cwd = join(await bench.app(projectApp), wrapper);
      const args = ["ls", "firebase-functions", "--all", "--parseable"];
      const listed = await bench.run({ cwd, command: "npm", args });
      const copies = listed.split("\n").filter(line => line.endsWith("/firebase-functions"));
      if (copies.length !== 1) throw new Error(`copies: ${listed}`);
      return versionOf(cwd, "firebase-functions");
    },
  },
  {
    package: name,
    environment: "Node 20, command",
    quick: false,
    run: async bench => {
      const cwd = await bench.app(kitApp);
      const node = await bench.node(20);
      const file = join("node_modules", name, "cli.mjs");
      const help = await bench.run({ cwd, command: node.path, args: [file, "--help"], node });
      if (!help.includes(`npx ${name} add`)) throw new Error(`--help printed ${help}`);
      return node.title;
    },
  },
];
