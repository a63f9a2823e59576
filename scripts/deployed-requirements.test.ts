import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { requiredApis, requiredRoles } from "../functions/src/required.ts";
import { rootFolder } from "../stack/addresses.ts";
import { buildFunctions } from "../stack/build-functions.ts";
import { readManifest, type Manifest } from "./deployed-manifest.fixture.ts";
import { tableRows } from "./markdown-table.fixture.ts";

/** The rows that the table of APIs must have. firebase-functions adds reasons of its own for queues and schedules. */
function apiRows({ requiredAPIs }: Manifest): string[][] {
  const own = (api: string) =>
    requiredApis.find(required => required.api === api)?.reason ?? "no reason of ours";
  return requiredAPIs.map(({ api }) => [`\`${api}\``, own(api)]);
}

/** The rows that the table of roles must have. */
function roleRows(manifest: Manifest): string[][] {
  const purposeOf = (role: string) => requiredRoles.find(required => required.role === role)?.purpose ?? "";
  return manifest.requiredRoles.map(role => [`\`${role}\``, purposeOf(role)]);
}

describe("the functions that are deployed", () => {
  let manifest: Manifest;
  const page = readFileSync(join(rootFolder, "docs", "deployment.md"), "utf8");
  beforeAll(() => {
    buildFunctions();
    manifest = readManifest();
  }, 60_000);

  test("state the APIs and roles that docs/deployment.md shows, each API with the reason that the CLI prints", () => {
    expect(tableRows(page, "API", "reason")).toEqual(apiRows(manifest));
    expect(tableRows(page, "role", "purpose")).toEqual(roleRows(manifest));
    for (const { api, reason } of requiredApis) {
      const stated = manifest.requiredAPIs.find(each => each.api === api);
      expect(stated?.reason).toMatch(new RegExp(`^${reason.replaceAll(".", "\\.")}`));
    }
  });

  test("do not ask for a role with which they could act as other accounts", () => {
    expect(manifest.requiredRoles).toHaveLength(5);
    expect(manifest.requiredRoles.filter(role => /serviceAccount|owner|editor|admin/i.test(role))).toEqual(
      [],
    );
  });

  test("are checked after each deploy, by a task that the function reads", () => {
    const { afterFirstDeploy, afterRedeploy, ...others } = manifest.lifecycleHooks;
    expect(others).toEqual({});
    // Without the field `data` a task function answers 400 (firebase-functions, common/providers/https.js).
    expect(afterFirstDeploy).toEqual({
      task: { function: "checkDeployment", body: { data: { cause: "deploy" } } },
    });
    expect(afterRedeploy).toEqual(afterFirstDeploy);
    expect(Object.keys(manifest.endpoints)).toContain(afterFirstDeploy?.task.function);
  });
});
