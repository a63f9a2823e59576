/** A start or end as Google gives it: a day, or a moment with its offset and, perhaps, the zone it was entered in. */
export type GoogleTime =
  { readonly date: string } | { readonly dateTime: string; readonly timeZone?: string | undefined };
