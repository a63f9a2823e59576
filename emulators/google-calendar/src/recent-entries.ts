const KEPT = 10_000;

/** A log of the most recent entries, oldest first. */
export class RecentEntries<T> {
  #entries: T[] = [];

  add(entry: T): T {
    this.#entries.push(entry);
    // Removes many entries at once, so that a full log does not copy its array on every entry.
    if (this.#entries.length > KEPT * 1.1) this.#entries = this.#entries.slice(-KEPT);
    return entry;
  }

  all(): readonly T[] {
    return this.#entries.slice(-KEPT);
  }

  clear(): void {
    this.#entries = [];
  }
}
