import { clientEnvironment, projectId } from "../../stack/addresses.ts";
import { HttpFailure, requestJson } from "./http.ts";

/** A document as the Firestore emulator's owner sees it: past the security rules, with its commit time. */
export type StoredDocument = {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** When it was last written, in milliseconds since 1970. */
  readonly updatedAtMs: number;
};

/** A value in Firestore's REST encoding (cloud.google.com/firestore/docs/reference/rest/v1/Value). */
type RestValue = {
  readonly nullValue?: null;
  readonly timestampValue?: string;
  readonly integerValue?: string;
  readonly mapValue?: { readonly fields?: Readonly<Record<string, RestValue>> };
  readonly arrayValue?: { readonly values?: readonly RestValue[] };
  readonly [kind: string]: unknown;
};

type RestDocument = {
  readonly name: string;
  readonly fields?: Readonly<Record<string, RestValue>>;
  readonly updateTime: string;
};

const origin = `http://${clientEnvironment.FIRESTORE_EMULATOR_HOST}`;
const database = `projects/${projectId}/databases/(default)/documents`;
const root = `${origin}/v1/${database}`;
/** The emulator takes this bearer for an administrator. */
const headers = { Authorization: "Bearer owner" };

/** The document at a path, or undefined. */
export async function readStored(path: string): Promise<StoredDocument | undefined> {
  try {
    return decodeDocument((await requestJson(`${root}/${path}`, { headers })) as RestDocument);
  } catch (error) {
    if (error instanceof HttpFailure && error.status === 404) return undefined;
    throw error;
  }
}

/** The documents of a top-level collection in which all the given string fields are equal. */
export async function findStored(
  collectionId: string,
  equal: Readonly<Record<string, string>>,
): Promise<StoredDocument[]> {
  const filters = Object.entries(equal).map(([fieldPath, stringValue]) => ({
    fieldFilter: { field: { fieldPath }, op: "EQUAL", value: { stringValue } },
  }));
  const structuredQuery = { from: [{ collectionId }], where: { compositeFilter: { op: "AND", filters } } };
  const rows = await requestJson(`${root}:runQuery`, { method: "POST", headers, body: { structuredQuery } });
  return (rows as { document?: RestDocument }[]).flatMap(({ document }) =>
    document ? [decodeDocument(document)] : [],
  );
}

/** Empties Firestore. */
export async function clearStored(): Promise<void> {
  await requestJson(`${origin}/emulator/v1/${database}`, { method: "DELETE" });
}

function decodeDocument({ name, fields = {}, updateTime }: RestDocument): StoredDocument {
  return {
    path: name.slice(database.length + 1),
    fields: decodeFields(fields),
    updatedAtMs: millisecondsOf(updateTime),
  };
}

function decodeFields(fields: Readonly<Record<string, RestValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, decodeValue(value)]));
}

/** Timestamps become milliseconds since 1970. */
function decodeValue(value: RestValue): unknown {
  if (value.timestampValue !== undefined) return millisecondsOf(value.timestampValue);
  if (value.integerValue !== undefined) return Number(value.integerValue);
  if (value.mapValue !== undefined) return decodeFields(value.mapValue.fields ?? {});
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(decodeValue);
  return Object.values(value)[0];
}

/** With the microseconds that Date drops. */
function millisecondsOf(timestamp: string): number {
  const fraction = /\.(\d+)Z$/.exec(timestamp)?.[1] ?? "0";
  return Math.floor(Date.parse(timestamp) / 1000) * 1000 + Number(`0.${fraction}`) * 1000;
}
