import { createHash } from "node:crypto";

/**
 * The events and series of a calendar that could not be read, at least in part, when Google sent them last. The sync
 * state keeps them by name, so that the count falls again when one becomes readable or is deleted.
 */
export class Unreadable {
  readonly #names: Set<string>;
  readonly #readSince = new Set<string>();

  /** @param names what an earlier pass has left */
  constructor(names: Iterable<string> = []) {
    this.#names = new Set(names);
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  /** @param id Google's id, or any text that stands for an item without one */
  add(id: string): void {
    if (this.#names.size < maxNames) this.#names.add(nameOf(id));
  }

  /** True also for what has become readable, or is gone, since this pass began. */
  hadBefore(id: string): boolean {
    return this.has(id) || (this.#readSince.size > 0 && this.#readSince.has(nameOf(id)));
  }

  has(id: string): boolean {
    return this.#names.size > 0 && this.#names.has(nameOf(id));
  }

  /** It was read completely, or it is gone. */
  delete(id: string): void {
    if (this.#names.size > 0 && this.#names.delete(nameOf(id))) this.#readSince.add(nameOf(id));
  }
}

/** The sync state is one document, read and written by every pass. 500 names are 6 kB; more are not counted. */
const maxNames = 500;

/** Ids may be a thousand characters long, and the count needs only their number. */
function nameOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url").slice(0, 11);
}
