/** Google's names of the colours of events, by `colorId`. */
export const eventColors: readonly (readonly [colorId: string, name: string])[] = [
  ["1", "Lavender"],
  ["2", "Sage"],
  ["3", "Grape"],
  ["4", "Flamingo"],
  ["5", "Banana"],
  ["6", "Tangerine"],
  ["7", "Peacock"],
  ["8", "Graphite"],
  ["9", "Blueberry"],
  ["10", "Basil"],
  ["11", "Tomato"],
];
