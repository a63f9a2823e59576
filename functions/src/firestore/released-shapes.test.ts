import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import {
  accountDocument,
  calendarDocument,
  eventDocument,
  seriesDocument as shownSeriesDocument,
} from "@firestore-calendar-sync/client";
import { Timestamp } from "firebase-admin/firestore";
import * as z from "zod/mini";
import { isEnabled, syncState } from "../model/sync-state.ts";
import { fromCredential } from "./credentials.repository.ts";
import {
  calendarListDocument,
  credentialDocument,
  oauthStateDocument,
  storedState,
  watchDocument,
} from "./documents.ts";
import { seriesDocument, toEventDocument } from "./sync-store.repository.ts";

/*
 * `released/<version>/<name>.json` is a document as that version wrote it, with every field that it could have. The
 * name is the id that the collection had in version 0.1, or the id of a newer collection (docs/upgrading.md). A file is
 * never changed after its version was deployed. The newest file of a collection has the current shape.
 */
const folder = new URL("released/", `file://${__filename}`);
const versions = readdirSync(folder).sort((a, b) => Number(a) - Number(b));

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
interface Released {
  readonly version: string;
  readonly name: string;
  readonly json: Json;
}
const released: readonly Released[] = versions.flatMap(version =>
  readdirSync(new URL(`${version}/`, folder)).map(file => ({
    version,
    name: file.replace(/\.json$/u, ""),
    json: JSON.parse(readFileSync(new URL(`${version}/${file}`, folder), "utf8")) as Json,
  })),
);

const readers: Readonly<Record<string, z.core.$ZodType>> = {
  syncStates: syncState,
  series: seriesDocument,
  calendarLists: calendarListDocument,
  watches: watchDocument,
  credentials: credentialDocument,
  "credentials-delegation": credentialDocument,
  oauthStates: oauthStateDocument,
  events: eventDocument,
  calendarSeries: shownSeriesDocument,
  calendars: calendarDocument,
  accounts: accountDocument,
};

const isMoment = (json: Json): json is { readonly $timestamp: string } =>
  typeof json === "object" && json !== null && "$timestamp" in json;

/** The document as Firestore's client returns it. */
function revived(json: Json): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (isMoment(json)) return Timestamp.fromMillis(Date.parse(json.$timestamp));
  if (Array.isArray(json)) return json.map(revived);
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, revived(value)]));
}

const documentOf = (name: string, version: number) => {
  const found = released.find(one => one.name === name && one.version === String(version));
  if (found === undefined) throw new Error(`no ${name} of version ${version}`);
  return revived(found.json);
};
const newestOf = (name: string) => released.findLast(one => one.name === name);

describe("a document of every released version is read by today's code", () => {
  test.each(released.map(one => [one.version, one.name, one.json] as const))(
    "version %s, %s",
    (_version, name, json) => {
      const reader = readers[name];
      if (reader === undefined) throw new Error(`no reader for ${name}`);
      expect(z.safeParse(reader, revived(json)).error?.issues).toBeUndefined();
    },
  );

  test("the first sync states: enabled unless switched off, nothing listed, never relisted, never upgraded", () => {
    const state = syncState.parse(documentOf("syncStates", 1));
    expect(state).toMatchObject({
      listed: null,
      fullSyncedAt: null,
      unreadable: [],
      queryVersion: 1,
      epoch: 12,
    });
    expect(state.upgradedAt).toBeUndefined();
    expect(state.addressRefused).toBeUndefined();
    expect(isEnabled(state)).toBe(false);
    expect(isEnabled({ ...state, inactiveReason: "unavailable" })).toBe(true);
    expect(state.lease?.expiresAt).toBe(Date.parse("2026-01-05T08:02:00Z"));
  });

  test("the first accounts, watches and credentials: their missing fields have their meaning", () => {
    expect(calendarListDocument.parse(documentOf("calendarLists", 1)).status).toBe("reauth_required");
    expect(watchDocument.parse(documentOf("watches", 1)).resource).toBe("events");
    expect(credentialDocument.parse(documentOf("credentials", 1)).grantId).toBe("");
  });
});

/** The paths of all fields that a schema knows. Lists and free records count as one field. */
function fieldsOf(schema: z.core.$ZodType): Set<string> {
  const found = new Set<string>();
  const visit = (part: z.core.JSONSchema.BaseSchema, path: string): void => {
    for (const one of [...(part.anyOf ?? []), ...(part.allOf ?? [])]) visit(one, path);
    for (const [name, value] of Object.entries(part.properties ?? {})) {
      found.add(`${path}${name}`);
      if (typeof value !== "boolean") visit(value, `${path}${name}.`);
    }
  };
  visit(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), "");
  return found;
}

/** Fields that the code writes and reads without the schema. */
const unparsed: Readonly<Record<string, readonly string[]>> = { credentials: ["keyId"] };
/** The collections with two kinds of documents. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  credentials: ["credentials", "credentials-delegation"],
};
/** An event's times are a date or a time, so one document cannot have all of their fields. */
const alternatives = new Set([
  "start.date",
  "end.date",
  "originalStart.dateTime",
  "originalStart.timeZone",
  "rule.until.date",
]);

function pathsIn(json: Json, known: ReadonlySet<string>, path = ""): string[] {
  if (typeof json !== "object" || json === null || Array.isArray(json) || isMoment(json)) return [];
  return Object.entries(json).flatMap(([name, value]) => {
    const at = `${path}${name}`;
    const hasParts = [...known].some(one => one.startsWith(`${at}.`));
    return [at, ...(hasParts ? pathsIn(value, known, `${at}.`) : [])];
  });
}

describe("the newest document of a collection has exactly the fields of today's code", () => {
  test.each(Object.keys(readers).filter(name => !name.includes("-")))("%s", name => {
    const reader = readers[name];
    if (reader === undefined) throw new Error(name);
    const known = new Set([...fieldsOf(reader), ...(unparsed[name] ?? [])]);
    const newest = (kinds[name] ?? [name]).map(kind => newestOf(kind)?.json ?? null);
    const stored = new Set(newest.flatMap(json => pathsIn(json, known)));
    const missing = [...known].filter(path => !stored.has(path) && !alternatives.has(path));
    const extra = [...stored].filter(path => !known.has(path));
    const version = Math.max(...versions.map(Number));
    const remedy =
      missing.length + extra.length === 0
        ? ""
        : `The stored shape of ${name} has changed (new: ${missing.join()}; gone: ${extra.join()}). Add ` +
          `released/${version + 1}/${name}.json with all fields that are written now, unless that version is not ` +
          `deployed yet: then change its file. Never change a deployed one. See docs/upgrading.md.`;
    expect(remedy).toBe("");
  });

  test("a sync state is written as it was read", () => {
    const newest = newestOf("syncStates")?.json ?? null;
    const written = storedState(syncState.parse(revived(newest)));
    expect(JSON.parse(JSON.stringify(written))).toEqual(plain(newest));
  });

  test("a credential and an event are written with these fields", () => {
    const { accessTokenExpiresAt, sealBrokenSince, ...credential } = credentialDocument.parse(
      revived(newestOf("credentials")?.json ?? null),
    );
    const stored = fromCredential({ ...credential, accessTokenExpiresAtMs: accessTokenExpiresAt.toMillis() });
    expect([...Object.keys(stored), "sealBrokenSince"].sort()).toEqual(
      Object.keys(newestOf("credentials")?.json ?? {}).sort(),
    );
    expect(sealBrokenSince).toBeInstanceOf(Timestamp);
    const { startAt, endAt, createdAt, updatedAt, ...event } = eventDocument.parse(
      revived(newestOf("events")?.json ?? null),
    );
    const times = {
      startAtMs: startAt.toMillis(),
      endAtMs: endAt.toMillis(),
      createdAtMs: createdAt?.toMillis(),
      updatedAtMs: updatedAt.toMillis(),
    };
    expect(toEventDocument({ ...event, ...times })).toEqual(revived(newestOf("events")?.json ?? null));
  });
});

/** Timestamps as their texts, as `JSON.stringify` writes a Date. */
function plain(json: Json): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (isMoment(json)) return json.$timestamp;
  if (Array.isArray(json)) return json.map(plain);
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, plain(value)]));
}
