import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { METHODS } from "../src/api/methods.ts";
import { STANDARD_PARAMS } from "../src/api/method.ts";
import { SCOPES } from "../src/api/scopes.ts";
import type { EventResource } from "../src/model/event.ts";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";

/** The client package lists Google's methods, so a new version of it makes this test list the missing methods. */
const directory = path.dirname(createRequire(__filename).resolve("googleapis/build/src/apis/calendar"));
const source = readFileSync(path.join(directory, "v3.js"), "utf8");
const types = readFileSync(path.join(directory, "v3.d.ts"), "utf8");
const differences = readFileSync(path.join(__dirname, "../../../docs/emulator-differences.md"), "utf8");

interface SurfaceMethod {
  id: string;
  verb: string;
  path: string;
  params: string[];
  scopes: string[];
}

/** Reads the methods from the client's code, and their parameters and scopes from its types. */
function readSurface(): SurfaceMethod[] {
  const methods: SurfaceMethod[] = [];
  const resources = source.split(/^\s*class Resource\$/m).slice(1);
  for (const resource of resources) {
    const name = /^(\w+)/.exec(resource)?.[1] ?? "";
    const calls = resource.matchAll(
      /^\s{8}(\w+)\(paramsOrCallback,[\s\S]*?\/calendar\/v3\/([^']+)'[\s\S]*?method: '(\w+)'/gm,
    );
    for (const call of calls) {
      const [, method = "", where = "", verb = ""] = call;
      const block = new RegExp(
        `interface Params\\$Resource\\$${name}\\$${method.charAt(0).toUpperCase()}${method.slice(1).toLowerCase()} [^{]*\\{([\\s\\S]*?)\\n    \\}`,
      ).exec(types)?.[1];
      const params = [...(block ?? "missing?:").matchAll(/^\s*(\w+)\?:/gm)].map(match => match[1] ?? "");
      const resourceId = name.charAt(0).toLowerCase() + name.slice(1).replace("alendarlist", "alendarList");
      methods.push({
        id: `${resourceId}.${method}`,
        verb,
        path: where,
        params: params.filter(param => param !== "requestBody"),
        scopes: scopesOf(`${resourceId}.${method}`),
      });
    }
  }
  return methods;
}

function scopesOf(id: string): string[] {
  const end = types.indexOf(`await calendar.${id}(`);
  const start = types.lastIndexOf("scopes: [", end);
  const list = types.slice(start, types.indexOf("]", start));
  return [...list.matchAll(/auth\/([\w.]+)'/g)].map(match => match[1] ?? "");
}

const surface = readSurface();

describe("the client's calendar v3 surface", () => {
  test("is read completely", () => {
    expect(surface.length).toBeGreaterThanOrEqual(38);
    expect(surface.filter(method => method.params.includes("missing"))).toEqual([]);
  });

  test("every method is there, with its verb and path, and no other", () => {
    const own = METHODS.map(({ id, verb, path: where }) => `${id} ${verb} ${where}`).sort();
    expect(own).toEqual(surface.map(({ id, verb, path: where }) => `${id} ${verb} ${where}`).sort());
  });

  test.each(surface.map(method => [method.id, method] as const))(
    "%s takes the client's parameters and scopes",
    (id, method) => {
      const own = METHODS.find(known => known.id === id);
      expect(Object.keys(own?.params ?? {}).sort()).toEqual([...method.params].sort());
      expect([...(own?.scopes ?? [])].sort()).toEqual([...method.scopes].sort());
      expect(own?.scopes.length).toBeGreaterThan(0);
    },
  );

  test("every standard parameter is known", () => {
    const block = /interface StandardParameters \{([\s\S]*?)\n    \}/.exec(types)?.[1] ?? "";
    const standard = [...block.matchAll(/^\s*(\w+)\?:/gm)]
      .map(match => match[1] ?? "")
      .filter(name => name !== "auth");
    expect(standard.length).toBeGreaterThan(5);
    expect(STANDARD_PARAMS).toEqual(expect.arrayContaining(standard));
  });

  test("what is refused with 501 is named in the list of differences", async () => {
    const refused: string[] = [];
    for (const method of METHODS) {
      // A method that is not implemented throws before it uses its argument.
      const answer = await Promise.resolve()
        .then(async () => await method.run({} as never))
        .then(
          () => 200,
          (error: unknown) => Number(Reflect.get(Object(error), "status")),
        );
      if (answer === 501) refused.push(method.id);
    }
    expect(refused).toEqual(["calendars.transferOwnership", "events.quickAdd"]);
    for (const id of refused) expect(differences).toContain(`\`${id}\``);
  });

  test("no scope list is left over", () => {
    expect(Object.keys(SCOPES).sort()).toEqual(surface.map(method => method.id).sort());
  });
});

describe("types", () => {
  test("what the emulator answers fits the client's types", () => {
    // This assignment is the check: it does not compile if an own field does not exist in the client's type.
    const own: EventResource = { kind: "calendar#event", etag: '"1"', id: "x", status: "confirmed" };
    const theirs: calendar_v3.Schema$Event = own;
    const known: Exclude<keyof EventResource, keyof calendar_v3.Schema$Event> extends never ? true : false =
      true;
    expect([theirs.id, known]).toEqual(["x", true]);
  });
});

describe("docs/emulator-differences.md", () => {
  const rows = differences
    .split("\n")
    .filter(line => /^\| (?!behaviour|---)/.test(line) && line.split("|").length === 5);

  test("has at least 150 rows: behaviour, source, test", () => {
    expect(rows.length).toBeGreaterThanOrEqual(150);
  });

  test("names tests that exist", () => {
    const files = new Map<string, string>();
    for (const row of rows) {
      const [, , , where = ""] = row.split("|");
      const match = /`([\w./-]+\.test\.ts)`: (.+?)\s*$/.exec(where.trim());
      if (match === null) throw new Error(`no test in ${row}`);
      const [, file = "", name = ""] = match;
      if (!files.has(file))
        files.set(file, readFileSync(path.join(__dirname, "..", file), "utf8").replaceAll("\\'", "'"));
      if (files.get(file)?.includes(name.replaceAll("\\|", "|")) !== true)
        throw new Error(`${file} has no test "${name}"`);
    }
  });
});
