import type { Clock } from "../ports/runtime.port.ts";

/** Says whether one more call of a user may go through. */
export interface RateLimit {
  take(uid: string): boolean;
}

/** Users remembered at a time; with more, the one that was quiet longest starts afresh. */
const maxUsers = 10_000;

/**
 * A token bucket per user, in this instance's memory. What it guards against is a client in a loop, which the number
 * of instances times the limit still bounds; a bucket in Firestore would be exact, and cost every call a transaction
 * and leave one more document of the user behind.
 *
 * @param burst calls that may come at once
 * @param perMinute calls that may come on and on
 */
export function createRateLimit(clock: Clock, burst: number, perMinute: number): RateLimit {
  const buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();
  return {
    take: uid => {
      const nowMs = clock.now();
      const bucket = buckets.get(uid) ?? { tokens: burst, atMs: nowMs };
      const refilled = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 60_000) * perMinute);
      const granted = refilled >= 1;
      // Deleted first: a Map keeps the order of insertion, so that the first key is the one quiet longest.
      buckets.delete(uid);
      buckets.set(uid, { tokens: granted ? refilled - 1 : refilled, atMs: nowMs });
      const oldest = buckets.size > maxUsers ? buckets.keys().next().value : undefined;
      if (oldest !== undefined) buckets.delete(oldest);
      return granted;
    },
  };
}
