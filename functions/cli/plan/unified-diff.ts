import { createTwoFilesPatch } from "diff";
import type { Change } from "./draft.ts";
import { ledgerPath } from "./ledger.ts";

/** The difference of two texts of a file, as `diff -u` prints it. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  const [from, to] = [
    before === undefined ? "/dev/null" : `a/${path}`,
    after === undefined ? "/dev/null" : `b/${path}`,
  ];
  const patch = createTwoFilesPatch(from, to, before ?? "", after ?? "", undefined, undefined, {
    context: 3,
  });
  return patch.replace(/^=+\n/, "").replaceAll("\t\n", "\n");
}

/** A change to read. Values of secrets are not shown, nor is the ledger, which repeats the other changes. */
export function shownChange({ path, before, after }: Change): string {
  if (path === ledgerPath) return "";
  if (!path.endsWith(".secret.local")) return unifiedDiff(path, before, after);
  const hide = (text: string | undefined): string | undefined => text?.replaceAll(/^(\w+=).*$/gm, "$1…");
  return unifiedDiff(path, hide(before), hide(after));
}
