/**
 * For example `2 minutes ago`. `just now` below ten seconds and for future times, because clocks can differ slightly.
 */
export function agoWords(thenMs: number, nowMs: number, locale: string): string {
  const seconds = Math.round((nowMs - thenMs) / 1000);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (seconds < 10) return "just now";
  if (seconds < 60) return format.format(-seconds, "second");
  if (seconds < 3600) return format.format(-Math.round(seconds / 60), "minute");
  if (seconds < 86_400) return format.format(-Math.round(seconds / 3600), "hour");
  return format.format(-Math.round(seconds / 86_400), "day");
}
