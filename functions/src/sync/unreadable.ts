import { createHash } from "node:crypto";

/**
 * The events and series of a calendar that were not completely readable when Google last sent them. The sync state
 * keeps a short hash of each id, so that the count falls again when an item becomes readable or is deleted.
 */
export class Unreadable {
  readonly #names: Set<string>;
  readonly #readSince = new Set<string>();

  /** @param names the names that an earlier pass stored */
  constructor(names: Iterable<string> = []) {
    this.#names = new Set(names);
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  /** @param id Google's id, or another text that identifies an item without an id */
  add(id: string): void {
    if (this.#names.size < maxNames) this.#names.add(nameOf(id));
  }

  /** Also true for an item that became readable or was deleted during this pass. */
  hadBefore(id: string): boolean {
    return this.has(id) || (this.#readSince.size > 0 && this.#readSince.has(nameOf(id)));
  }

  has(id: string): boolean {
    return this.#names.size > 0 && this.#names.has(nameOf(id));
  }

  /** Call it when the item was read completely, or was deleted. */
  delete(id: string): void {
    if (this.#names.size > 0 && this.#names.delete(nameOf(id))) this.#readSince.add(nameOf(id));
  }
}

/**
 * A limit, because every pass reads and writes the sync state, one document. 500 names take 6 kB; further items are not
 * counted.
 */
const maxNames = 500;

/** A short hash of an id: ids may have a thousand characters, and only their number is needed. */
function nameOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url").slice(0, 11);
}
