import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  agendaQuery,
  calendarAgendaQuery,
  seriesQuery,
  upcomingQuery,
} from "@firestore-calendar-sync/client";
import { describe, expect, test } from "@jest/globals";
import * as z from "zod";
import { paths } from "./documents.ts";

/*
 * The emulator answers every query; production answers only queries that have an index. firestore.indexes.json switches
 * indexing off for most fields. Each index costs writes and storage, so it contains no index that no query uses.
 */
const ascending = z.strictObject({
  order: z.literal("ASCENDING"),
  queryScope: z.literal("COLLECTION"),
});
const { indexes, fieldOverrides } = z
  .object({
    indexes: z.array(
      z.object({
        collectionGroup: z.string(),
        fields: z.array(z.object({ fieldPath: z.string(), order: z.literal("ASCENDING") })),
      }),
    ),
    fieldOverrides: z.array(
      z.object({
        collectionGroup: z.string(),
        fieldPath: z.string(),
        ttl: z.boolean().optional(),
        indexes: z.array(ascending),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(__dirname, "../../../firestore.indexes.json"), "utf8")));

/**
 * The queries that filter or sort by fields: the collection, and the fields of one index. Several equalities need only
 * the indexes of the single fields, which Firestore merges
 * (https://firebase.google.com/docs/firestore/query-data/index-overview), so each of them is a line of its own.
 */
const serverQueries: readonly (readonly [collectionGroup: string, ...fields: string[]])[] = [
  ["calendarSyncLists", "active"],
  ["calendarSyncLists", "status"],
  ["calendarSyncLists", "uid"],
  ["calendars", "accountId"],
  ["calendarSyncCredentials", "subject"],
  ["calendarEvents", "calendarKey"],
  ["calendarEvents", "recurringEventId"],
  ["calendarEvents", "calendarKey", "startAt", "endAt"],
  ["calendarSyncOAuthStates", "uid"],
  ["calendarSyncSeries", "open"],
  ["calendarSyncStates", "accountId"],
  ["calendarSyncStates", "active"],
  ["calendarSyncStates", "unwantedSince"],
  ["calendarSyncWatches", "accountId"],
  ["calendarSyncWatches", "calendarKey"],
];

const from = new Date(0);
const to = new Date(1);
/** The queries of docs/clients.md. client/src/queries.test.ts checks that each has its index. */
const clientQueries = [
  agendaQuery("uid", from, to),
  calendarAgendaQuery("uid", "key", from, to),
  upcomingQuery("uid", from, 1),
  seriesQuery("uid", "series"),
].map(({ collection, filters, orders }): readonly [string, ...string[]] => {
  const equal = filters.filter(({ op }) => op === "==").map(({ field }) => field);
  return [collection.split("/").at(-1) ?? "", ...equal, ...orders.map(({ field }) => field)];
});

/** `calendarEvents calendarKey startAt endAt` */
const composites = indexes.map(({ collectionGroup, fields }) =>
  [collectionGroup, ...fields.map(({ fieldPath }) => fieldPath)].join(" "),
);

function isIndexed([collectionGroup, ...fields]: readonly [string, ...string[]]): boolean {
  if (fields.length > 1) return composites.includes([collectionGroup, ...fields].join(" "));
  const of = fieldOverrides.filter(override => override.collectionGroup === collectionGroup);
  const own =
    of.find(override => override.fieldPath === fields[0]) ?? of.find(override => override.fieldPath === "*");
  return own === undefined || own.indexes.length > 0;
}

describe("firestore.indexes.json", () => {
  test.each(serverQueries.map(query => [query.join(" "), query] as const))(
    "has an index for %s",
    (_name, query) => {
      expect(isIndexed(query)).toBe(true);
    },
  );

  test("has no index that no query uses", () => {
    const used = new Set([...serverQueries, ...clientQueries].map(query => query.join(" ")));
    const singles = fieldOverrides
      .filter(override => override.indexes.length > 0)
      .map(({ collectionGroup, fieldPath }) => `${collectionGroup} ${fieldPath}`);
    expect([...composites, ...singles].filter(index => !used.has(index))).toEqual([]);
  });

  /*
   * A policy deletes documents of every collection with this id, including a host project's own. The fields of
   * `calendarSyncChanges`, `calendarSyncPasses` and `calendarSyncCalls` therefore have names that other code does not
   * use.
   */
  test("lets Firestore delete only what has its end written by the server", () => {
    const policies = fieldOverrides
      .filter(({ ttl }) => ttl === true)
      .map(({ collectionGroup, fieldPath }) => `${collectionGroup} ${fieldPath}`);
    expect(policies.sort()).toEqual([
      "calendarSyncCalls countExpiresAt",
      "calendarSyncChanges changesExpireAt",
      "calendarSyncOAuthStates expiresAt",
      "calendarSyncPasses checkpointExpiresAt",
    ]);
  });

  /*
   * Exemptions and policies hold for every collection of an id in a database, and a host project may have collections
   * such as `events` (https://firebase.google.com/docs/reference/firestore/indexes, "collectionGroup"). `calendars` may
   * be a host's own id too, so it has neither.
   */
  test("affects only collections with ids of this project, as do the rules and the paths of the server", () => {
    const ids = new Set([...indexes, ...fieldOverrides].map(({ collectionGroup }) => collectionGroup));
    const rules = readFileSync(join(__dirname, "../../../firestore.rules"), "utf8");
    const matched = [...rules.matchAll(/\bmatch \/(?!databases\/)(\w+)\//g)].map(([, id]) => id ?? "");
    const server = Object.values(paths).flatMap(path =>
      (typeof path === "string" ? path : path("key", 0)).split("/").filter((_, index) => index % 2 === 0),
    );
    expect([...ids, ...server].filter(id => !/^calendar[A-Z]/.test(id))).toEqual([]);
    expect(server.filter(id => !id.startsWith("calendarSync"))).toEqual([]);
    expect(matched).toEqual(["users", "calendarAccounts", "calendars", "calendarEvents", "calendarSeries"]);
    expect(ids).toContain("calendarEvents");
  });

  test("the list above names every field that the adapters filter or sort by", () => {
    const fields = new Set<string>();
    for (const file of readdirSync(__dirname)) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      const source = readFileSync(join(__dirname, file), "utf8");
      for (const [, field] of source.matchAll(/\.(?:where|orderBy)\(\s*"(\w+)"/g)) fields.add(field ?? "");
    }
    expect(fields.size).toBeGreaterThan(5);
    const listed = serverQueries.flatMap(([, ...of]) => of);
    expect([...fields].sort()).toEqual([...new Set(listed)].sort());
  });
});
