import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { backgroundCallsADay, backupsByHour } from "../background-work.ts";
import { computeDocument } from "./compute-document.ts";
import { listenerBytes } from "./listener-size.ts";
import { callsADay, firstLimit, limits } from "./limits.ts";
import { beyondFree, dollarsOf, sumOf } from "./operations.ts";
import { nameBytes, storedBytes, type IndexRules } from "./storage-size.ts";

test("docs/cost.md is what the program computes from bench/results.json", () => {
  // Prettier aligns the tables.
  const unaligned = (text: string): string => text.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ");
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "cost.md"), "utf8");
  expect(unaligned(page)).toBe(unaligned(computeDocument()));
});

/** The example of firebase.google.com/docs/firestore/storage-size. */
describe("the storage of Google's example", () => {
  const path = "users/jeff/tasks/my_task_id";
  const fields = { type: "Personal", done: false, priority: 1, description: "Learn Cloud Firestore" };
  const none: IndexRules = {
    indexes: [],
    fieldOverrides: [{ collectionGroup: "tasks", fieldPath: "*", indexes: [] }],
  };

  test("its name takes 44 bytes, and the document 147", () => {
    expect(nameBytes(path)).toBe(44);
    expect(storedBytes(path, fields, none)).toEqual({ document: 147, indexEntries: 0 });
  });

  test("an entry of the single field `done` takes 109 bytes", () => {
    const done = { collectionGroup: "tasks", fieldPath: "done", indexes: [{ order: "ASCENDING" }] };
    const rules = { ...none, fieldOverrides: [...none.fieldOverrides, done] };
    expect(storedBytes(path, fields, rules).indexEntries).toBe(109);
  });

  test("an entry of the composite index on `done` and `priority` takes 112 bytes", () => {
    const index = { collectionGroup: "tasks", fields: [{ fieldPath: "done" }, { fieldPath: "priority" }] };
    expect(storedBytes(path, fields, { ...none, indexes: [index] }).indexEntries).toBe(112);
  });

  test("without the field of a composite index there is no entry", () => {
    const index = { collectionGroup: "tasks", fields: [{ fieldPath: "done" }, { fieldPath: "due" }] };
    expect(storedBytes(path, fields, { ...none, indexes: [index] }).indexEntries).toBe(0);
  });

  test("without overrides each field has two entries, a map's fields too, and an array one for each item", () => {
    const automatic: IndexRules = { indexes: [], fieldOverrides: [] };
    const entry = 44 + 27 + 32;
    const bytesOf = (content: Parameters<typeof storedBytes>[1]): number =>
      storedBytes(path, content, automatic).indexEntries;
    expect(bytesOf({ done: false })).toBe(2 * (entry + 5 + 1));
    expect(bytesOf({ of: { a: 1, b: null } })).toBe(2 * (entry + 5 + 8) + 2 * (entry + 5 + 1));
    expect(bytesOf({ tags: ["a", "b", "c"] })).toBe(3 * (entry + 5 + 2));
  });

  test("a map counts like a document without a name, a timestamp 8 bytes", () => {
    const at = { toMillis: () => 0 };
    expect(storedBytes(path, { start: { at } }, none).document).toBe(44 + 32 + 6 + 32 + 3 + 8);
  });
});

test("a listener receives the values in Firestore's JSON", () => {
  const empty = listenerBytes("c/d", {});
  expect(listenerBytes("c/d", { a: "é" }) - empty).toBe(Buffer.byteLength('"a":{"stringValue":"é"}'));
  expect(listenerBytes("c/d", { a: [1] }) - empty).toBe(
    '"a":{"arrayValue":{"values":[{"integerValue":"1"}]}}'.length,
  );
  expect(listenerBytes("c/d", { a: 0.5 }) - empty).toBe('"a":{"doubleValue":0.5}'.length);
});

describe("calls of Google a calendar and day", () => {
  test("an idle calendar: four backups, its channel, and half of its account's list", () => {
    expect(backgroundCallsADay(0)).toBeCloseTo(4 + 2 / 28 + (1 / 3 + 3 / 28) / 2, 9);
    expect(backgroundCallsADay(0)).toBeLessThanOrEqual(4.3);
  });

  test("with channels of seven days", () => {
    expect(backgroundCallsADay(0, 7)).toBeCloseTo(4 + 2 / 5 + (1 / 3 + 3 / 5) / 2, 9);
  });

  test("an idle calendar is backed up in the two hours after each round, and in no others", () => {
    const byHour = backupsByHour(0);
    expect(byHour.flatMap((backups, hour) => (backups > 0 ? [hour] : []))).toEqual([
      0, 1, 6, 7, 12, 13, 18, 19,
    ]);
    expect(byHour[6]).toBeCloseTo(0.5, 1);
  });

  test("with edits all day, only the rounds of the night call, and the workday puts off the one of the evening", () => {
    const byHour = backupsByHour(500);
    const between = (from: number, to: number): number =>
      byHour.slice(from, to).reduce((sum, backups) => sum + backups, 0);
    // The last edit is at 18 o'clock; the backups are made from 3.5 to 5.5 hours later, and the next ones follow.
    expect(between(21, 24)).toBeCloseTo(1, 1);
    expect(between(0, 5)).toBeCloseTo(1, 1);
    expect(between(6, 8)).toBeLessThan(0.8);
    expect(between(8, 21)).toBeCloseTo(0, 1);
  });
});

describe("limits", () => {
  test.each([10, 50, 200])("at %i edits a day 80 %% of the daily threshold is met first", edits => {
    const first = firstLimit(edits);
    expect(first.calendarsAt(edits) * callsADay(edits)).toBeCloseTo(800_000, 3);
    for (const limit of limits)
      expect(limit.calendarsAt(edits)).toBeGreaterThanOrEqual(first.calendarsAt(edits));
  });

  test("the queue is full when its rate equals the pulls of the busiest hour", () => {
    const queue = limits.find(({ name }) => name.includes("SYNCS_PER_SECOND"));
    // 200 edits in ten hours; hardly any calendar has a backup in these.
    expect((queue?.calendarsAt(200) ?? NaN) / ((120 * 3_600) / 20)).toBeCloseTo(1, 2);
  });

  test("a round's hours take half of the quota for background work", () => {
    const rounds = limits.find(({ name }) => name.includes("half of 10,000"));
    const hourly = 1 / 2 + (backgroundCallsADay(0) - 4) / 24;
    expect((rounds?.calendarsAt(0) ?? NaN) / (300_000 / hourly)).toBeCloseTo(1, 1);
  });
});

test("only what exceeds the free amounts costs", () => {
  const usage = sumOf([{ read: 1_600_000, write: 600_000, taskOperation: 3e6 }, 1]);
  expect(dollarsOf(beyondFree(usage))).toBeCloseTo(0.06 + 0.8, 9);
});
