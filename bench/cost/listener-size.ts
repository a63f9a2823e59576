import { isList, isMap, type StoredFields, type StoredValue } from "./storage-size.ts";

/** A value in the JSON of Firestore's REST API (Value, firebase.google.com/docs/firestore/reference/rest/v1/Value). */
function jsonOf(value: StoredValue): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { booleanValue: value };
  if (value === null) return { nullValue: value };
  if (typeof value === "number")
    return Number.isInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString("base64") };
  if (isList(value)) return { arrayValue: { values: value.map(jsonOf) } };
  if (isMap(value)) return { mapValue: { fields: jsonOfFields(value) } };
  return { timestampValue: timeOf(value.toMillis()) };
}

function jsonOfFields(fields: StoredFields): Record<string, object> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, jsonOf(value)]));
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/**
 * The bytes of the message about a changed document that the web SDK's listener receives (`DocumentChange` of the
 * Listen call, as JSON), with an assumed project id of ten characters and one target. HTTP's own bytes and compression
 * are left out.
 */
export function listenerBytes(path: string, fields: StoredFields): number {
  const document = {
    name: `projects/ten-chars1/databases/(default)/documents/${path}`,
    fields: jsonOfFields(fields),
    createTime: timeOf(0),
    updateTime: timeOf(0),
  };
  return Buffer.byteLength(JSON.stringify({ documentChange: { document, targetIds: [2] } }));
}
