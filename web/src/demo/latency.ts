/** Times from Google's `updated` of an edit until the edit was visible, in milliseconds, oldest first. */
export type Latencies = readonly number[];

const kept = 50;
/** Older edits are not measured: they arrive with a first import or after a time offline. */
const newsMs = 60_000;

/** Adds one measurement to `latencies`. Returns `latencies` unchanged if the edit is too old. */
export function withLatency(latencies: Latencies, editedAtMs: number, visibleAtMs: number): Latencies {
  const ms = visibleAtMs - editedAtMs;
  // In the demo both clocks are this computer's, so a small negative value is a rounding error.
  return ms > newsMs || ms < -50 ? latencies : [...latencies, Math.max(0, ms)].slice(-kept);
}

/** The values that the strip shows. Undefined before the first edit. */
export function latencySummary(
  latencies: Latencies,
): { last: number; median: number; p95: number } | undefined {
  const last = latencies.at(-1);
  if (last === undefined) return undefined;
  const sorted = [...latencies].sort((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? last;
  return { last, median: quantile(0.5), p95: quantile(0.95) };
}
