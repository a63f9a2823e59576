import { Refusal, type Draft } from "./draft.ts";

/**
 * A Firebase project folder with an Emulator Suite, before the kit is added.
 *
 * @throws Refusal if there is one already
 */
export function startProject(draft: Draft, database = "(default)"): void {
  if (draft.read("firebase.json") !== undefined)
    throw new Refusal("There is a firebase.json already: use `add` to put the kit into this project.");
  const suffix = database === "(default)" ? "" : `.${database}`;
  const config = {
    functions: [],
    firestore: {
      ...(suffix !== "" && { database }),
      rules: `firestore${suffix}.rules`,
      indexes: `firestore${suffix}.indexes.json`,
    },
    emulators: {
      auth: { port: 9099 },
      functions: { port: 5001 },
      firestore: { port: 8080 },
      tasks: { port: 9499 },
      ui: { enabled: true },
    },
  };
  draft.write("firebase.json", `${JSON.stringify(config, null, 2)}\n`);
  const files: Readonly<Record<string, string>> = {
    ".firebaserc": `${JSON.stringify({ projects: {} }, null, 2)}\n`,
    ".gitignore": "node_modules/\n*.log\n.secret.local\n",
  };
  for (const [path, text] of Object.entries(files))
    if (draft.read(path) === undefined) draft.write(path, text);
}
