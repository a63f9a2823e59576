/**
 * The day to which a call belongs, `YYYY-MM-DD`. The page about the Calendar API's threshold does not name the hour at
 * which its day begins (guides/quota, "Daily billing threshold"). Other daily quotas of Google begin at midnight
 * Pacific time (developers.google.com/android-publisher/quotas), so this is assumed here.
 */
export function quotaDay(nowMs: number): string {
  // The Swedish form of a date is that of ISO 8601.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "America/Los_Angeles" }).format(nowMs);
}
