import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import {
  accountsQuery,
  agendaQuery,
  calendarAgendaQuery,
  calendarsQuery,
  seriesQuery,
  upcomingQuery,
  type QueryDescription,
} from "./queries.ts";

const from = new Date("2026-11-23T00:00:00Z");
const to = new Date("2026-11-30T00:00:00Z");
const all: [string, QueryDescription][] = [
  ["accountsQuery", accountsQuery("u")],
  ["calendarsQuery", calendarsQuery("u")],
  ["agendaQuery", agendaQuery("u", from, to)],
  ["calendarAgendaQuery", calendarAgendaQuery("u", "k", from, to)],
  ["upcomingQuery", upcomingQuery("u", from, 5)],
  ["seriesQuery", seriesQuery("u", "standup")],
];

interface IndexFile {
  indexes: { collectionGroup: string; fields: { fieldPath: string }[] }[];
  fieldOverrides: { collectionGroup: string; fieldPath: string; indexes: unknown[] }[];
}

/** The Firestore emulator needs no composite indexes, but production does, so this function checks the index file. */
function missingIndex(query: QueryDescription, file: IndexFile): string[] | undefined {
  const group = query.collection.split("/").at(-1) ?? "";
  const equal = query.filters.filter(f => f.op === "==" || f.op === "in").map(f => f.field);
  const ranged = query.filters.filter(f => f.op !== "==" && f.op !== "in").map(f => f.field);
  const fields = [...new Set([...equal, ...query.orders.map(o => o.field), ...ranged])];
  if (fields.length === 0) return undefined;
  if (fields.length === 1) {
    const overrides = file.fieldOverrides.filter(o => o.collectionGroup === group);
    const rule = overrides.find(o => o.fieldPath === fields[0]) ?? overrides.find(o => o.fieldPath === "*");
    return rule?.indexes.length === 0 ? fields : undefined;
  }
  const served = file.indexes.some(
    index => index.collectionGroup === group && index.fields.map(f => f.fieldPath).join() === fields.join(),
  );
  return served ? undefined : fields;
}

describe("queries", () => {
  const file = JSON.parse(
    readFileSync(`${import.meta.dirname}/../../firestore.indexes.json`, "utf8"),
  ) as IndexFile;

  test.each(all)("%s is served by firestore.indexes.json", (_name, query) => {
    expect(missingIndex(query, file)).toBeUndefined();
  });

  test("a query on a field that is exempt from indexing would be noticed", () => {
    const query = {
      collection: "users/u/calendarEvents",
      filters: [{ field: "summary", op: "==", value: "x" }],
      orders: [],
    } as const;
    expect(missingIndex(query, file)).toEqual(["summary"]);
  });

  test("the agenda includes what began before and still runs", () => {
    expect(agendaQuery("u", from, to).filters).toEqual([
      { field: "startAt", op: "<", value: to },
      { field: "endAt", op: ">", value: from },
    ]);
  });

  test("an empty or reversed range is refused", () => {
    expect(() => agendaQuery("u", to, from)).toThrow(RangeError);
    expect(() => agendaQuery("u", from, from)).toThrow(RangeError);
    expect(() => agendaQuery("u", new Date(NaN), to)).toThrow(RangeError);
    expect(() => upcomingQuery("u", from, 0)).toThrow(RangeError);
  });
});
