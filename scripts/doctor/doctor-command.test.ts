import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { healthyReplies, paths, projectId } from "./healthy-cloud.fixture.ts";
import { startStandIn, type StandIn } from "./stand-in.fake.ts";
import { readArguments } from "./arguments.ts";

jest.setTimeout(60_000);

let cloud: StandIn;
beforeAll(async () => {
  cloud = await startStandIn(healthyReplies());
});
afterAll(async () => {
  await cloud.close();
});

async function doctor(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", "doctor.ts"), ...args], {
    env: {
      ...process.env,
      DOCTOR_CLOUD_URL: cloud.root,
      GOOGLE_OAUTH_ACCESS_TOKEN: "a-token",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (part: Buffer) => (output += part.toString()));
  const code = await new Promise<number | null>(resolve => child.once("close", resolve));
  return { code, output };
}

describe("npm run doctor", () => {
  test("a healthy project: one line for each check, exit code 0", async () => {
    cloud.replies = healthyReplies();
    const { code, output } = await doctor("--project", projectId);
    expect(output).toMatch(/^ok {6}login: GOOGLE_OAUTH_ACCESS_TOKEN\nok {6}project: .*\n/);
    expect(output).toMatch(/\ncalendar-live: \d+ ok\n$/);
    expect(code).toBe(0);
  });

  test("a fault: its remedy, exit code 1, as one JSON document if that is asked for", async () => {
    cloud.replies = { ...healthyReplies(), [paths.billing]: { status: 200, body: {} } };
    const { code, output } = await doctor("--project", projectId, "--json");
    expect(code).toBe(1);
    const document = JSON.parse(output) as { healthy: boolean; checks: { id: string; level: string }[] };
    expect(document.healthy).toBe(false);
    expect(document.checks).toContainEqual(expect.objectContaining({ id: "billing", level: "wrong" }));
    expect(document.checks).toContainEqual(
      expect.objectContaining({ id: "queues", level: "skipped", text: expect.stringContaining("billing") }),
    );
  });
});

describe("the command line", () => {
  test.each([
    [[], "Which project?"],
    [["--project", "demo-calendar-sync"], "demo project"],
    [["--project", "x"], "not the id of a project"],
    [["--project", "a-project", "--region", "Paris"], "us-central1"],
    [["--local", "--project", "a-project"], "leave --project"],
    [["--local", "--instance", "calendar"], "leave --project"],
    [["--project", "a-project", "--instance", "../x"], "not the name of an instance"],
    [["--fix"], "--fix"],
    [["a-project"], "a-project"],
  ])("%j is a mistake of usage", (args, says) => {
    expect(readArguments(args)).toEqual({ kind: "problem", text: expect.stringContaining(says) });
  });

  test("names a project, a region, or the local stack", () => {
    expect(readArguments(["--project", "a-project", "--region", "europe-west1", "--json"])).toEqual({
      kind: "cloud",
      projectId: "a-project",
      region: "europe-west1",
      instance: undefined,
      json: true,
    });
    expect(readArguments(["--project", "a-project", "--instance", "work"])).toMatchObject({
      instance: "work",
    });
    expect(readArguments(["--local"])).toEqual({ kind: "local", json: false });
    expect(readArguments(["-h"])).toEqual({ kind: "help" });
  });
});
