import { applyPatch, createPatch, parsePatch, reversePatch } from "diff";
import type { Draft } from "./draft.ts";
import { isObject, parseJson, textOf } from "./json-text.ts";
import { kitFolder } from "./kit-layout.ts";

/**
 * What `add` changed in files of the project, as patches from what was there before, so that `remove` can give back
 * every byte. An entry without a patch in it would be a file that was not changed.
 */
export const ledgerPath = `${kitFolder}/.added.json`;

/** Marks the patch of a file that was not there. */
const newHeader = "new";

function readLedger(draft: Draft): Readonly<Record<string, string>> {
  const text = draft.read(ledgerPath);
  const value = text === undefined ? undefined : parseJson(ledgerPath, text);
  const patches = isObject(value) && isObject(value["patches"]) ? value["patches"] : {};
  return Object.fromEntries(
    Object.entries(patches).flatMap(([path, patch]) => {
      const known = textOf(patch);
      return known === undefined ? [] : [[path, known] as const];
    }),
  );
}

/** The files that were changed. */
export function changedFiles(draft: Draft): readonly string[] {
  return Object.keys(readLedger(draft));
}

/**
 * The file as it would be had `add` never run, changes of others kept; undefined if it had not been there. `unknown`
 * if others have changed the same lines.
 */
export function originalOf(draft: Draft, path: string): { readonly text: string | undefined } | "unknown" {
  const current = draft.read(path);
  const patch = readLedger(draft)[path];
  if (patch === undefined || current === undefined) return { text: current };
  const [parsed] = parsePatch(patch);
  if (parsed === undefined) return "unknown";
  const original = applyPatch(current, reversePatch(parsed), { autoConvertLineEndings: false });
  if (original === false) return "unknown";
  return { text: original === "" && parsed.oldHeader === newHeader ? undefined : original };
}

/** Notes what is different now from `originals`, which were taken before the changes. */
export function writeLedger(draft: Draft, originals: ReadonlyMap<string, string | undefined>): void {
  const known = new Map(Object.entries(readLedger(draft)));
  for (const [path, original] of originals) {
    const current = draft.read(path);
    if (current === original || current === undefined) known.delete(path);
    else {
      const header = original === undefined ? newHeader : "";
      known.set(path, createPatch(path, original ?? "", current, header, ""));
    }
  }
  const patches = Object.fromEntries([...known].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const about =
    "Written by the command firestore-calendar-sync: what it changed in this project. Its command `remove` needs this file.";
  draft.write(ledgerPath, `${JSON.stringify({ about, patches }, null, 2)}\n`);
}
