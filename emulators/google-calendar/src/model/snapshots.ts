/** What a first page found: later pages are cut from it, whatever is edited in the meantime. */
export interface Snapshot<T> {
  readonly items: readonly T[];
  /** Must be the same on every page. */
  readonly query: string;
  /** Makes the token of the last page, as of the moment of the first; undefined when the query allows none. */
  readonly nextSyncToken: (() => string) | undefined;
}

/** At most this many items are held for pages to come; the oldest snapshots go first. */
const MOST_ITEMS = 3_000_000;
const MOST_SNAPSHOTS = 5_000;

/** Snapshots by id. A page token names one; a token whose snapshot is gone is refused. */
export class Snapshots<T> {
  readonly #held = new Map<string, Snapshot<T>>();
  #items = 0;
  #next = 1;

  add(snapshot: Snapshot<T>): string {
    const id = String(this.#next);
    this.#next += 1;
    this.#held.set(id, snapshot);
    this.#items += snapshot.items.length;
    for (const [oldest, held] of this.#held) {
      if (oldest === id || (this.#items <= MOST_ITEMS && this.#held.size <= MOST_SNAPSHOTS)) break;
      this.#held.delete(oldest);
      this.#items -= held.items.length;
    }
    return id;
  }

  get(id: string): Snapshot<T> | undefined {
    return this.#held.get(id);
  }

  clear(): void {
    this.#held.clear();
    this.#items = 0;
  }
}
