import { describe, expect, test } from "@jest/globals";
import { isInTurn, type Stretch, stretchOf } from "./stretch.ts";

describe("background work", () => {
  test.each<[used: number, threshold: number, stretch: Stretch]>([
    [0, 1_000_000, "none"],
    [799_999, 1_000_000, "none"],
    [800_000, 1_000_000, "half"],
    [999_999, 1_000_000, "half"],
    [1_000_000, 1_000_000, "quarter"],
    [5_000_000, 1_000_000, "quarter"],
    [0, 1, "none"],
    [1, 1, "quarter"],
    [0, 0, "none"],
    [5_000_000, 0, "none"],
  ])("with %d of %d calls used is stretched: %s", (used, threshold, stretch) => {
    expect(stretchOf(used, threshold)).toBe(stretch);
  });
});

describe("the rounds that take a calendar", () => {
  const keys = Array.from({ length: 4_000 }, (_, n) => `key-${String(n).padStart(18, "0")}`);
  const rounds = Array.from({ length: 8 }, (_, n) => 82_000 + n);
  const taken = (key: string, stretch: Stretch) => rounds.filter(round => isInTurn(key, round, stretch));

  test("are all rounds, every second or every fourth", () => {
    for (const key of keys) {
      expect(taken(key, "none")).toEqual(rounds);
      const [half = 0] = taken(key, "half");
      expect(taken(key, "half")).toEqual([half, half + 2, half + 4, half + 6]);
      const [quarter = 0] = taken(key, "quarter");
      expect(taken(key, "quarter")).toEqual([quarter, quarter + 4]);
    }
  });

  test("take nearly equal parts", () => {
    const parts = (stretch: Stretch) =>
      rounds.map(round => keys.filter(key => isInTurn(key, round, stretch)).length);
    for (const part of parts("half")) expect(Math.abs(part - 2_000)).toBeLessThan(150);
    for (const part of parts("quarter")) expect(Math.abs(part - 1_000)).toBeLessThan(150);
  });

  test("are at most four rounds apart when the stretch changes", () => {
    const stretches: readonly Stretch[] = ["none", "half", "quarter"];
    for (const key of keys.slice(0, 50))
      for (const [start] of rounds.slice(0, 4).entries())
        for (let choice = 0; choice < 3 ** 4; choice++) {
          const four = rounds.slice(start, start + 4);
          const isTaken = four.some((round, n) =>
            isInTurn(key, round, stretches[Math.floor(choice / 3 ** n) % 3] ?? "none"),
          );
          expect(isTaken).toBe(true);
        }
  });
});
