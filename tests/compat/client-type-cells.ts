import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishedPackages } from "../../packaging/pack.ts";
import { rootFolder } from "../../stack/addresses.ts";
import type { App, Bench, Cell } from "./cell.ts";
import { viteApp } from "./client-node-cells.ts";
import { versionOf } from "./workshop.ts";

const name = publishedPackages.client.name;

/** Uses both entries; the wrong property makes the check fail if the package's types cannot be found. */
const body = `const agenda = openAgenda(
  { listen: webListen(getFirestore()), uid: "ada", schedule: requestAnimationFrame, marginMs: 0 },
  { next: ({ changes }) => console.log(changes.length), error: ({ message }) => console.error(message) },
);
agenda.show(new Date(0), new Date(1));
const event: EventDocument = eventDocument.parse({});
console.log(event.summary);
// @ts-expect-error An event has no colour.
console.log(event.colour);
void calendarFunctions(getFunctions(), { instance: "calendar" }).syncNow({ calendarKey: "k" });
// @ts-expect-error A sync needs a calendar.
void calendarFunctions(getFunctions()).syncNow({});
`;

const consumers = {
  "consumer.mts": `import { eventDocument, openAgenda, type EventDocument } from "${name}";
import { calendarFunctions, webListen } from "${name}/web-sdk";
import { getFirestore } from "firebase/firestore";
import { getFunctions } from "firebase/functions";
${body}`,
  "consumer.cts": `import client = require("${name}");
import webSdk = require("${name}/web-sdk");
import firestore = require("firebase/firestore");
import functions = require("firebase/functions");
type EventDocument = client.EventDocument;
const { eventDocument, openAgenda } = client;
const { calendarFunctions, webListen } = webSdk;
const { getFirestore } = firestore;
const { getFunctions } = functions;
${body}`,
};

function reactApp(major: 18 | 19): App {
  const specs = ["firebase@^12", "typescript@^5", `@types/react@^${major}`];
  return { name: `client-react-${major}`, packed: "client", specs };
}

/** Compiles files in a new folder below the app, with the given tsconfig, or with the one that `tsc --init` writes. */
async function compile(
  bench: Bench,
  app: string,
  folderName: string,
  files: Readonly<Record<string, string>>,
  tsconfig?: object,
): Promise<void> {
  const folder = join(app, folderName);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const tsc = async (...args: string[]): Promise<string> =>
    await bench.run({
      cwd: folder,
      command: join(app, "node_modules", ".bin", "tsc"),
      args,
    });
  if (tsconfig === undefined) await tsc("--init");
  else writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  await tsc("--noEmit", "-p", ".");
}

function nodeNext(typescript: 5 | 7, app: App, quick: boolean): Cell {
  return {
    package: name,
    environment: `TypeScript ${typescript}, NodeNext as tsc --init writes it`,
    quick,
    run: async bench => {
      const folder = await bench.app(app);
      await compile(bench, folder, "node-next", consumers);
      const found = versionOf(folder, "typescript");
      if (!found.startsWith(`typescript ${typescript}.`)) throw new Error(`the app has ${found}`);
      return [found, versionOf(folder, "firebase")].join(", ");
    },
  };
}

/** The settings of Vite's template `react-ts` (tsconfig.app.json), without its rules for unused names. */
const reactConfig = {
  compilerOptions: {
    target: "es2023",
    lib: ["ES2023", "DOM", "DOM.Iterable"],
    module: "esnext",
    moduleResolution: "bundler",
    moduleDetection: "force",
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    jsx: "react-jsx",
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  },
};

function reactTypes(major: 18 | 19): Cell {
  return {
    package: name,
    environment: `React ${major} types`,
    quick: false,
    run: async bench => {
      const folder = await bench.app(reactApp(major));
      const recipe = /<!-- recipe: react -->\s*```tsx\n(.*?)```/s.exec(
        readFileSync(join(rootFolder, "docs", "clients.md"), "utf8"),
      )?.[1];
      if (recipe === undefined) throw new Error("docs/clients.md has no React recipe");
      const hook = join(rootFolder, "examples", "client-next", "app", "use-agenda.ts");
      const files = { "recipe.tsx": recipe, "use-agenda.ts": readFileSync(hook, "utf8") };
      await compile(bench, folder, "recipe", files, reactConfig);
      return ["@types/react", "typescript", "firebase"].map(one => versionOf(folder, one)).join(", ");
    },
  };
}

export const clientTypeCells: readonly Cell[] = [
  nodeNext(7, viteApp, true),
  nodeNext(5, reactApp(19), false),
  reactTypes(18),
  reactTypes(19),
];
