import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { isAgreed } from "./agreement.ts";
import type { AddFlags } from "./command-line.ts";
import { readerOf, writeChanges } from "./disk.ts";
import { dependencyOf } from "./packages.ts";
import { addKit, type Ours, type Outcome } from "./plan/add-kit.ts";
import { createDraft, type Change, type Draft } from "./plan/draft.ts";
import { configFolder, kitSource } from "./plan/kit-layout.ts";
import { startProject } from "./plan/new-project.ts";
import { removeKit } from "./plan/remove-kit.ts";
import { shownChange } from "./plan/unified-diff.ts";
import type { ExitCode, Surroundings } from "./surroundings.ts";

/** `add`: see help.ts. */
export async function add(
  projectDir: string,
  flags: AddFlags,
  ours: Ours,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const folder = resolve(surroundings.cwd, projectDir);
  return await addTo(folder, createDraft(readerOf(folder)), flags, ours, surroundings);
}

/** `init`: see help.ts. */
export async function init(
  folderName: string,
  flags: AddFlags,
  ours: Ours,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const folder = resolve(surroundings.cwd, folderName);
  const draft = createDraft(readerOf(folder));
  startProject(draft, flags.database);
  return await addTo(folder, draft, flags, ours, surroundings);
}

async function addTo(
  folder: string,
  draft: Draft,
  flags: AddFlags,
  ours: Ours,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { print } = surroundings;
  const dependency =
    flags.package === undefined
      ? undefined
      : dependencyOf(flags.package, surroundings.cwd, folder, ours.dependency);
  const outcome = addKit(draft, { ...flags, dependency }, ours, surroundings.newKey());
  const changes = draft.changes();
  for (const note of outcome.notes) print(`Note: ${note}`);
  const isNew = changes.length > 0;
  if (isNew) {
    show(changes, [], surroundings);
    if (flags.dryRun) return 0;
    if (!(await isAgreed({ yes: flags.yes, question }, surroundings))) return 1;
    mkdirSync(folder, { recursive: true });
    writeChanges(folder, changes, []);
  } else print("Nothing to do.");
  if (flags.install && !flags.dryRun && (isNew || !existsSync(join(folder, kitSource, "node_modules")))) {
    const code = await install(folder, surroundings);
    if (code !== 0) return code;
  }
  if (isNew) print(nextSteps(flags.instance, outcome));
  return 0;
}

/** As `functions:kits:install`: npm without scripts of packages, and the build, which the Emulator Suite needs. */
async function install(folder: string, { run, print, complain }: Surroundings): Promise<ExitCode> {
  const cwd = join(folder, kitSource);
  for (const args of [
    ["install", "--ignore-scripts"],
    ["run", "build"],
  ]) {
    print(`npm ${args.join(" ")} in ${kitSource}`);
    const { exitCode } = await run("npm", args, { cwd, isShown: true });
    if (exitCode !== 0) {
      complain(`npm ${args.join(" ")} failed in ${kitSource}. The files are written; run it again there.`);
      return 1;
    }
  }
  return 0;
}

function show(changes: readonly Change[], folders: readonly string[], { print }: Surroundings): void {
  for (const diff of changes.map(shownChange)) if (diff !== "") print(diff);
  for (const { path, before, after } of changes)
    print(`${before === undefined ? "new" : after === undefined ? "deleted" : "changed"}  ${path}`);
  for (const folder of folders) print(`deleted  ${folder}/ with all that is in it`);
}

const question = "Make these changes?";

/** What has to be done by hand, in the cloud: each of it after the one before. */
function nextSteps(instance: string, { missing, settings }: Outcome): string {
  const callback = `https://${settings.region}-PROJECT.cloudfunctions.net/kit-${instance}-oauthCallback`;
  const params = missing.length === 0 ? "" : `; set ${missing.join(", ")} in ${configFolder(instance)}/.env`;
  const own = (command: string): string =>
    `npx firestore-calendar-sync ${command} --project PROJECT${instance === "calendar" ? "" : ` --instance ${instance}`}`;
  return [
    "",
    "Next, for a project in the cloud (Blaze plan):",
    `1. https://console.cloud.google.com/auth: consent screen, and a client (web application) with the redirect URI ${callback}${params}`,
    `2. ${own("keys add")}`,
    `3. npx firebase-tools deploy --project PROJECT --only functions:${instance},firestore`,
    "     in a terminal: it asks for the client's secret, and whether it may make a service account. If the first",
    "     Eventarc trigger fails, deploy again after a few minutes. Then:",
    `   ${own("grant")}`,
    `4. ${own("doctor")}`,
    "In your app: npm install @firestore-calendar-sync/client",
  ].join("\n");
}

/** `remove`: see help.ts. */
export async function remove(
  request: {
    readonly projectDir: string;
    readonly instance: string;
    readonly yes: boolean;
    readonly dryRun: boolean;
  },
  ours: Ours,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const folder = resolve(surroundings.cwd, request.projectDir);
  const draft = createDraft(readerOf(folder));
  const { folders } = removeKit(draft, request.instance, ours);
  show(draft.changes(), folders, surroundings);
  if (request.dryRun) return 0;
  if (!(await isAgreed({ yes: request.yes, question }, surroundings))) return 1;
  writeChanges(folder, draft.changes(), folders);
  surroundings.print(leftovers(request.instance));
  return 0;
}

function leftovers(instance: string): string {
  return [
    "",
    "Removed from this folder. What is deployed and stored stays, until you delete it:",
    `  npx firebase-tools functions:list --project PROJECT     the functions are called kit-${instance}-…`,
    `  npx firebase-tools functions:delete NAME … --project PROJECT`,
    "  npx firebase-tools firestore:delete calendarSyncCredentials --recursive --project PROJECT     and likewise",
    "    the other collections that begin with calendarSync, and each user's calendarAccounts, calendars, calendarEvents,",
    "    calendarSeries",
    `  gcloud secrets delete kit-${instance}-TOKEN_ENCRYPTION_KEYS --project PROJECT     when no token is needed any more`,
    "Deploy rules and indexes again: npx firebase-tools deploy --only firestore --project PROJECT",
  ].join("\n");
}
