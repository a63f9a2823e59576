import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { recipeOf } from "../../scripts/snippets.fixture.ts";
import { rootFolder } from "../../stack/addresses.ts";
import { stack } from "../running-stack.ts";

/** The folder of the generated files. It is in the repository's folder, so that imports of packages are resolved. */
const folder = join(rootFolder, ".stack", "recipes");

/** The code of a recipe in docs/clients.md, unchanged. */
export function recipe(name: string): string {
  return recipeOf("docs/clients.md", name);
}

/** A recipe as the body of a function. Its imports stay at the top; its free variables become parameters. */
function asFunction(name: string, signature: string, result: string): string {
  const code = recipe(name);
  const importStatement = /^import [^;]+;\n/gm;
  const imports = code.match(importStatement)?.join("") ?? "";
  return `${imports}${code.includes("type LiveChange") ? "" : 'import type { AgendaState, CalendarDocument, EventDocument, LiveChange } from "@firestore-calendar-sync/client";\n'}
import type { Firestore } from "firebase/firestore";
import type { FirebaseApp } from "firebase/app";
export type Names = [AgendaState, CalendarDocument, EventDocument, LiveChange<EventDocument>, Firestore, FirebaseApp];
${signature} {
${code.replaceAll(importStatement, "")}
return ${result};
}
`;
}

const firestore = new URL(`http://${stack.firestoreHost}`);

const surroundings = `
import { initializeApp } from "firebase/app";
import { connectAuthEmulator, GoogleAuthProvider, inMemoryPersistence, initializeAuth, signInWithCredential } from "firebase/auth";
import { connectFirestoreEmulator, type Firestore } from "firebase/firestore";
import type { LiveChange } from "@firestore-calendar-sync/client";
import { createRoot } from "react-dom/client";
import { openDb } from "./cache.ts";
import { useAgenda } from "./react.tsx";
import { runWeb } from "./web.ts";

const day = 86_400_000;
const from = new Date(Math.floor(Date.now() / day) * day);
const to = new Date(from.getTime() + day);

function ReactAgenda({ db, uid }: { db: Firestore; uid: string }) {
  const { events, state } = useAgenda(db, uid, from, to);
  return <ul data-state={state}>{[...events].map(([id, event]) => <li key={id}>{event.summary}</li>)}</ul>;
}

function show(list: string, change: LiveChange<{ summary?: string | undefined }>) {
  const id = list + change.id;
  document.getElementById(id)?.remove();
  if (change.kind === "removed") return;
  const item = Object.assign(document.createElement("li"), { id, textContent: change.document.summary });
  document.getElementById(list)?.append(item);
}

const app = initializeApp({ projectId: "${stack.projectId}", apiKey: "local" });
const auth = initializeAuth(app, { persistence: inMemoryPersistence });
connectAuthEmulator(auth, "http://${stack.authHost}", { disableWarnings: true });
const db = openDb(app);
connectFirestoreEmulator(db, "${firestore.hostname}", ${firestore.port});
const { user } = await signInWithCredential(
  auth,
  GoogleAuthProvider.credential(JSON.stringify({ sub: "demo-recipes", email: "recipes@example.com", email_verified: true })),
);
const leave = runWeb({
  db,
  uid: user.uid,
  firstDayInView: from,
  dayAfterTheLast: to,
  applyCalendar: change => show("calendars", change),
  applyEvent: change => show("web", change),
  showFreshness: state => { document.getElementById("web")!.dataset["state"] = state; },
  showProblem: code => { throw new Error(code); },
});
const root = createRoot(document.getElementById("react")!);
root.render(<ReactAgenda db={db} uid={user.uid} />);
Object.assign(window, { leave, unmount: () => root.unmount() });
`;

/** @throws Error with the compiler's messages. */
function checkTypes(project: string): void {
  try {
    execFileSync("tsc", ["-p", join(folder, project)], { encoding: "utf8" });
  } catch (error) {
    const messages = (error as { stdout?: string }).stdout ?? String(error);
    throw new Error(`the recipes do not compile (${project}):\n${messages}`, { cause: error });
  }
}

/**
 * Checks the types of the web, functions and React recipes, and bundles the web and React recipes into a script that
 * runs both against the stack. The React recipe is also checked with the types of React 18, whose `useRef` returns a
 * read-only ref for `null`.
 *
 * @throws Error with the compiler's messages.
 */
export async function buildRecipes(): Promise<string> {
  const files = {
    "web.ts": asFunction(
      "web",
      `export function runWeb({ db, uid, firstDayInView, dayAfterTheLast, applyCalendar, applyEvent, showFreshness, showProblem }: {
  db: Firestore; uid: string; firstDayInView: Date; dayAfterTheLast: Date;
  applyCalendar: (change: LiveChange<CalendarDocument>) => void; applyEvent: (change: LiveChange<EventDocument>) => void;
  showFreshness: (state: AgendaState) => void; showProblem: (code: string) => void;
})`,
      "leave",
    ),
    "cache.ts": asFunction("cache", "export function openDb(app: FirebaseApp): Firestore", "db"),
    "functions.ts": asFunction(
      "functions",
      "export function openFunctions(app: FirebaseApp, region: string, instance?: string)",
      "connect",
    ),
    "react.tsx": recipe("react"),
    "entry.tsx": surroundings,
    "tsconfig.json": JSON.stringify({
      extends: "../../tsconfig.base.json",
      compilerOptions: { lib: ["ES2024", "DOM", "DOM.Iterable"], types: [], jsx: "react-jsx" },
      include: ["*.ts", "*.tsx"],
    }),
    "react-18.json": JSON.stringify({
      extends: "./tsconfig.json",
      compilerOptions: { paths: { react: ["../../node_modules/react-types-18/index.d.ts"] } },
      include: [],
      files: ["react.tsx"],
    }),
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  for (const project of ["tsconfig.json", "react-18.json"]) checkTypes(project);
  const { outputFiles } = await build({
    entryPoints: [join(folder, "entry.tsx")],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
