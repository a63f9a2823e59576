import { describe, expect, test } from "@jest/globals";
import { keys, type KeysRequest } from "./keys.ts";
import { fakeSurroundings } from "./surroundings.fake.ts";
import type { Ended } from "./surroundings.ts";

const key = "z".repeat(43);
const ring = JSON.stringify({ active: "k1", keys: { k1: key } });
const missing = (name: string): Ended => ({
  exitCode: 2,
  output: `\nError: Request to https://secretmanager.googleapis.com/v1/projects/my-project/secrets/${name}/versions/latest:access had HTTP Error: 404, Secret [projects/1234/secrets/${name}] not found or has no versions.\n`,
});

/** Secret Manager behind the Firebase CLI and gcloud. */
async function run(
  verb: KeysRequest["verb"],
  secret: string | undefined,
  { instance = "calendar", failure }: { readonly instance?: string; readonly failure?: Ended } = {},
) {
  let stored = secret;
  const name = instance === "" ? "TOKEN_ENCRYPTION_KEYS" : `kit-${instance}-TOKEN_ENCRYPTION_KEYS`;
  const surroundings = fakeSurroundings("/", {
    run: (_, args, input) => {
      if (!args.includes(name)) throw new Error(`another secret: ${args.join(" ")}`);
      if (args.includes("functions:secrets:access")) {
        if (failure !== undefined) return failure;
        return stored === undefined ? missing(name) : { exitCode: 0, output: `a warning\n${stored}\n` };
      }
      stored = input;
      return { exitCode: 0, output: "" };
    },
  });
  const code = await keys({ verb, project: "my-project", instance }, surroundings);
  const said = [...surroundings.printed, ...surroundings.complaints].join("\n");
  const writes = surroundings.ran.filter(({ input }) => input !== undefined);
  expect(said).not.toMatch(/[\w-]{43}/);
  return { code, said, writes, stored };
}

describe("keys add", () => {
  test("creates a ring where there is none, once", async () => {
    const { code, writes, stored } = await run("add", undefined);
    expect(code).toBe(0);
    expect(stored).toBe(JSON.stringify({ active: "k1", keys: { k1: "a".repeat(43) } }));
    expect(writes).toHaveLength(1);
    expect(writes[0]?.args.slice(0, 3)).toEqual(["secrets", "create", "kit-calendar-TOKEN_ENCRYPTION_KEYS"]);
  });

  test("leaves a ring alone", async () => {
    const { code, said, writes, stored } = await run("add", ring);
    expect({ code, writes, stored }).toEqual({ code: 0, writes: [], stored: ring });
    expect(said).toContain("nothing to do");
  });

  test("leaves what is no ring alone", async () => {
    expect(await run("add", "something else")).toMatchObject({
      code: 1,
      writes: [],
      stored: "something else",
    });
  });

  test.each([
    [
      "no permission",
      "Error: Request to … had HTTP Error: 403, Permission 'secretmanager.versions.access' denied",
    ],
    ["not logged in", "Error: Failed to authenticate, have you run firebase login?"],
    [
      "a disabled version",
      "Error: … HTTP Error: 400, Secret Version [projects/1/secrets/kit-calendar-TOKEN_ENCRYPTION_KEYS/versions/1] is in DISABLED state.",
    ],
    ["another secret is missing", missing("kit-other-TOKEN_ENCRYPTION_KEYS").output],
    ["the project is missing", "Error: … HTTP Error: 404, Requested entity was not found."],
  ])("writes nothing if it cannot tell: %s", async (_, output) => {
    const { code, writes } = await run("add", undefined, { failure: { exitCode: 1, output } });
    expect({ code, writes }).toEqual({ code: 1, writes: [] });
  });

  test("uses the Firebase CLI for functions that are no kit", async () => {
    const { code, writes } = await run("add", undefined, { instance: "" });
    expect(code).toBe(0);
    expect(writes[0]?.program).toBe("npx");
    expect(writes[0]?.args).toContain("functions:secrets:set");
  });

  test("says what to do without gcloud", async () => {
    const surroundings = fakeSurroundings("/", {
      run: program => {
        if (program === "gcloud") throw Object.assign(new Error("spawn gcloud"), { code: "ENOENT" });
        return missing("kit-calendar-TOKEN_ENCRYPTION_KEYS");
      },
    });
    expect(await keys({ verb: "add", project: "my-project", instance: "calendar" }, surroundings)).toBe(1);
    expect(surroundings.complaints[0]).toContain("install the Google Cloud CLI");
  });
});

describe("keys rotate", () => {
  test("keeps the old keys and makes a new one active", async () => {
    const { code, stored, writes } = await run("rotate", ring);
    expect(code).toBe(0);
    expect(stored).toBe(JSON.stringify({ active: "k2", keys: { k1: key, k2: "a".repeat(43) } }));
    expect(writes[0]?.args.slice(0, 3)).toEqual(["secrets", "versions", "add"]);
  });

  test("needs a ring", async () => {
    expect(await run("rotate", undefined)).toMatchObject({ code: 1, writes: [] });
  });
});

test("keys check names the keys, and never a value", async () => {
  const { code, said } = await run("check", ring);
  expect(code).toBe(0);
  expect(said).toContain('Active: "k1"');
  expect(await run("check", undefined)).toMatchObject({ code: 1, writes: [] });
});
