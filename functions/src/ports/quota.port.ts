/** Counts the requests to the Calendar API: Google charges a project for those beyond a daily threshold. */
export interface CallCounter {
  /** Counts `calls` requests that are being sent. Returns at once and never throws. */
  count(calls: number): void;
}

/** The calls of each day, in several documents, because one document takes only about one write a second. */
export interface CallStore {
  /**
   * Adds calls to one of the day's shards. If this fails, the calls may have been added nevertheless.
   *
   * @param day `YYYY-MM-DD`
   * @param shard from 0 to `callShards` - 1
   * @param expiresAtMs when the shard may be deleted
   */
  add(day: string, shard: number, calls: number, expiresAtMs: number): Promise<void>;
  /** The calls of a day, with one read for each shard. */
  usedOn(day: string): Promise<number>;
}

/** The number of shards of a day. */
export const callShards = 10;
