import { describe, expect, test } from "@jest/globals";
import { latencySummary, withLatency, type Latencies } from "./latency.ts";

describe("latencies", () => {
  test("the last fifty are kept", () => {
    let latencies: Latencies = [];
    for (let n = 0; n < 60; n += 1) latencies = withLatency(latencies, 0, n);
    expect([latencies.length, latencies[0], latencies.at(-1)]).toEqual([50, 10, 59]);
  });

  test("an edit of long ago is not news, nor one from the future", () => {
    expect(withLatency([], 0, 60_001)).toEqual([]);
    expect(withLatency([], 1000, 0)).toEqual([]);
  });

  test("summary", () => {
    expect(latencySummary([])).toBeUndefined();
    expect(latencySummary([300, 100, 200, 900])).toEqual({ last: 900, median: 300, p95: 900 });
  });
});
