import { Refusal } from "./draft.ts";
import { isObject, objectsOf, setJson, textOf, wrapInArray, type Json } from "./json-text.ts";
import { configFolder, kitEntry, kitId, kitSource } from "./kit-layout.ts";

/** The instances of our kit that firebase.json names. */
export function instancesOf(config: Json): readonly string[] {
  const kit = objectsOf(config["functions"]).find(entry => entry["kit"] === kitId);
  return Object.keys(isObject(kit?.["instances"]) ? kit["instances"] : {});
}

/**
 * firebase.json with the instance of our kit.
 *
 * @throws Refusal if the id of the kit or of the instance belongs to something else
 */
export function withInstance(text: string, config: Json, instance: string, packageName: string): string {
  const { functions } = config;
  const entries = objectsOf(functions);
  for (const [index, entry] of entries.entries()) {
    const isOurs = entry["kit"] === kitId;
    const instances = isObject(entry["instances"]) ? entry["instances"] : {};
    if (isOurs && entry["source"] !== kitSource)
      throw new Refusal(
        `firebase.json: the kit "${kitId}" has its source in "${textOf(entry["source"]) ?? ""}", not in "${kitSource}"`,
      );
    const codebase = textOf(entry["codebase"]) ?? ("kit" in entry ? undefined : "default");
    if (codebase === instance)
      throw new Refusal(`firebase.json: "${instance}" is the name of a codebase; say --instance OTHER`);
    if (!isOurs && instance in instances)
      throw new Refusal(
        `firebase.json: "${instance}" is an instance of the kit "${textOf(entry["kit"]) ?? ""}"; say --instance OTHER`,
      );
    if (!isOurs) continue;
    if (instances[instance] === configFolder(instance)) return text;
    if (instance in instances)
      throw new Refusal(
        `firebase.json: the instance "${instance}" is configured in another folder than ${configFolder(instance)}`,
      );
    const place = Array.isArray(functions) ? ["functions", index] : ["functions"];
    return setJson(text, [...place, "instances", instance], configFolder(instance));
  }
  const entry = kitEntry(instance, packageName);
  if (functions === undefined) return setJson(text, ["functions"], [entry]);
  if (Array.isArray(functions)) return setJson(text, ["functions", functions.length], entry);
  return wrapInArray(text, ["functions"], entry);
}

/** firebase.json without the instance, and without the kit if it was the last one. */
export function withoutInstance(text: string, config: Json, instance: string): string {
  const { functions } = config;
  const instances = instancesOf(config);
  if (!instances.includes(instance)) return text;
  const index = objectsOf(functions).findIndex(entry => entry["kit"] === kitId);
  const place = Array.isArray(functions) && functions.length > 1 ? ["functions", index] : ["functions"];
  if (instances.length === 1) return setJson(text, place, undefined);
  const entry = Array.isArray(functions) ? ["functions", index] : ["functions"];
  return setJson(text, [...entry, "instances", instance], undefined);
}

/** Where the rules and the indexes of a database are. */
export interface FirestoreFiles {
  readonly rules: string;
  readonly indexes: string;
  /** Whether firebase.json said nothing of the rules: a deploy then replaces what is in the console only. */
  readonly rulesAreNew: boolean;
}

const defaultDatabase = "(default)";

/** The files that firebase.json names for a database; a missing one is undefined. */
export function firestoreFiles(
  config: Json,
  database: string,
): { readonly rules: string | undefined; readonly indexes: string | undefined } {
  const entry = objectsOf(config["firestore"]).find(
    candidate => (textOf(candidate["database"]) ?? defaultDatabase) === database && !("target" in candidate),
  );
  return { rules: textOf(entry?.["rules"]), indexes: textOf(entry?.["indexes"]) };
}

/** firebase.json with rules and indexes for the database. */
export function withFirestore(
  text: string,
  config: Json,
  database: string,
): { readonly text: string; readonly files: FirestoreFiles } {
  const { firestore } = config;
  const entries = objectsOf(firestore);
  if (entries.some(entry => "target" in entry))
    throw new Refusal(
      "firebase.json: an entry of `firestore` has a `target`; which database that is, is not known here",
    );
  const suffix = database === defaultDatabase ? "" : `.${database}`;
  const named = firestoreFiles(config, database);
  const files: FirestoreFiles = {
    rules: named.rules ?? `firestore${suffix}.rules`,
    indexes: named.indexes ?? `firestore${suffix}.indexes.json`,
    rulesAreNew: named.rules === undefined,
  };
  const { rules, indexes } = files;
  const index = entries.findIndex(entry => (textOf(entry["database"]) ?? defaultDatabase) === database);
  if (index >= 0) {
    const place = Array.isArray(firestore) ? ["firestore", index] : ["firestore"];
    let result = text;
    if (named.rules === undefined) result = setJson(result, [...place, "rules"], rules);
    if (named.indexes === undefined) result = setJson(result, [...place, "indexes"], indexes);
    return { text: result, files };
  }
  const isNamed = database !== defaultDatabase || entries.length > 0;
  const entry = { ...(isNamed && { database }), rules, indexes };
  if (firestore === undefined) return { text: setJson(text, ["firestore"], entry), files };
  if (Array.isArray(firestore)) return { text: setJson(text, ["firestore", firestore.length], entry), files };
  return { text: wrapInArray(text, ["firestore"], entry), files };
}
