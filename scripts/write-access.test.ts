import { beforeAll, describe, expect, test } from "@jest/globals";
import { onlyWithWriteAccess } from "../functions/src/config.ts";
import { buildFunctions } from "../stack/build-functions.ts";
import { readManifest, type Endpoint, type Manifest } from "./deployed-manifest.fixture.ts";
import { isWrite, writeCallables } from "./doctor/product.ts";
import { resolveBackend } from "./resolved-backend.fixture.ts";

/** The manifest with these functions only. */
function withEndpoints(manifest: Manifest, endpoints: readonly (readonly [string, Endpoint])[]): Manifest {
  return { ...manifest, endpoints: Object.fromEntries(endpoints) };
}

describe("the functions that change events", () => {
  let manifest: Manifest;
  /** The manifest as it is without the functions that change events. */
  let reading: Manifest;
  beforeAll(() => {
    buildFunctions();
    const built = readManifest();
    const others = Object.entries(built.endpoints).filter(([name]) => !isWrite(name));
    reading = withEndpoints(built, others);
    const syncNow = built.endpoints["syncNow"];
    if (syncNow === undefined) throw new Error("there is no syncNow");
    // A function that is not written yet is stood in for by another callable with the option.
    const omit = onlyWithWriteAccess.omit.toCEL();
    const writes = writeCallables.map(
      name => [name, built.endpoints[name] ?? { ...syncNow, entryPoint: name, omit }] as const,
    );
    manifest = withEndpoints(built, [...others, ...writes]);
  }, 60_000);

  test.each([
    ["the param has its default", {}],
    ["the param is false", { WRITE_ACCESS: "false" }],
    ["the param is empty", { WRITE_ACCESS: "" }],
    ["the param is not exactly true", { WRITE_ACCESS: "True" }],
  ])("are not deployed if %s, and all else is byte for byte as without them", (_when, params) => {
    const { backend, text } = resolveBackend(manifest, params);
    expect(text).toBe(resolveBackend(reading, params).text);
    expect(Object.keys(backend.endpoints["us-central1"] ?? {})).toEqual(Object.keys(reading.endpoints));
  });

  test("are deployed if the param is true, beside the same others", () => {
    const params = { WRITE_ACCESS: "true" };
    const all = resolveBackend(manifest, params).backend.endpoints["us-central1"] ?? {};
    expect(Object.keys(all)).toEqual([...Object.keys(reading.endpoints), ...writeCallables]);
    const others = Object.entries(all).filter(([name]) => !isWrite(name));
    expect({ "us-central1": Object.fromEntries(others) }).toEqual(
      resolveBackend(reading, params).backend.endpoints,
    );
  });
});
