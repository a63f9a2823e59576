/** The other calendars that have a meeting, for example `Also in: Team, Family`. */
export function alsoInWords(calendars: readonly { readonly name: string }[]): string {
  return `Also in: ${calendars.map(({ name }) => name).join(", ")}`;
}
