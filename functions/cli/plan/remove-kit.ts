import { withoutOurRules } from "../rules/merge-rules.ts";
import { configOf, filesOf, type Ours } from "./add-kit.ts";
import { Refusal, type Draft } from "./draft.ts";
import { instancesOf, withoutInstance } from "./firebase-json.ts";
import { withoutIndexes } from "./indexes-json.ts";
import { configFolder, kitFolder } from "./kit-layout.ts";
import { changedFiles, originalOf, writeLedger } from "./ledger.ts";

/** The folders that go as a whole, if the draft is written. */
interface Removal {
  readonly folders: readonly string[];
}

/**
 * Takes an instance out of the draft of a project. With the last one goes the kit, and the project's files become
 * again what they were before `add`; where others have changed the same lines since, only what is ours is taken out.
 *
 * @throws Refusal if there is no such instance
 */
export function removeKit(draft: Draft, instance: string, ours: Pick<Ours, "indexes">): Removal {
  const text = draft.read("firebase.json");
  if (text === undefined) throw new Refusal("There is no firebase.json here.");
  const config = configOf(text);
  const instances = instancesOf(config);
  if (!instances.includes(instance)) {
    const known = instances.length === 0 ? "none" : instances.join(", ");
    throw new Refusal(`firebase.json has no instance "${instance}" of the kit (there is: ${known}).`);
  }
  const others = instances.filter(other => other !== instance);
  const originals = new Map(changedFiles(draft).map(path => [path, originalOf(draft, path)] as const));
  const { rules, indexes } = filesOf(draft, config, instance);
  const takeOut = (path: string): void => {
    const current = draft.read(path);
    if (current === undefined) return;
    if (path === "firebase.json") draft.write(path, withoutInstance(current, config, instance));
    if (path === rules) draft.write(path, withoutOurRules(current, instance));
    const isShared = others.some(other => filesOf(draft, config, other).indexes === path);
    if (path === indexes && !isShared) draft.write(path, withoutIndexes(path, current, ours.indexes));
  };
  const ownFiles = ["firebase.json", rules, indexes].filter(path => path !== undefined);
  if (others.length > 0) {
    for (const path of ownFiles) takeOut(path);
    const known = [...originals].flatMap(([path, original]) =>
      original === "unknown" ? [] : [[path, original.text] as const],
    );
    writeLedger(draft, new Map(known));
    return { folders: [configFolder(instance)] };
  }
  // A file that stays, because others have changed it, is still named by firebase.json.
  const isChanged = [...originals.values()].includes("unknown");
  for (const [path, original] of originals) {
    if (original !== "unknown" && !(isChanged && path === "firebase.json")) draft.write(path, original.text);
    else takeOut(path);
  }
  for (const path of ownFiles) if (!originals.has(path)) takeOut(path);
  return { folders: [kitFolder] };
}
