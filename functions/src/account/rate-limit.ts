import type { Clock } from "../ports/runtime.port.ts";
import { dropOldest, setNewest } from "./newest-last.ts";

/** Limits the calls of each user. */
export interface RateLimit {
  take(uid: string): boolean;
}

/**
 * At most this many users are remembered. Beyond that, the user with the oldest call is forgotten and has a full bucket
 * again.
 */
const maxUsers = 10_000;

/**
 * A token bucket per user in this instance's memory, against clients that call in a loop. With several instances a user
 * may make up to the limit on each. A bucket in Firestore would be exact, but would cost a transaction per call and
 * store one more document per user.
 *
 * @param burst how many calls may come at once
 * @param perMinute how many calls per minute are allowed over a longer time
 */
export function createRateLimit(clock: Clock, burst: number, perMinute: number): RateLimit {
  const buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();
  return {
    take: uid => {
      const nowMs = clock.now();
      const bucket = buckets.get(uid) ?? { tokens: burst, atMs: nowMs };
      const refilled = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 60_000) * perMinute);
      const granted = refilled >= 1;
      setNewest(buckets, uid, { tokens: granted ? refilled - 1 : refilled, atMs: nowMs });
      dropOldest(buckets, maxUsers);
      return granted;
    },
  };
}
