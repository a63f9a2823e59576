/** A message for `sync.unreadable` of a calendar, for example `2 events could not be read.` */
export function unreadableWords(count: number, locale: string): string {
  return `${count.toLocaleString(locale)} ${count === 1 ? "event" : "events"} could not be read.`;
}
