/** The manifests and the change log, as they are in the repository. */
export interface Sources {
  /** The text of each published package's package.json, by path. */
  readonly manifests: Readonly<Record<string, string>>;
  readonly changelog: string;
}

/** What a release changes. */
export interface Release {
  readonly version: string;
  readonly manifests: Readonly<Record<string, string>>;
  readonly changelog: string;
  /** The section of the change log, without its heading. */
  readonly notes: string;
}

const unreleased = "## Unreleased";
const versionPattern = /^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?$/;

/**
 * The three packages have one version, because they are tested together. A release gives them the next version, and
 * the section _Unreleased_ of the change log its number and date. Without `version`, everything stays, and the present
 * version is checked.
 *
 * @param date YYYY-MM-DD
 * @returns the problem as a sentence, if there is no such release
 */
export function planRelease(
  { manifests, changelog }: Sources,
  version: string | undefined,
  date: string,
): Release | { readonly problem: string } {
  const versions = new Set(Object.values(manifests).map(versionOf));
  const [present] = versions;
  if (present === undefined || versions.size > 1)
    return { problem: `the packages have different versions: ${[...versions].join(", ")}` };
  if (version !== undefined && !isNewer(version, present))
    return { problem: `${version} is no version after ${present}` };
  const notes = sectionOf(changelog, unreleased);
  if (notes === undefined || notes === "")
    return { problem: `CHANGELOG.md has nothing under "${unreleased}"` };
  if (version === undefined) return { version: present, manifests, changelog, notes };
  return {
    version,
    manifests: Object.fromEntries(
      Object.entries(manifests).map(([path, text]) => [
        path,
        text.replace(`"version": "${present}"`, `"version": "${version}"`),
      ]),
    ),
    changelog: changelog.replace(unreleased, `${unreleased}\n\n## ${version} (${date})`),
    notes,
  };
}

function versionOf(manifest: string): string {
  return (JSON.parse(manifest) as { version: string }).version;
}

function isNewer(version: string, present: string): boolean {
  const [next, last] = [versionPattern.exec(version), versionPattern.exec(present)];
  if (next === null || last === null) return false;
  for (const part of [1, 2, 3]) {
    const difference = Number(next[part]) - Number(last[part]);
    if (difference !== 0) return difference > 0;
  }
  // A release comes after its previews.
  return next[4] === undefined && last[4] !== undefined;
}

/** The text between a heading and the next one of its level. Undefined if there is no such heading. */
function sectionOf(changelog: string, heading: string): string | undefined {
  const lines = changelog.split("\n");
  const from = lines.findIndex(line => line.trim() === heading);
  if (from === -1) return undefined;
  const length = lines.slice(from + 1).findIndex(line => line.startsWith("## "));
  return lines
    .slice(from + 1, length === -1 ? undefined : from + 1 + length)
    .join("\n")
    .trim();
}
