/**
 * True if both are equal as JSON, in any order of keys. `toEqual` is not used, because inside Jest clones and originals
 * may come from different realms.
 */
export function sameContent(a: unknown, b: unknown): boolean {
  // The keys are usually in the same order, which is faster to compare.
  return JSON.stringify(a) === JSON.stringify(b) || canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
