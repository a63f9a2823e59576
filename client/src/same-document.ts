import { isTimestamp } from "./timestamp.ts";

/** `Object.hasOwn` is newer than ES2020, which apps may compile for. */
const hasOwn = (object: object, key: string): boolean => Object.prototype.hasOwnProperty.call(object, key);

/**
 * Whether two documents have equal contents. An SDK returns new objects for unchanged data, and redrawing for each of
 * them would make the page flicker.
 */
export function sameDocument(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isTimestamp(a)) return isTimestamp(b) && a.seconds === b.seconds && a.nanoseconds === b.nanoseconds;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(key => hasOwn(right, key) && sameDocument(left[key], right[key]))
  );
}
