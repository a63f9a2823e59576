import { expect, test } from "@jest/globals";
import { DueHeap, type Due } from "./due-heap.ts";
import { seededRandom } from "./random.ts";

test("gives back what it was given, ordered by time and then by arrival", () => {
  const random = seededRandom(7);
  const heap = new DueHeap<Due>();
  const items = Array.from({ length: 500 }, (_, order) => ({ dueMs: Math.floor(random() * 50), order }));
  for (const item of items) heap.push(item);
  const sorted = items.toSorted((a, b) => a.dueMs - b.dueMs || a.order - b.order);
  expect(heap.peek()).toEqual(sorted[0]);
  expect(Array.from(items, () => heap.pop())).toEqual(sorted);
  expect(heap.pop()).toBeUndefined();
  expect(heap.size).toBe(0);
});
