import { isDeepStrictEqual } from "node:util";
import { Refusal } from "./draft.ts";
import { isObject, objectsOf, parseJson, setJson, type Json } from "./json-text.ts";

const lists = ["indexes", "fieldOverrides"] as const;

/**
 * The host's index file with our entries behind its own; entries that it has already are not repeated.
 *
 * @throws Refusal if the host has another setting for a field of ours: both cannot hold
 */
export function mergeIndexes(path: string, host: string | undefined, ours: string): string {
  if (host === undefined || host.trim() === "") return ours;
  const wanted = objectAt("our firestore.indexes.json", ours);
  let text = host;
  for (const list of lists) {
    for (const entry of objectsOf(wanted[list])) {
      const present = objectsOf(objectAt(path, text)[list]);
      if (present.some(other => isSame(other, entry))) continue;
      const conflict =
        list === "fieldOverrides" ? present.find(other => isSameField(other, entry)) : undefined;
      if (conflict !== undefined) throw new Refusal(explain(path, conflict, entry));
      text =
        list in objectAt(path, text)
          ? setJson(text, [list, present.length], entry)
          : setJson(text, [list], [entry]);
    }
  }
  return text;
}

/** The index file without the entries that are equal to ours. */
export function withoutIndexes(path: string, host: string, ours: string): string {
  const wanted = objectAt("our firestore.indexes.json", ours);
  let text = host;
  for (const list of lists) {
    const entries = objectsOf(wanted[list]);
    const present = objectsOf(objectAt(path, text)[list]);
    for (const [index, entry] of [...present.entries()].toReversed())
      if (entries.some(other => isSame(other, entry))) text = setJson(text, [list, index], undefined);
  }
  return text;
}

function objectAt(path: string, text: string): Json {
  const value = parseJson(path, text);
  if (!isObject(value)) throw new Refusal(`${path}: is not an object`);
  return value;
}

function isSame(one: Json, other: Json): boolean {
  return isDeepStrictEqual(withTtl(one), withTtl(other));
}

/** Without `ttl`, a field has no TTL policy. */
function withTtl(entry: Json): Json {
  return { ttl: false, ...entry };
}

function isSameField(one: Json, other: Json): boolean {
  return one["collectionGroup"] === other["collectionGroup"] && one["fieldPath"] === other["fieldPath"];
}

function explain(path: string, host: Json, ours: Json): string {
  return [
    `${path}: the field "${String(ours["fieldPath"])}" of the collections "${String(ours["collectionGroup"])}" has other settings than this product needs.`,
    "A setting holds for every collection of that id in the database, so that both cannot hold.",
    `  there: ${JSON.stringify(host)}`,
    `  here:  ${JSON.stringify(ours)}`,
    "Remove the entry, or keep the calendars in another database (--database).",
  ].join("\n");
}
