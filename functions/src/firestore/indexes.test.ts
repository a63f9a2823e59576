import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as z from "zod";

/*
 * The emulator answers every query, but production answers only queries that have an index. firestore.indexes.json
 * switches indexing off for most fields, so each field in a filter of the server must be switched on again.
 */
const overrides = z
  .object({
    fieldOverrides: z.array(
      z.object({ collectionGroup: z.string(), fieldPath: z.string(), indexes: z.array(z.unknown()) }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(__dirname, "../../../firestore.indexes.json"), "utf8"))).fieldOverrides;

/** The fields that the server filters or sorts by, with their collection groups. */
const filters: readonly (readonly [collectionGroup: string, field: string])[] = [
  ["calendarLists", "active"],
  ["calendarLists", "status"],
  ["calendarLists", "uid"],
  ["calendars", "accountId"],
  ["credentials", "subject"],
  ["events", "calendarKey"],
  ["events", "startAt"],
  ["events", "endAt"],
  ["events", "recurringEventId"],
  ["oauthStates", "uid"],
  ["series", "open"],
  ["syncStates", "accountId"],
  ["syncStates", "active"],
  ["syncStates", "unwantedSince"],
  ["watches", "accountId"],
  ["watches", "calendarKey"],
  ["watches", "expiresAt"],
  ["watches", "status"],
];

function isIndexed(collectionGroup: string, field: string): boolean {
  const of = overrides.filter(override => override.collectionGroup === collectionGroup);
  const own =
    of.find(override => override.fieldPath === field) ?? of.find(override => override.fieldPath === "*");
  return own === undefined || own.indexes.length > 0;
}

describe("firestore.indexes.json", () => {
  test.each(filters)("has an index for a query of %s by %s", (collectionGroup, field) => {
    expect(isIndexed(collectionGroup, field)).toBe(true);
  });

  test("the list above names every field that the adapters filter or sort by", () => {
    const fields = new Set<string>();
    for (const file of readdirSync(__dirname)) {
      if (file.endsWith(".test.ts")) continue;
      const source = readFileSync(join(__dirname, file), "utf8");
      for (const [, field] of source.matchAll(/\.(?:where|orderBy)\(\s*"(\w+)"/g)) fields.add(field ?? "");
    }
    expect(fields.size).toBeGreaterThan(5);
    const listed = new Set(filters.map(([, field]) => field));
    expect([...fields].filter(field => !listed.has(field))).toEqual([]);
  });
});
