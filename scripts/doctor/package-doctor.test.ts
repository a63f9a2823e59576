import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { bundleCommand } from "../../functions/cli/bundle.ts";
import { rootFolder } from "../../stack/addresses.ts";
import { brokenClouds } from "./broken-clouds.fixture.ts";
import { cloudChecks } from "./cloud-checks.ts";
import { createCloudContext } from "./cloud-context.ts";
import {
  healthyParams,
  healthyReplies,
  inRepository,
  nowMs,
  paths,
  projectId,
} from "./healthy-cloud.fixture.ts";
import { runChecks } from "./run-checks.ts";
import { startStandIn, type StandIn } from "./stand-in.fake.ts";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "doctor-package-"));
const host = join(folder, "host");
let cloud: StandIn;
let bundled: readonly string[];
beforeAll(async () => {
  bundled = bundleCommand(folder);
  mkdirSync(join(folder, "files"));
  for (const name of ["firestore.rules", "firestore.indexes.json"])
    copyFileSync(join(rootFolder, name), join(folder, "files", name));
  const peerDependencies = { "firebase-admin": "^13.10.0", "firebase-functions": "^7.4.0" };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ version: "1.2.3", peerDependencies }));
  mkdirSync(host);
  cloud = await startStandIn(healthyReplies());
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

/** The published command in a folder without this repository. */
async function doctor(...args: string[]) {
  return await doctorWith({ GOOGLE_OAUTH_ACCESS_TOKEN: "a-token" }, ...args);
}
async function doctorWith(environment: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(process.execPath, [join(folder, "cli.mjs"), "doctor", ...args], {
    cwd: host,
    env: { DOCTOR_CLOUD_URL: cloud.root, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let complaints = "";
  child.stdout.on("data", (part: Buffer) => (output += part.toString()));
  child.stderr.on("data", (part: Buffer) => (complaints += part.toString()));
  const code = await new Promise<number | null>(resolve => child.once("close", resolve));
  return { code, output, complaints };
}

describe("the doctor of the published package", () => {
  test("examines a healthy project: one line for each check, exit code 0", async () => {
    cloud.replies = healthyReplies();
    const { code, output, complaints } = await doctor("--project", projectId);
    expect(complaints).toBe("");
    expect(output).toMatch(/^ok {6}login: GOOGLE_OAUTH_ACCESS_TOKEN\nok {6}project: .*\n/);
    expect(output).toMatch(new RegExp(`\\n${projectId}: ${cloudChecks.length} ok\\n$`));
    expect(code).toBe(0);
  });

  test("before the first deploy it speaks of the kit that `add` made", async () => {
    cloud.replies = { ...healthyReplies(), [paths.functions]: { status: 200, body: {} } };
    const { code, output } = await doctor("--project", projectId, "--json");
    expect(code).toBe(1);
    const { checks } = JSON.parse(output) as { checks: { id: string; text: string; remedies: string[] }[] };
    expect(checks.find(({ id }) => id === "secrets")).toMatchObject({
      text: expect.stringContaining("kit-calendar-TOKEN_ENCRYPTION_KEYS does not exist"),
      remedies: expect.arrayContaining([`npx firestore-calendar-sync keys add --project ${projectId}`]),
    });
    expect(checks.find(({ id }) => id === "params")?.remedies).toEqual([
      "correct it in function-kits/firestore-calendar-sync/config-calendar/.env and deploy again",
    ]);
  });

  test("uses the login of a Firebase CLI that npx has downloaded", async () => {
    cloud.replies = healthyReplies();
    const lib = join(folder, "cache", "_npx", "0123abcd", "node_modules", "firebase-tools", "lib");
    mkdirSync(lib, { recursive: true });
    writeFileSync(join(lib, "scopes.js"), 'exports.CLOUD_PLATFORM = "cloud";');
    writeFileSync(
      join(lib, "auth.js"),
      `exports.getGlobalDefaultAccount = () => ({ tokens: { refresh_token: "refresh" } });
       exports.getAccessToken = async (token, [scope]) => ({ access_token: token + scope });`,
    );
    const { output } = await doctorWith(
      { npm_config_cache: join(folder, "cache"), HOME: folder, PATH: "" },
      "--project",
      projectId,
    );
    expect(output).toMatch(/^ok {6}login: the login of the Firebase CLI\n/);
  });

  test.each([
    [[], "--project is missing"],
    [["--project", "x"], "not the id of a project"],
    [["--project", "a-project", "--local"], "--local"],
  ])("%j is a mistake of usage, exit code 2", async (args, says) => {
    expect(await doctor(...args)).toEqual({
      code: 2,
      output: "",
      complaints: expect.stringContaining(says),
    });
  });

  test("is small, because the Admin SDK is not in it", () => {
    expect(bundled.filter(path => /firebase-admin|@google-cloud/.test(path))).toEqual([]);
    expect(statSync(join(folder, "doctor.mjs")).size).toBeLessThan(400_000);
  });
});

test("outside the repository, no remedy names something that only the repository has", async () => {
  const remedies: string[] = [];
  for (const { replies } of brokenClouds) {
    cloud.replies = replies;
    const context = createCloudContext({
      ...inRepository,
      inRepository: false,
      projectId,
      region: undefined,
      instance: undefined,
      login: { token: "a-token", source: "a test" },
      root: cloud.root,
      localParams: healthyParams,
      nowMs,
    });
    for (const result of await runChecks(cloudChecks, context, () => undefined))
      if (result.level !== "skipped") remedies.push(...result.remedies);
  }
  expect(remedies).toContain(`npx firestore-calendar-sync keys add --project ${projectId} --instance ""`);
  expect(remedies.filter(each => /npm run|docs\/|README|npx firebase /.test(each))).toEqual([]);
});
