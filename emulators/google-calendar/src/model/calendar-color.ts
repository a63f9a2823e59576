/**
 * The `colorId`s of calendars, in the order in which new calendars get them: neighbours in the palette look alike (1 to
 * 5 are all reds), neighbours in this list do not. Google documents no order [I].
 */
const ORDER = [16, 8, 12, 23, 3, 14, 1, 9, 24, 5, 22, 17, 13, 19, 11, 15, 10, 18, 6, 7, 21, 2, 20, 4].map(
  String,
);

/** The colour of a user's next calendar: the first that fewest of the user's calendars have. */
export function nextColorId(used: Iterable<string>): string {
  const uses = new Map(ORDER.map(id => [id, 0]));
  for (const id of used) {
    const count = uses.get(id);
    if (count !== undefined) uses.set(id, count + 1);
  }
  const fewest = Math.min(...uses.values());
  return ORDER.find(id => uses.get(id) === fewest) ?? "16";
}
