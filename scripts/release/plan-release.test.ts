import { describe, expect, test } from "@jest/globals";
import { planRelease, type Release, type Sources } from "./plan-release.ts";

const manifest = (version: string): string => `{\n  "name": "a",\n  "version": "${version}"\n}\n`;
const sources: Sources = {
  manifests: { "a/package.json": manifest("0.1.0"), "b/package.json": manifest("0.1.0") },
  changelog: "# Changes\n\n## Unreleased\n\n- New.\n\n## 0.1.0 (2026-11-01)\n\n- First.\n",
};
const planned = (version?: string, from = sources): Release => {
  const release = planRelease(from, version, "2026-12-01");
  if ("problem" in release) throw new Error(release.problem);
  return release;
};
const problem = (version?: string, from = sources): unknown => planRelease(from, version, "2026-12-01");

describe("a release", () => {
  test("gives all packages the version, and the section of the change log its heading", () => {
    const release = planned("0.2.0");
    expect(Object.values(release.manifests)).toEqual([manifest("0.2.0"), manifest("0.2.0")]);
    expect(release.changelog).toBe(
      "# Changes\n\n## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- New.\n\n## 0.1.0 (2026-11-01)\n\n- First.\n",
    );
    expect(release.notes).toBe("- New.");
  });

  test("changes nothing without a version", () => {
    expect(planned()).toEqual({ ...sources, version: "0.1.0", notes: "- New." });
  });

  test.each(["0.1.1", "0.10.0", "1.0.0", "0.2.0-beta.1"])("%s comes after 0.1.0", version => {
    expect(planned(version).version).toBe(version);
  });

  test("comes after its previews", () => {
    const preview = { ...sources, manifests: { "a/package.json": manifest("0.2.0-beta.1") } };
    expect(planned("0.2.0", preview).version).toBe("0.2.0");
  });
});

describe("is refused", () => {
  test.each(["0.1.0", "0.0.9", "0.1.0-beta.1", "v0.2.0", "0.2", "latest", ""])("%j", version => {
    expect(problem(version)).toEqual({ problem: `${version} is no version after 0.1.0` });
  });

  test("if the packages have different versions", () => {
    const manifests = { "a/package.json": manifest("0.1.0"), "b/package.json": manifest("0.1.1") };
    expect(problem("0.2.0", { ...sources, manifests })).toEqual({
      problem: "the packages have different versions: 0.1.0, 0.1.1",
    });
  });

  test.each(["# Changes\n", "# Changes\n\n## Unreleased\n\n## 0.1.0\n\n- First.\n"])(
    "if nothing is said of it: %j",
    changelog => {
      expect(problem("0.2.0", { ...sources, changelog })).toHaveProperty("problem");
    },
  );
});
