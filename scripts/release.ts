/** `npm run release`: publishes the three packages. See help/release.txt. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packAll, publishedPackages, type Tarballs } from "../packaging/pack.ts";
import { runIn } from "../packaging/run-in.ts";
import { rootFolder } from "../stack/addresses.ts";
import { planRelease, type Release } from "./release/plan-release.ts";

const npm = async (args: readonly string[]): Promise<string> => await runIn(rootFolder, "npm", args);
const git = async (...args: string[]): Promise<string> => await runIn(rootFolder, "git", args);

function usage(problem?: string): number {
  if (problem !== undefined) console.error(`${problem}\n`);
  console.error(readFileSync(join(import.meta.dirname, "help", "release.txt"), "utf8"));
  return problem === undefined ? 0 : 2;
}

const read = (path: string): string => readFileSync(join(rootFolder, path), "utf8");

function plan(version: string | undefined): Release | { readonly problem: string } {
  const paths = Object.values(publishedPackages).map(({ workspace }) => `${workspace}/package.json`);
  const manifests = Object.fromEntries(paths.map(path => [path, read(path)]));
  const date = new Date().toISOString().slice(0, 10);
  return planRelease({ manifests, changelog: read("CHANGELOG.md") }, version, date);
}

/** What npm would publish, or publishes: each package's name, size and number of files. */
async function publish(tarballs: Tarballs, isDry: boolean): Promise<void> {
  for (const tarball of Object.values(tarballs)) {
    const printed = await npm([
      "publish",
      tarball,
      "--json",
      "--access",
      "public",
      ...(isDry ? ["--dry-run"] : []),
    ]);
    const answer = JSON.parse(printed.slice(printed.indexOf("{"))) as Record<string, unknown>;
    // npm prints the package itself, or an object with the package's name as its only key.
    const published = ("id" in answer ? answer : Object.values(answer)[0]) as {
      id: string;
      size: number;
      files: unknown[];
    };
    const size = `${(published.size / 1000).toFixed(0)} kB, ${published.files.length} files`;
    console.log(`${isDry ? "would publish" : "published"}  ${published.id}  (${size})`);
  }
}

/** A real release: from a clean main branch, after every check. */
async function release(planned: Release): Promise<number> {
  const [branch, changes] = [
    await git("rev-parse", "--abbrev-ref", "HEAD"),
    await git("status", "--porcelain"),
  ];
  if (branch.trim() !== "main" || changes !== "") return usage("a release needs a clean main branch");
  console.log("npm test …");
  await npm(["test"]);
  for (const [path, text] of Object.entries(planned.manifests)) writeFileSync(join(rootFolder, path), text);
  writeFileSync(join(rootFolder, "CHANGELOG.md"), planned.changelog);
  await npm(["install", "--package-lock-only", "--ignore-scripts"]);
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  try {
    const tarballs = await packAll(npm, folder);
    await git("commit", "--all", "--message", `release: ${planned.version}`);
    await git("tag", `v${planned.version}`);
    await publish(tarballs, false);
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(`\n${planned.notes}\n\nNow: git push origin main v${planned.version}`);
  return 0;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { "dry-run": { type: "boolean", default: false }, into: { type: "string" } },
  });
  const [version, ...others] = positionals;
  if (others.length > 0) return usage(`one word too many: ${others.join(" ")}`);
  const isDry = values["dry-run"];
  if (version === undefined && !isDry) return usage("Which version?");
  const planned = plan(version);
  if ("problem" in planned) {
    console.error(planned.problem);
    return 1;
  }
  if (!isDry) return await release(planned);
  const folder = values.into === undefined ? mkdtempSync(join(tmpdir(), "release-")) : resolve(values.into);
  try {
    await publish(await packAll(npm, folder), true);
  } finally {
    if (values.into === undefined) rmSync(folder, { recursive: true });
  }
  console.log(`\n${planned.version}:\n${planned.notes}`);
  return 0;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
