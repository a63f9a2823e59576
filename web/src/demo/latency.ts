/** Time from Google's `updated` of an edit to the moment it was on the screen, in milliseconds, oldest first. */
export type Latencies = readonly number[];

const kept = 50;
/** Older edits are not news: they come with a first import or after a time offline. */
const newsMs = 60_000;

/** `latencies` with one more; unchanged if the edit is old. */
export function withLatency(latencies: Latencies, editedAtMs: number, visibleAtMs: number): Latencies {
  const ms = visibleAtMs - editedAtMs;
  // Both clocks are this machine's in the demo; a small negative value is rounding.
  return ms > newsMs || ms < -50 ? latencies : [...latencies, Math.max(0, ms)].slice(-kept);
}

/** What the strip shows; undefined before the first edit. */
export function latencySummary(
  latencies: Latencies,
): { last: number; median: number; p95: number } | undefined {
  const last = latencies.at(-1);
  if (last === undefined) return undefined;
  const sorted = [...latencies].sort((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? last;
  return { last, median: quantile(0.5), p95: quantile(0.95) };
}
