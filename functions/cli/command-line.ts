import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import type { DoctorRequest } from "./doctor.ts";
import type { GrantRequest } from "./grant.ts";
import { checkProject, type KeysRequest } from "./keys.ts";
import { databasePattern, isUsersRoot } from "./plan/add-kit.ts";
import { isCommandName, type CommandName } from "./help.ts";
import { UsageError } from "./surroundings.ts";

/** The flags of add and init. */
export interface AddFlags {
  readonly instance: string;
  readonly usersRoot: string | undefined;
  readonly database: string | undefined;
  readonly region: string | undefined;
  readonly clientId: string | undefined;
  readonly package: string | undefined;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly install: boolean;
  readonly rules: boolean;
}

export type Command =
  | { readonly name: "help"; readonly of: CommandName | undefined }
  | { readonly name: "version" }
  | { readonly name: "add"; readonly projectDir: string; readonly flags: AddFlags }
  | { readonly name: "init"; readonly folder: string; readonly flags: AddFlags }
  | {
      readonly name: "remove";
      readonly projectDir: string;
      readonly instance: string;
      readonly yes: boolean;
      readonly dryRun: boolean;
    }
  | { readonly name: "keys"; readonly request: KeysRequest }
  | { readonly name: "grant"; readonly request: GrantRequest }
  | { readonly name: "doctor"; readonly request: DoctorRequest };

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const addOptions = {
  instance: text,
  "users-root": text,
  database: text,
  region: text,
  "client-id": text,
  package: text,
  yes: { ...flag, short: "y" },
  "dry-run": flag,
  "no-install": flag,
  "no-rules": flag,
} as const satisfies ParseArgsOptionsConfig;
const help = { help: { ...flag, short: "h" } } as const;

/** @throws UsageError for words and flags that do not exist */
export function readCommandLine(args: readonly string[]): Command {
  const [word, ...rest] = args;
  if (word === undefined || word === "--help" || word === "-h") return { name: "help", of: undefined };
  if (word === "--version" || word === "-v") return { name: "version" };
  if (word === "help") return helpOf(rest);
  if (!isCommandName(word)) throw new UsageError(`There is no command "${word}".`);
  if (rest.includes("--help") || rest.includes("-h")) return { name: "help", of: word };
  try {
    return readCommand(word, rest);
  } catch (error) {
    // What parseArgs throws says which flag is meant.
    if (error instanceof TypeError && "code" in error) throw new UsageError(error.message);
    throw error;
  }
}

function helpOf([word, ...others]: readonly string[]): Command {
  if (word === undefined) return { name: "help", of: undefined };
  if (!isCommandName(word) || others.length > 0)
    throw new UsageError(`There is no command "${[word, ...others].join(" ")}".`);
  return { name: "help", of: word };
}

function readCommand(name: CommandName, args: readonly string[]): Command {
  const allowPositionals = name === "init" || name === "keys";
  if (name === "keys") {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals,
      options: { ...help, project: text, instance: text },
    });
    const [verb, ...others] = positionals;
    if (others.length > 0) throw new UsageError(`One word too many: ${others.join(" ")}`);
    if (verb !== "add" && verb !== "rotate" && verb !== "check")
      throw new UsageError(
        verb === undefined ? "keys add, keys rotate, or keys check?" : `There is no "keys ${verb}".`,
      );
    const instance = checkInstanceOrNone(values.instance);
    return { name, request: { verb, project: checkProject(values.project), instance } };
  }
  if (name === "grant") {
    const { values } = parseArgs({
      args: [...args],
      options: { ...help, project: text, instance: text, region: text, yes: addOptions.yes },
    });
    return {
      name,
      request: {
        project: checkProject(values.project),
        instance: checkInstanceOrNone(values.instance),
        region: checkRegion(values.region),
        yes: values.yes,
      },
    };
  }
  if (name === "doctor") {
    const { values } = parseArgs({
      args: [...args],
      options: { ...help, project: text, instance: text, region: text, json: flag },
    });
    const { instance } = values;
    return {
      name,
      request: {
        projectId: checkProject(values.project),
        region: checkRegion(values.region),
        instance: instance === undefined ? undefined : checkInstanceOrNone(instance) || "default",
        json: values.json,
      },
    };
  }
  if (name === "remove") {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...help,
        instance: text,
        yes: addOptions.yes,
        "dry-run": flag,
        "project-dir": text,
      },
    });
    return {
      name,
      projectDir: values["project-dir"] ?? ".",
      instance: checkInstance(values.instance),
      yes: values.yes,
      dryRun: values["dry-run"],
    };
  }
  const options = { ...help, ...addOptions, ...(name === "add" && { "project-dir": text }) };
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals, options });
  if (positionals.length > 1) throw new UsageError(`One word too many: ${positionals.slice(1).join(" ")}`);
  const flags: AddFlags = {
    instance: checkInstance(values.instance),
    usersRoot: checked(
      "--users-root",
      values["users-root"],
      isUsersRoot,
      "the path of a collection, as users",
    ),
    database: checked("--database", values.database, id => databasePattern.test(id), "the id of a database"),
    region: checkRegion(values.region),
    clientId: checked(
      "--client-id",
      values["client-id"],
      id => /^\S+\.apps\.googleusercontent\.com$/.test(id),
      "an OAuth client id, which ends with .apps.googleusercontent.com",
    ),
    package: checked("--package", values.package, spec => spec.trim() !== "", "a package"),
    yes: values.yes,
    dryRun: values["dry-run"],
    install: !values["no-install"],
    rules: !values["no-rules"],
  };
  if (name === "init") return { name, folder: positionals[0] ?? ".", flags };
  const projectDir = (values as { "project-dir"?: string })["project-dir"] ?? ".";
  return { name, projectDir, flags };
}

function checked(
  flagName: string,
  value: string | undefined,
  isGood: (value: string) => boolean,
  what: string,
): string | undefined {
  if (value !== undefined && !isGood(value)) throw new UsageError(`${flagName} ${value}: must be ${what}`);
  return value;
}

function checkRegion(region: string | undefined): string | undefined {
  return checked("--region", region, id => /^[a-z]+-[a-z]+\d+$/.test(id), "a region, as us-central1");
}

/** Empty: functions that are no kit. */
function checkInstanceOrNone(instance: string | undefined): string {
  return instance === "" ? "" : checkInstance(instance);
}

/**
 * The longest name of a function has to fit behind `kit-<instance>-` in 63 characters; the Firebase CLI allows 40
 * characters of these letters (functions/projectConfig.js, validateKitInstanceId).
 */
function checkInstance(instance = "calendar"): string {
  if (!/^[a-z0-9_](?:[a-z0-9_-]{0,38}[a-z0-9_])?$/.test(instance))
    throw new UsageError(
      `--instance ${instance}: must be at most 40 lowercase letters, digits, "_" and "-", without "-" at the ends`,
    );
  return instance;
}
