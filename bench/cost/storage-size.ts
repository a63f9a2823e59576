/**
 * The bytes that Firestore bills for a document and its index entries, by the rules of "Storage size calculations"
 * (firebase.google.com/docs/firestore/storage-size).
 */

/** A stored value, as the Admin SDK returns it. A class with `toMillis` is a timestamp. */
export type StoredValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | { readonly toMillis: () => number }
  | readonly StoredValue[]
  | StoredFields;
export type StoredFields = { readonly [name: string]: StoredValue };

/** The part of firestore.indexes.json that decides which index entries a document has. */
export interface IndexRules {
  readonly indexes: readonly {
    readonly collectionGroup: string;
    readonly fields: readonly { readonly fieldPath: string }[];
  }[];
  readonly fieldOverrides: readonly {
    readonly collectionGroup: string;
    readonly fieldPath: string;
    readonly indexes: readonly unknown[];
  }[];
}

export interface StoredBytes {
  readonly document: number;
  readonly indexEntries: number;
}

/** Every document and every index entry has so many bytes besides its content. */
const additionalBytes = 32;

function stringBytes(text: string): number {
  return Buffer.byteLength(text) + 1;
}

/** The size of the name of the document at `path`; none for a path without segments. */
export function nameBytes(path: string): number {
  if (path === "") return 0;
  return path.split("/").reduce((sum, segment) => sum + stringBytes(segment), 16);
}

function isTimestamp(value: object): value is { readonly toMillis: () => number } {
  return "toMillis" in value && typeof value.toMillis === "function";
}

export function isList(value: StoredValue): value is readonly StoredValue[] {
  return Array.isArray(value);
}

export function isMap(value: StoredValue): value is StoredFields {
  return (
    typeof value === "object" &&
    value !== null &&
    !isList(value) &&
    !(value instanceof Uint8Array) &&
    !isTimestamp(value)
  );
}

function valueBytes(value: StoredValue): number {
  if (typeof value === "string") return stringBytes(value);
  if (typeof value === "number") return 8;
  if (typeof value === "boolean" || value === null) return 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (isList(value)) return value.reduce<number>((sum, item) => sum + valueBytes(item), 0);
  // A map counts like a document without a name, with the document's additional bytes.
  if (isMap(value)) return fieldsBytes(value) + additionalBytes;
  return 8;
}

function fieldsBytes(fields: StoredFields): number {
  return Object.entries(fields).reduce(
    (sum, [name, value]) => sum + stringBytes(name) + valueBytes(value),
    0,
  );
}

/** The values of the single-field entries of one field: its own, or those of a map's fields, with their paths. */
function leaves(path: string, value: StoredValue): readonly (readonly [path: string, value: StoredValue])[] {
  if (!isMap(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(`${path}.${name}`, inner));
}

/**
 * The number of entries of a single field. Without an override: ascending and descending, for an array one for each
 * item (firebase.google.com/docs/firestore/query-data/index-overview, "Automatic indexing").
 */
function entriesOf(
  { fieldOverrides }: IndexRules,
  collection: string,
  path: string,
  value: StoredValue,
): number {
  const of = fieldOverrides.filter(({ collectionGroup }) => collectionGroup === collection);
  const override =
    of.find(({ fieldPath }) => fieldPath === path) ?? of.find(({ fieldPath }) => fieldPath === "*");
  if (override !== undefined) return override.indexes.length;
  return isList(value) ? value.length : 2;
}

/** The billed bytes of the document at `path`. All indexes have the scope of a collection. */
export function storedBytes(path: string, fields: StoredFields, rules: IndexRules): StoredBytes {
  const segments = path.split("/");
  const collection = segments.at(-2) ?? "";
  const entryBytes = nameBytes(path) + nameBytes(segments.slice(0, -2).join("/")) + additionalBytes;
  const single = Object.entries(fields)
    .flatMap(([name, value]) => leaves(name, value))
    .reduce((sum, [name, value]) => {
      const entries = entriesOf(rules, collection, name, value);
      const indexed = isList(value) ? valueBytes(value) / Math.max(1, value.length) : valueBytes(value);
      return sum + entries * (entryBytes + stringBytes(name) + indexed);
    }, 0);
  const composite = rules.indexes
    .filter(({ collectionGroup }) => collectionGroup === collection)
    .map(index => index.fields.map(({ fieldPath }) => fields[fieldPath]))
    // A document without one of the fields has no entry.
    .filter((values): values is StoredValue[] => values.every(value => value !== undefined))
    .reduce((sum, values) => sum + entryBytes + valueBytes(values), 0);
  return {
    document: nameBytes(path) + fieldsBytes(fields) + additionalBytes,
    indexEntries: single + composite,
  };
}
