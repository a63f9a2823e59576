/** Equal as JSON, whatever the order of keys. Clones and originals may come from different realms inside jest. */
export function sameContent(a: unknown, b: unknown): boolean {
  // Mostly the order is the same too, and that is found out fast.
  return JSON.stringify(a) === JSON.stringify(b) || canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
