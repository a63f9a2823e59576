import { checkRules, type RulesVerdict } from "../rules/check-rules.ts";
import { mergeRules } from "../rules/merge-rules.ts";
import { Refusal, type Draft } from "./draft.ts";
import { readEnv, withMissing, type Params } from "./env-text.ts";
import { firestoreFiles, instancesOf, withFirestore, withInstance } from "./firebase-json.ts";
import { mergeIndexes } from "./indexes-json.ts";
import { isObject, parseJson, setJson, textOf, type Json } from "./json-text.ts";
import { configFolder, kitFiles, kitSource, type Dependency } from "./kit-layout.ts";
import { originalOf, writeLedger } from "./ledger.ts";
import { localParams, localSecrets } from "./local-settings.ts";
import { unifiedDiff } from "./unified-diff.ts";

/** What `add` was asked for; undefined where nothing was said. */
export interface AddRequest {
  readonly instance: string;
  readonly usersRoot: string | undefined;
  readonly database: string | undefined;
  readonly region: string | undefined;
  readonly clientId: string | undefined;
  /** The package of the functions; undefined: of the command's own version. */
  readonly dependency: Dependency | undefined;
  readonly rules: boolean;
}

/** What this version of the product brings along. */
export interface Ours {
  readonly rules: string;
  readonly indexes: string;
  readonly params: Params;
  /** The package of the functions of this version. */
  readonly dependency: Dependency;
  /** What else the kit's source depends on: the packages that its own code imports. */
  readonly sdks: readonly Dependency[];
}

/** What a plan comes to besides its changes. */
export interface Outcome {
  readonly notes: readonly string[];
  /** Names of params that nobody has given a value. */
  readonly missing: readonly string[];
  readonly settings: Settings;
}

interface Settings {
  readonly usersRoot: string;
  readonly database: string;
  readonly region: string;
}

/** As functions/src/config.ts has it, but only of letters that a match path of the rules may have. */
export function isUsersRoot(path: string): boolean {
  const segments = path.split("/");
  return (
    segments.length % 2 === 1 &&
    segments.every(
      segment =>
        /^[\w.-]+$/.test(segment) && !/^(?:\.{1,2}|__.*__|calendar(?:Sync|Events|Accounts).*)$/.test(segment),
    )
  );
}

export const databasePattern = /^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/;

/**
 * Adds the kit to the draft of a project.
 *
 * @param newKey 32 random bytes in base64url, for the key ring of the Emulator Suite
 * @throws Refusal; then the draft must not be written
 */
export function addKit(draft: Draft, request: AddRequest, ours: Ours, newKey: string): Outcome {
  const text = draft.read("firebase.json");
  if (text === undefined) throw new Refusal("There is no firebase.json here; `init` makes a new project.");
  const config = configOf(text);
  const { instance } = request;
  const env = draft.read(`${configFolder(instance)}/.env`);
  const settings = settingsOf(request, readEnv(env ?? ""), ours.params);
  refuseSharedDatabase(draft, config, instance, settings.database);

  const notes: string[] = [];
  const { name } = request.dependency ?? ours.dependency;
  const withKit = withInstance(text, config, instance, name);
  const { text: withBoth, files } = withFirestore(withKit, config, settings.database);
  const touched = ["firebase.json", files.rules, files.indexes, ".gitignore"];
  const originals = new Map<string, string | undefined>();
  for (const path of touched) {
    const original = originalOf(draft, path);
    if (original !== "unknown") originals.set(path, original.text);
  }
  draft.write("firebase.json", withBoth);
  if (request.rules) notes.push(...addRules(draft, files.rules, ours, { instance, ...settings }));
  else notes.push(`${files.rules} was neither changed nor checked (--no-rules).`);
  if (files.rulesAreNew && request.rules)
    notes.push(
      `firebase.json named no rules for the database "${settings.database}". A deploy now replaces those in the console by ${files.rules}: copy them into it first.`,
    );
  const hostsIndexes = originals.has(files.indexes)
    ? originals.get(files.indexes)
    : draft.read(files.indexes);
  draft.write(files.indexes, mergeIndexes(files.indexes, hostsIndexes, ours.indexes));
  addSource(draft, request, ours);
  const missing = addSettings(draft, request, ours, settings, newKey, config);
  ignoreSecrets(draft);
  writeLedger(draft, originals);
  return { notes, missing, settings };
}

export function configOf(text: string): Json {
  const config = text.trim() === "" ? {} : parseJson("firebase.json", text);
  if (!isObject(config)) throw new Refusal("firebase.json: is not an object");
  return config;
}

/** What was asked for, or what the instance has in its .env, or the default. The two must not differ. */
function settingsOf(request: AddRequest, env: ReadonlyMap<string, string>, params: Params): Settings {
  const pick = (flag: string, asked: string | undefined, name: string): string => {
    const present = env.get(name);
    if (asked !== undefined && present !== undefined && asked !== present)
      throw new Refusal(
        `${configFolder(request.instance)}/.env says ${name}=${present}, but ${flag} says ${asked}. Change the file, or leave the flag out.`,
      );
    return asked ?? present ?? String(params[name]?.default ?? "");
  };
  pick("--client-id", request.clientId, "GOOGLE_CLIENT_ID");
  return {
    usersRoot: pick("--users-root", request.usersRoot, "USERS_ROOT"),
    database: pick("--database", request.database, "FIRESTORE_DATABASE"),
    region: pick("--region", request.region, "FUNCTION_DEFAULT_REGION"),
  };
}

/** The server's collections have fixed names, so that two instances in one database would take each other's work. */
function refuseSharedDatabase(draft: Draft, config: Json, instance: string, database: string): void {
  for (const other of instancesOf(config)) {
    if (other !== instance && databaseOf(draft, other) === database)
      throw new Refusal(
        `The instance "${other}" keeps its calendars in the database "${database}"; a second one needs another (--database).`,
      );
  }
}

function databaseOf(draft: Draft, instance: string): string {
  return readEnv(draft.read(`${configFolder(instance)}/.env`) ?? "").get("FIRESTORE_DATABASE") ?? "(default)";
}

/** Returns what is allowed, and may still not be meant. */
function addRules(
  draft: Draft,
  path: string,
  ours: Ours,
  where: { readonly instance: string; readonly database: string; readonly usersRoot: string },
): string[] {
  const host = draft.read(path);
  const verdict = host === undefined ? undefined : checkRules(host, where.database, where.usersRoot);
  if (host !== undefined && verdict !== undefined) refuseOpenRules(path, host, verdict);
  draft.write(path, mergeRules(host, ours.rules, where));
  const shownToOthers = verdict?.kind === "safe" ? verdict.shownToOthers : [];
  return shownToOthers.map(
    ({ line, statement, opens }) =>
      `${path}:${line}: ${statement} lets users read each other's ${opens.join(", ")}. If your app does not want that, narrow it.`,
  );
}

/** @throws Refusal with every statement, what it opens, and the rules as they would be safe */
function refuseOpenRules(path: string, text: string, verdict: RulesVerdict): void {
  if (verdict.kind === "safe") return;
  if (verdict.kind === "unreadable")
    throw new Refusal(
      `${path}:${verdict.line}:${verdict.column}: ${verdict.problem}. Rules that cannot be read cannot be checked, so nothing was changed.`,
    );
  const problems = verdict.problems.flatMap(({ line, statement, opens, why }) => [
    `${path}:${line}: ${statement}`,
    `  may open ${opens.join(", ")}`,
    `  ${why}`,
  ]);
  const remedy =
    verdict.rewritten === undefined
      ? ["No safe rewrite was found: only the functions may write these documents."]
      : [
          verdict.rewritten.isExact
            ? "These rules are safe, and allow the same everywhere but in and below our collections:"
            : "These rules are safe. A statement that could not be narrowed lost methods: check what your app needs.",
          "",
          unifiedDiff(path, text, verdict.rewritten.text),
        ];
  throw new Refusal(
    ["The rules of this project open documents of ours. Nothing was changed.", ...problems, ...remedy].join(
      "\n",
    ),
  );
}

function addSource(draft: Draft, request: AddRequest, ours: Ours): void {
  const dependency = request.dependency ?? ours.dependency;
  const files = kitFiles([dependency, ...ours.sdks], dependency.name);
  for (const [name, text] of Object.entries(files)) {
    const path = `${kitSource}/${name}`;
    const present = draft.read(path);
    if (present === undefined) draft.write(path, text);
    else if (name === "package.json") draft.write(path, withDependencies(path, present, request, ours));
  }
}

/** An existing package.json gets what it lacks, and this version where it had an older one of the same form. */
function withDependencies(path: string, text: string, request: AddRequest, ours: Ours): string {
  const manifest = parseJson(path, text);
  const present = isObject(manifest) && isObject(manifest["dependencies"]) ? manifest["dependencies"] : {};
  let result = text;
  const wanted = request.dependency ?? ours.dependency;
  const had = textOf(present[wanted.name]);
  if (had === undefined || (had !== wanted.spec && (request.dependency !== undefined || had.startsWith("^"))))
    result = setJson(result, ["dependencies", wanted.name], wanted.spec);
  for (const { name, spec } of ours.sdks)
    if (!(name in present)) result = setJson(result, ["dependencies", name], spec);
  return result;
}

function addSettings(
  draft: Draft,
  request: AddRequest,
  ours: Ours,
  settings: Settings,
  newKey: string,
  config: Json,
): readonly string[] {
  const folder = configFolder(request.instance);
  const values: Readonly<Record<string, string | undefined>> = {
    USERS_ROOT: settings.usersRoot,
    FIRESTORE_DATABASE: settings.database,
    FUNCTION_DEFAULT_REGION: settings.region,
    GOOGLE_CLIENT_ID: request.clientId,
  };
  const variables = Object.entries(ours.params).flatMap(([name, param]) => {
    const value = values[name] ?? param.default;
    return value === undefined ? [] : [{ name, value: String(value), comment: param.description }];
  });
  const env = withMissing(draft.read(`${folder}/.env`), variables);
  draft.write(`${folder}/.env`, env);
  const local = localParams(config, draft.read(".firebaserc"), request.instance, settings.region);
  draft.write(`${folder}/.env.local`, withMissing(draft.read(`${folder}/.env.local`), local));
  const secrets = localSecrets(newKey);
  // The Emulator Suite looks for this file beside the code (firebase-tools, emulator/functionsEmulatorShared.js).
  const secretFile = `${kitSource}/.secret.local`;
  draft.write(secretFile, withMissing(draft.read(secretFile), secrets));
  const given = readEnv(env ?? "");
  return Object.keys(ours.params).filter(name => !given.has(name));
}

function ignoreSecrets(draft: Draft): void {
  const text = draft.read(".gitignore") ?? "";
  const lines = text.split(/\r?\n/).map(line => line.trim());
  if (lines.some(line => [".secret.local", "*.local", "**/.secret.local"].includes(line))) return;
  const start = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  draft.write(".gitignore", `${start}.secret.local\n`);
}

/** The files of the instance's database that firebase.json names. */
export function filesOf(draft: Draft, config: Json, instance: string): ReturnType<typeof firestoreFiles> {
  return firestoreFiles(config, databaseOf(draft, instance));
}
