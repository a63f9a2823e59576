import { describe, expect, test } from "@jest/globals";
import { seriesWords } from "./series.ts";

/** Creates `count` dates from `first`. `next` returns the number of days between two dates. */
function dates(first: string, count: number, next: (n: number) => number): string[] {
  const start = Date.parse(first);
  let day = 0;
  return Array.from({ length: count }, (_, n) => {
    const date = new Date(start + day * 86_400_000).toISOString().slice(0, 10);
    day += next(n);
    return date;
  });
}
const months = (...list: string[]) => list.map(month => `2026-${month}`);

describe("seriesWords", () => {
  test.each<[string, string[]]>([
    ["Every week on Monday", dates("2026-11-02", 10, () => 7)],
    ["Every 2 weeks on Monday", dates("2026-11-02", 10, () => 14)],
    ["Every week on Monday and Thursday", dates("2026-11-02", 10, n => (n % 2 === 0 ? 3 : 4))],
    ["Every weekday", dates("2026-11-02", 20, n => (n % 5 === 4 ? 3 : 1))],
    ["Every weekday", dates("2026-11-04", 20, n => ((n + 2) % 5 === 4 ? 3 : 1))],
    ["Every day", dates("2026-11-02", 20, () => 1)],
    ["Every 3 days", dates("2026-11-02", 20, () => 3)],
    ["Every month on day 15", months("01-15", "02-15", "03-15", "04-15")],
    ["Every month on the second Tuesday", months("01-13", "02-10", "03-10", "04-14", "05-12")],
    ["Every 3 months on day 1", months("01-01", "04-01", "07-01", "10-01")],
    ["Every year on 29 March", ["2024-03-29", "2025-03-29", "2026-03-29"]],
  ])("%s", (words, list) => {
    expect(seriesWords(list, "en-GB")).toBe(words);
  });

  test("a cancelled occurrence does not hide the rule", () => {
    const list = dates("2026-11-02", 10, () => 7).filter((_, n) => n !== 4);
    expect(seriesWords(list, "en-GB")).toBe("Every week on Monday");
  });

  test("two dates, or dates without a rule, say nothing", () => {
    expect(seriesWords(["2026-11-02", "2026-11-09"], "en-GB")).toBeUndefined();
    expect(seriesWords(months("01-01", "01-05", "02-20", "06-03", "06-17"), "en-GB")).toBeUndefined();
  });
});
