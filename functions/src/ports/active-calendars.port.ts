/** What a schedule needs of a calendar to see whether there is work for it. */
export interface ActiveCalendar {
  readonly calendarKey: string;
  readonly epoch: number;
  /** Some series goes on beyond the horizon. */
  readonly openSeries: boolean;
  readonly windowStartMs: number | null;
}

/** Calendars that are to be kept in step, for the schedules. */
export interface ActiveCalendars {
  /** At most `limit` of them, in the order of their keys, after `afterKey`. */
  page(afterKey: string | undefined, limit: number): Promise<readonly ActiveCalendar[]>;
}
