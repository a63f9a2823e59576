import { readRing, withNewKey, type KeyRing } from "./key-ring.ts";
import { deployedName } from "./plan/kit-layout.ts";
import {
  isMissingProgram,
  lastLines,
  UsageError,
  type Ended,
  type ExitCode,
  type Surroundings,
} from "./surroundings.ts";

export interface KeysRequest {
  readonly verb: "add" | "rotate" | "check";
  readonly project: string;
  /** Empty: the functions are an ordinary codebase, whose secrets have no prefix. */
  readonly instance: string;
}

type Stored =
  | { readonly kind: "ring"; readonly ring: KeyRing }
  | { readonly kind: "none" }
  | { readonly kind: "unreadable" }
  /** It could not be told: there may be a ring. */
  | { readonly kind: "failed"; readonly why: string };

/**
 * The commands for the key ring in Secret Manager. A ring is never replaced by another: with the keys, every stored
 * token would be lost. No value of a key is printed.
 */
export async function keys(request: KeysRequest, surroundings: Surroundings): Promise<ExitCode> {
  const { verb, project, instance } = request;
  const { print, complain } = surroundings;
  const name = deployedName(instance, "TOKEN_ENCRYPTION_KEYS");
  const stored = await access(name, project, surroundings);
  if (stored.kind === "failed") {
    complain(`${name} could not be read, so nothing was changed:\n${stored.why}`);
    return 1;
  }
  if (stored.kind === "unreadable") {
    complain(
      `${name} is there, but is no key ring. Nothing was changed: it may be the only way to open tokens.`,
    );
    return 1;
  }
  if (verb === "check") return reportRing(name, stored, surroundings);
  if (verb === "add" && stored.kind === "ring") {
    print(`${name} is there already: nothing to do.`);
    return 0;
  }
  if (verb === "rotate" && stored.kind === "none") {
    complain(`${name} is not there yet: \`keys add\` creates it.`);
    return 1;
  }
  const ring = withNewKey(stored.kind === "ring" ? stored.ring : undefined, undefined, surroundings.newKey());
  if (ring === undefined) throw new Error("no name for a new key");
  const problem = await store(request, name, ring, stored.kind === "none", surroundings);
  if (problem !== undefined) {
    complain(problem);
    return 1;
  }
  const written = await access(name, project, surroundings);
  if (written.kind !== "ring" || written.ring.active !== ring.active) {
    complain(
      `${name} was written, but reading it again gave something else. Look at its versions before you deploy.`,
    );
    return 1;
  }
  print(
    `${name} has the active key "${ring.active}", of ${Object.keys(ring.keys).length}. Deploy the functions now.`,
  );
  return 0;
}

function reportRing(name: string, stored: Stored, { print, complain }: Surroundings): ExitCode {
  if (stored.kind !== "ring") {
    complain(`${name} is not there: \`keys add\` creates it.`);
    return 1;
  }
  const { active, keys: all } = stored.ring;
  print(
    `${name} is a key ring. Active: "${active}". All: ${Object.keys(all)
      .map(id => `"${id}"`)
      .join(", ")}.`,
  );
  return 0;
}

/**
 * The latest version, through the Firebase CLI. It prints the value, and with it perhaps warnings; a failure is
 * printed to the standard output, too.
 */
async function access(name: string, project: string, { run }: Surroundings): Promise<Stored> {
  const args = [
    "firebase-tools",
    "functions:secrets:access",
    name,
    "--project",
    project,
    "--non-interactive",
  ];
  const { exitCode, output } = await run("npx", ["--yes", ...args], {});
  if (exitCode === 0) {
    const rings = output.split("\n").map(line => readRing(line.trim()));
    const ring = rings.find(found => found !== undefined);
    return ring === undefined ? { kind: "unreadable" } : { kind: "ring", ring };
  }
  // What Secret Manager answers with status 404. Any other failure says nothing of whether there is a ring.
  const missing =
    /HTTP Error: 404, Secret(?: Version)? \[projects\/[^\]\s]+\/secrets\/([^\]\s/]+)(?:\/[^\]\s]*)?\] not found/;
  if (missing.exec(output)?.[1] === name) return { kind: "none" };
  return { kind: "failed", why: withoutKeys(output) };
}

/** Text for the person at the terminal if it failed. */
async function store(
  { project, instance }: KeysRequest,
  name: string,
  ring: KeyRing,
  isNew: boolean,
  { run }: Surroundings,
): Promise<string | undefined> {
  const input = JSON.stringify(ring);
  let ended: Ended;
  try {
    ended =
      instance === ""
        ? await run(
            "npx",
            [
              "--yes",
              "firebase-tools",
              "functions:secrets:set",
              name,
              "--project",
              project,
              "--data-file",
              "-",
              "--non-interactive",
            ],
            { input },
          )
        : await run("gcloud", gcloudArguments(name, project, isNew), { input });
  } catch (error) {
    if (!isMissingProgram(error)) throw error;
    return `${name} was not written, because there is no gcloud here. The Firebase CLI refuses to set secrets of kits (their names begin with "kit-"): install the Google Cloud CLI, or run this in Cloud Shell.`;
  }
  return ended.exitCode === 0 ? undefined : `${name} was not written:\n${withoutKeys(ended.output)}`;
}

/**
 * For kits: `functions:secrets:set` turns `kit-calendar-X` into `KIT_CALENDAR_X` and then refuses the prefix `KIT_`
 * (firebase-tools 15.34, functions/secrets.js and env.js). `create` fails if there is such a secret, so that a ring
 * that somebody else created meanwhile stays.
 */
function gcloudArguments(name: string, project: string, isNew: boolean): readonly string[] {
  const common = ["--project", project, "--data-file=-", "--quiet"];
  return isNew
    ? [
        "secrets",
        "create",
        name,
        "--replication-policy=automatic",
        "--labels=firebase-managed=functions",
        ...common,
      ]
    : ["secrets", "versions", "add", name, ...common];
}

/** The end of a program's output, without any line that may have a key. */
function withoutKeys(output: string): string {
  return lastLines(output, line => !/[\w-]{43}/.test(line));
}

/** @throws UsageError unless it is the id of a Google Cloud project */
export function checkProject(project: string | undefined): string {
  if (project === undefined) throw new UsageError("--project is missing: the id of the Google Cloud project");
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project))
    throw new UsageError(`not the id of a project: ${project}`);
  return project;
}
