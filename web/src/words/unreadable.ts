/** `2 events could not be read.`: what `sync.unreadable` of a calendar says to people. */
export function unreadableWords(count: number, locale: string): string {
  return `${count.toLocaleString(locale)} ${count === 1 ? "event" : "events"} could not be read.`;
}
