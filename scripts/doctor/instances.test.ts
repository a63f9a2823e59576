import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { cloudChecks } from "./cloud-checks.ts";
import { createCloudContext } from "./cloud-context.ts";
import { configFolder } from "../../functions/cli/plan/kit-layout.ts";
import { envFolder, instanceIn, readEnvFiles } from "./env-files.ts";
import { bodyOf, healthy, ok, type Deployed } from "./fault.fixture.ts";
import { healthyParams, inRepository, nowMs, paths, projectId } from "./healthy-cloud.fixture.ts";
import { runChecks, type Result } from "./run-checks.ts";
import { startStandIn, type StandIn } from "./stand-in.fake.ts";

let cloud: StandIn;
beforeAll(async () => {
  cloud = await startStandIn({});
});
afterAll(async () => {
  await cloud.close();
});

/** The functions of the healthy project, as a kit's instance with its own params. */
function instance(name: string, params: object): Deployed[] {
  const { functions } = bodyOf(paths.functions) as { functions: Deployed[] };
  return functions.map(each => ({
    ...each,
    name: each.name.replace("/functions/", `/functions/kit-${name}-`),
    labels: { ...each.labels, "firebase-functions-codebase": `kit-${name}` },
    serviceConfig: { ...each.serviceConfig, environmentVariables: { ...healthyParams, ...params } },
  }));
}

async function examine(functions: Deployed[], asked?: string): Promise<Result[]> {
  cloud.asked.length = 0;
  cloud.replies = { ...healthy, [paths.functions]: ok({ functions }) };
  const context = createCloudContext({
    ...inRepository,
    projectId,
    region: undefined,
    instance: asked,
    login: { token: "a-token", source: "a test" },
    root: cloud.root,
    localParams: {},
    nowMs,
  });
  return await runChecks(cloudChecks, context, () => undefined);
}

const found = (results: readonly Result[], id: string) => results.find(each => each.id === id);
const work = { FIRESTORE_DATABASE: "calendars", USERS_ROOT: "tenants/acme/people" };
const both = [...instance("home", {}), ...instance("work", work)];

test("of several instances one is examined, and the others are named", async () => {
  expect(found(await examine(both), "deployed")).toMatchObject({
    level: "ok",
    text: expect.stringMatching(/of the instance home; not examined: work \(--instance NAME\)$/),
  });
  expect(found(await examine(both, "work"), "deployed")).toMatchObject({
    text: expect.stringContaining("of the instance work; not examined: home"),
  });
});

test("an instance that is not deployed is wrong, and those that are deployed are named", async () => {
  expect(found(await examine(both, "default"), "deployed")).toMatchObject({
    level: "wrong",
    text: expect.stringContaining("no instance default is deployed in us-central1; there are: home, work"),
  });
});

test("everything is asked of the instance's own database, and the users' root of its own", async () => {
  cloud.replies = {};
  await examine(instance("work", work));
  const own = `firestore/v1/projects/${projectId}/databases/calendars`;
  // Without an answer about the database, nothing else is asked of it.
  expect(cloud.asked.filter(each => each.includes("firestore/v1/"))).toEqual(
    expect.arrayContaining([`GET ${own}`]),
  );
  expect(cloud.asked.filter(each => each.includes("(default)"))).toEqual([]);
});

test("a healthy database of its own is examined like the default one", async () => {
  const functions = instance("work", work);
  const moved = Object.fromEntries(
    Object.entries(healthy).map(([path, reply]) => {
      const text = JSON.stringify(reply.body).replaceAll("databases/(default)", "databases/calendars");
      const inRoot = text.replaceAll("documents/users/u/", "documents/tenants/acme/people/u/");
      const to = path
        .replace("databases/(default)", "databases/calendars")
        .replace("calendarSyncDeployments/default", "calendarSyncDeployments/work")
        .replace("releases/cloud.firestore", "releases/cloud.firestore/calendars");
      return [to, { ...reply, body: JSON.parse(inRoot) as unknown }];
    }),
  );
  cloud.asked.length = 0;
  cloud.replies = { ...moved, [paths.functions]: ok({ functions }) };
  const context = createCloudContext({
    ...inRepository,
    projectId,
    region: undefined,
    instance: undefined,
    login: { token: "a-token", source: "a test" },
    root: cloud.root,
    localParams: {},
    nowMs,
  });
  const results = await runChecks(cloudChecks, context, () => undefined);
  for (const id of ["firestore", "indexes", "ttl", "rules", "watches", "accounts", "self-check", "key-ring"])
    expect(found(results, id)).toMatchObject({ id, level: "ok" });
  expect(found(results, "syncs")).toMatchObject({ text: expect.stringContaining("1 calendars") });
});

test("a kit's params are read from the folder of its instance", () => {
  const host = mkdtempSync(join(tmpdir(), "doctor-kit-"));
  try {
    expect(instanceIn(host)).toBe("calendar");
    const config = join(host, configFolder("work"));
    mkdirSync(config, { recursive: true });
    writeFileSync(join(config, ".env"), "USERS_ROOT=people\nFIRESTORE_DATABASE=one\n");
    writeFileSync(join(config, `.env.${projectId}`), "FIRESTORE_DATABASE=two\n");
    const places = { functions: "/functions", host };
    expect(readEnvFiles(envFolder(places, "work"), projectId)).toEqual({
      USERS_ROOT: "people",
      FIRESTORE_DATABASE: "two",
    });
    expect(envFolder(places, "default")).toBe("/functions");
    expect(instanceIn(host)).toBe("work");
  } finally {
    rmSync(host, { recursive: true });
  }
});
