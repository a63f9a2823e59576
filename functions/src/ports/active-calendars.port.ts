/** The keys that scheduled work walks through. */
export interface ActiveCalendars {
  /** Up to `limit` active calendars in the order of keys, after `afterKey`; `withOpenSeries` leaves out the others. */
  page(
    which: "all" | "withOpenSeries",
    afterKey: string | undefined,
    limit: number,
  ): Promise<readonly { readonly calendarKey: string; readonly epoch: number }[]>;
}
