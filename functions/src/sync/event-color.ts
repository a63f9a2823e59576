/** The palette of events as `colors.get` answers it (`event`, the background colours); the same for all users. */
const palette: ReadonlyMap<string, string> = new Map([
  ["1", "#a4bdfc"],
  ["2", "#7ae7bf"],
  ["3", "#dbadff"],
  ["4", "#ff887c"],
  ["5", "#fbd75b"],
  ["6", "#ffb878"],
  ["7", "#46d6db"],
  ["8", "#e1e1e1"],
  ["9", "#5484ed"],
  ["10", "#51b749"],
  ["11", "#dc2127"],
]);

/**
 * The event's own colour; undefined if it has none, or an id that is not in the palette. Labels, which supersede
 * `colorId`, have colours too, but these are only in `calendars.get`, which the scopes of this project do not allow.
 */
export function eventColor(colorId: string | undefined): string | undefined {
  return colorId === undefined ? undefined : palette.get(colorId);
}
