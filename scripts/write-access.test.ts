import { beforeAll, describe, expect, test } from "@jest/globals";
import { buildFunctions } from "../stack/build-functions.ts";
import { readManifest, type Manifest } from "./deployed-manifest.fixture.ts";
import { isWrite, writeCallables } from "./doctor/product.ts";
import { resolveBackend } from "./resolved-backend.fixture.ts";

describe("the functions that change events", () => {
  let manifest: Manifest;
  /** The manifest as it is without the functions that change events. */
  let reading: Manifest;
  beforeAll(() => {
    buildFunctions();
    manifest = readManifest();
    const endpoints = Object.entries(manifest.endpoints).filter(([name]) => !isWrite(name));
    reading = { ...manifest, endpoints: Object.fromEntries(endpoints) };
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
    expect(Object.keys(all).sort()).toEqual([...Object.keys(reading.endpoints), ...writeCallables].sort());
    const others = Object.entries(all).filter(([name]) => !isWrite(name));
    expect({ "us-central1": Object.fromEntries(others) }).toEqual(
      resolveBackend(reading, params).backend.endpoints,
    );
  });
});
