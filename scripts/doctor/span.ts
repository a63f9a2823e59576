const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A duration for people: minutes, hours or days. */
export function spanOf(ms: number): string {
  if (ms < 2 * hourMs) return `${Math.round(ms / minuteMs)} min`;
  return ms < 48 * hourMs ? `${Math.round(ms / hourMs)} h` : `${Math.round(ms / (24 * hourMs))} days`;
}
