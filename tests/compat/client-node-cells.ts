import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { publishedPackages } from "../../packaging/pack.ts";
import { nodeMajors, type App, type Cell, type NodeMajor } from "./cell.ts";
import { versionOf } from "./workshop.ts";

/** Vite's example as it is, with its own ranges. Other cells of the client use its packages, too. */
export const viteApp: App = { name: "client-vite", from: "examples/client-vite", packed: "client" };

const kinds = { import: "client.mjs", require: "client.cjs" } as const;
const printed = "PROBE users/ada/calendarAccounts function function true";

function cell(major: NodeMajor, kind: keyof typeof kinds): Cell {
  return {
    package: publishedPackages.client.name,
    environment: `Node ${major}, ${kind}`,
    quick: major === 20,
    run: async bench => {
      const app = await bench.app(viteApp);
      const node = await bench.node(major);
      copyFileSync(join(import.meta.dirname, "probes", kinds[kind]), join(app, kinds[kind]));
      const output = await bench.run({ cwd: app, command: node.path, args: [kinds[kind]], node });
      if (!output.includes(printed)) throw new Error(`the ${kind} printed ${output}`);
      return [node.title, versionOf(app, "firebase")].join(", ");
    },
  };
}

/** The package in plain Node: as an ES module, and with `require` from CommonJS. */
export const clientNodeCells: readonly Cell[] = nodeMajors.flatMap(major => [
  cell(major, "import"),
  cell(major, "require"),
]);
