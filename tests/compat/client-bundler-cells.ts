import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publishedPackages } from "../../packaging/pack.ts";
import type { App, Cell } from "./cell.ts";
import { viteApp } from "./client-node-cells.ts";
import { versionOf } from "./workshop.ts";

type Build = {
  readonly environment: string;
  readonly app: App;
  /** The folder with the built scripts, relative to the app. */
  readonly output: string;
  /** Packages whose versions are reported. */
  readonly tools: readonly string[];
  readonly quick?: boolean;
  readonly withinMs?: number;
};

/** The name of the collection, which a script of every app that reads events contains. */
const inScripts = "calendarEvents";

/** `npm run build` succeeds, and its scripts contain the package. */
function build({ environment, app, output, tools, quick = false, withinMs }: Build): Cell {
  return {
    package: publishedPackages.client.name,
    environment,
    quick,
    ...(withinMs !== undefined && { withinMs }),
    run: async bench => {
      const folder = await bench.app(app);
      await bench.run({ cwd: folder, command: "npm", args: ["run", "build"] });
      const built = join(folder, output);
      const scripts = readdirSync(built, { recursive: true, encoding: "utf8" }).filter(file =>
        file.endsWith(".js"),
      );
      if (!scripts.some(file => readFileSync(join(built, file), "utf8").includes(inScripts)))
        throw new Error(`no script in ${output} contains the package`);
      return tools.map(tool => versionOf(folder, tool)).join(", ");
    },
  };
}

const vite = { output: "dist", tools: ["vite", "typescript", "firebase"] };

export const clientBundlerCells: readonly Cell[] = [
  build({ ...vite, environment: "Vite, firebase 12", app: viteApp, quick: true }),
  build({
    ...vite,
    environment: "Vite, firebase 11",
    app: { ...viteApp, name: "client-vite-firebase-11", specs: ["firebase@^11"] },
  }),
  build({
    environment: "webpack 5, ts-loader",
    app: { name: "client-webpack", from: "tests/compat/webpack-app", packed: "client" },
    output: "dist",
    tools: ["webpack", "ts-loader", "typescript", "firebase"],
  }),
  build({
    environment: "Next.js",
    app: { name: "client-next", from: "examples/client-next", packed: "client" },
    output: ".next/static",
    tools: ["next", "react", "typescript", "firebase"],
    withinMs: 480_000,
  }),
];
