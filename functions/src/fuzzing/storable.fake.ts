const maxBytes = 1_048_576;
const earliestMs = Date.parse("0001-01-01T00:00:00Z");
const latestMs = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Returns the reason for which Firestore would refuse a document (Firestore, "Quotas and limits" and "Supported data
 * types"), so that a commit would throw; undefined if Firestore would accept it. Fields whose names end in `Ms` are
 * stored as timestamps.
 */
export function whyNotStorable(document: unknown): string | undefined {
  const problem = problemOf(document, "", 0);
  if (problem !== undefined) return problem;
  return Buffer.byteLength(JSON.stringify(document)) > maxBytes ? "larger than a document may be" : undefined;
}

/** Returns the reason for which the text is not usable as a document id; undefined if it is usable. */
export function whyNotId(id: string): string | undefined {
  const fits = id !== "" && Buffer.byteLength(id) <= 1_477 && id.isWellFormed();
  return fits && !/\/|^\.\.?$|^__.*__$/.test(id)
    ? undefined
    : `no id of a document: ${JSON.stringify(id.slice(0, 80))}`;
}

function problemOf(value: unknown, name: string, depth: number): string | undefined {
  if (depth > 20) return `${name}: deeper than 20 levels`;
  if (value === undefined) return `${name}: undefined`;
  if (typeof value === "string" && !value.isWellFormed()) return `${name}: half a surrogate pair`;
  if (typeof value === "number" && name.endsWith("Ms") && !(value >= earliestMs && value <= latestMs))
    return `${name}: no timestamp (${value})`;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    if (Array.isArray(value) && Array.isArray(part)) return `${name}: a list in a list`;
    if (!Array.isArray(value) && (key === "" || /^__.*__$/.test(key) || !key.isWellFormed()))
      return `${name}: a field cannot be called ${JSON.stringify(key.slice(0, 80))}`;
    const problem = problemOf(part, Array.isArray(value) ? name : key, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
