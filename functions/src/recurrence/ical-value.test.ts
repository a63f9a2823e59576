import { describe, expect, test } from "@jest/globals";
import { parseDuration, parseMoment } from "./ical-value.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe("a duration", () => {
  test.each([
    ["P2W", 14 * dayMs],
    ["P10W", 70 * dayMs],
    ["P15DT5H0M20S", 15 * dayMs + 5 * hourMs + 20_000],
    ["P1D", dayMs],
    ["+PT12H", 12 * hourMs],
    ["PT90M", 1.5 * hourMs],
    ["PT5M", 300_000],
    ["pt3600s", hourMs],
    ["PT0S", 0],
  ])("%s", (text, value) => {
    expect(parseDuration(text)).toEqual({ kind: "parsed", value });
  });

  test.each([
    "",
    "P",
    "PT",
    "PT5",
    "5D",
    "-P1D",
    "XP1D",
    "P1DX",
    "P1H",
    "PT1D",
    "P1W1D",
    "PT1S1H",
    "P123456D",
  ])("%p is none", text => {
    expect(parseDuration(text)).toEqual({
      kind: "malformed",
      reason: `not a duration: ${JSON.stringify(text)}`,
    });
  });
});

describe("a moment", () => {
  test.each([
    ["20260105", { kind: "date", localMs: Date.UTC(2026, 0, 5) }],
    ["20260105T090130", { kind: "local", localMs: Date.UTC(2026, 0, 5, 9, 1, 30) }],
    ["20260105T090130Z", { kind: "utc", instantMs: Date.UTC(2026, 0, 5, 9, 1, 30) }],
    ["20260105t235960z", { kind: "utc", instantMs: Date.UTC(2026, 0, 5, 23, 59, 59) }],
  ])("%s", (text, value) => {
    expect(parseMoment(text)).toEqual({ kind: "parsed", value });
  });

  test.each([
    "",
    "120260105",
    "20260105T",
    "20260105T0900",
    "20260105X",
    "20260105T090000X",
    "20260230",
    "20260105T240000",
  ])("%p is none", text => {
    expect(parseMoment(text).kind).toBe("malformed");
  });
});
