/** The result of a query. All its pages are cut from it, so later edits do not change them. */
export interface Snapshot<T> {
  readonly items: readonly T[];
  /** The query's fingerprint. Must be the same on every page. */
  readonly query: string;
  /**
   * Makes the sync token of the last page, for the time of the first page. Undefined if the query allows no sync
   * token.
   */
  readonly nextSyncToken: (() => string) | undefined;
}

/** The most items that are kept for later pages. Above it, the oldest snapshots are deleted. */
const MOST_ITEMS = 3_000_000;
const MOST_SNAPSHOTS = 5_000;

/** Snapshots by id. A page token contains an id; if that snapshot has been deleted, the token is refused. */
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
