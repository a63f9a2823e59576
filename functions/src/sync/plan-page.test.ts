import { describe, expect, test } from "@jest/globals";
import { contentOf } from "../model/event-content.ts";
import type { Fingerprint } from "../ports/sync.port.ts";
import type { ParsedItem } from "./parse-event.ts";
import { planPage, planSweep } from "./plan-page.ts";
import { event } from "./testing/sync-store-contract.fake.ts";

const windowStartMs = 1_000_000;
const inside = { startAtMs: windowStartMs, endAtMs: windowStartMs + 1 };
const outside = { startAtMs: windowStartMs - 9, endAtMs: windowStartMs };
const item = (change: object = {}): ParsedItem => ({
  kind: "event",
  event: event("e", { ...inside, ...change }),
});
const day = { date: "2026-02-02" };
const content = event("e");
const removed: ParsedItem = { kind: "removed", eventId: "e" };
const series: ParsedItem = {
  kind: "series",
  eventId: "e",
  master: { start: day, end: day, recurrence: [], event: content },
};
const cancelled: ParsedItem = {
  ...removed,
  instanceOf: { seriesId: "series", originalStartTime: day },
};
const malformed: ParsedItem = { kind: "malformed", eventId: "e", problem: "…" };
const horizonMs = windowStartMs + 400 * 86_400_000;
const stored = (change: Partial<Fingerprint> = {}) => new Map([["e", { etag: '"1"', ...inside, ...change }]]);
const plan = (of: ParsedItem, known = new Map<string, Fingerprint>()) =>
  planPage([of], known, windowStartMs).writes.map(({ kind }) => kind);

describe("an item of a page", () => {
  test.each<[string, ParsedItem, Map<string, Fingerprint> | undefined, string[]]>([
    ["new: written", item(), undefined, ["set"]],
    ["stored as it is: no write", item(), stored(), []],
    ["changed: written", item({ etag: '"2"' }), stored(), ["set"]],
    [
      "at another time in the calendar's new zone: written",
      item({ startAtMs: windowStartMs - 1 }),
      stored(),
      ["set"],
    ],
    ["of another end: written", item({ endAtMs: windowStartMs + 2 }), stored(), ["set"]],
    ["a series now: its document of a single event goes", series, stored(), ["delete"]],
    ["a series, and was one: no write", series, undefined, []],
    ["a cancelled instance: deleted", cancelled, stored({ recurringEventId: "series" }), ["delete"]],
    ["a cancelled instance, stored as if it were a single event: deleted", cancelled, stored(), ["delete"]],
    [
      "a cancelled instance, stored for another series: stays",
      cancelled,
      stored({ recurringEventId: "other" }),
      [],
    ],
    [
      "a deleted instance of whatever series: deleted",
      removed,
      stored({ recurringEventId: "other" }),
      ["delete"],
    ],
    ["deleted: deleted", removed, stored(), ["delete"]],
    ["deleted and never stored: no write", removed, undefined, []],
    ["ended before the window and never stored: no write", item(outside), undefined, []],
    ["moved out of the window: deleted", item({ ...outside, etag: '"2"' }), stored(), ["delete"]],
    [
      "outside the window, and stored: deleted",
      item({ ...outside, etag: '"2"' }),
      stored(outside),
      ["delete"],
    ],
    ["turned bad: its last good version stays", malformed, stored(), []],
    ["bad from the start: no write", malformed, undefined, []],
  ])("%s", (_what, of, known, writes) => {
    expect(plan(of, known)).toEqual(writes);
  });

  test("whose document has another content is written, even if Google's etag is the same", () => {
    const parsed = item();
    if (parsed.kind !== "event") throw new Error(parsed.kind);
    expect(plan(parsed, stored({ content: contentOf(parsed.event) }))).toEqual([]);
    expect(plan(parsed, stored({ content: "of another mapping" }))).toEqual(["set"]);
  });
});

test("the sweep deletes what was not seen, and leftovers outside the window with it", () => {
  const occurrence = { etag: "", ...inside, recurringEventId: "series" };
  const known = new Map<string, Fingerprint>([
    ["seen", { etag: "", ...inside }],
    ["gone", { etag: "", ...inside }],
    ["leftover", { etag: "", ...outside }],
    ["of a series that goes on", occurrence],
    ["of a series that is gone", { ...occurrence, recurringEventId: "gone" }],
    ["beyond the horizon", { ...occurrence, startAtMs: horizonMs, endAtMs: horizonMs + 1 }],
  ]);
  const window = { fromMs: windowStartMs, toMs: horizonMs };
  const deletions = planSweep(known, new Set(["seen", "series"]), window);
  expect(deletions.map(write => write.kind === "delete" && [write.eventId, write.why])).toEqual([
    ["gone", "cancelled"],
    ["leftover", "leftWindow"],
    ["of a series that goes on", "ruleChanged"],
    ["of a series that is gone", "cancelled"],
    ["beyond the horizon", "leftWindow"],
  ]);
});

test.each<[string, ParsedItem, object]>([
  ["deleted", removed, { kind: "delete", why: "cancelled" }],
  ["a series now", series, { kind: "delete", why: "ruleChanged" }],
  ["moved out of the window", item({ ...outside, etag: '"2"' }), { kind: "delete", why: "leftWindow" }],
  ["changed", item({ etag: '"2"' }), { kind: "set" }],
])("a stored event that is %s: why its document changes", (_what, of, write) => {
  expect(planPage([of], stored(), windowStartMs).writes).toEqual([
    expect.objectContaining({ ...write, existed: true }),
  ]);
});
