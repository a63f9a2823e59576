import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { grant, type GrantRequest } from "./grant.ts";
import { fakeSurroundings } from "./surroundings.fake.ts";
import { UsageError, type Ended } from "./surroundings.ts";

const account = "firebase-fn-1a2b@my-project.iam.gserviceaccount.com";
const member = `serviceAccount:${account}`;
const role = "roles/iam.serviceAccountUser";
const policy = (...bindings: object[]): Ended => ({
  exitCode: 0,
  output: `WARNING: a warning\n${JSON.stringify({ bindings, etag: "x", version: 1 })}\n`,
});
const fails = (output: string): Ended => ({ exitCode: 1, output });
const missing = fails(
  "ERROR: (gcloud.functions.describe) ResponseError: status=[404], code=[Ok], message=[Function with name kit-calendar-calendarWebhook does not exist in project my-project in region us-central1.]\n",
);

interface Gcloud {
  readonly describe?: Ended;
  readonly policy?: Ended;
  readonly grant?: Ended;
}

/** What `grant` says, and which gcloud commands it runs. */
async function run(
  request: Partial<GrantRequest> = {},
  gcloud: Gcloud = {},
  { cwd = "/nowhere", answer }: { readonly cwd?: string; readonly answer?: string } = {},
) {
  const surroundings = fakeSurroundings(cwd, {
    ...(answer !== undefined && { answer }),
    run: (program, args) => {
      if (program !== "gcloud") throw new Error(`another program: ${program}`);
      if (args.includes("describe"))
        return gcloud.describe ?? { exitCode: 0, output: `WARNING: a warning\n${account}\n` };
      if (args.includes("get-iam-policy")) return gcloud.policy ?? policy();
      return gcloud.grant ?? { exitCode: 0, output: "Updated IAM policy\n" };
    },
  });
  const code = await grant(
    { project: "my-project", instance: "calendar", region: undefined, yes: true, ...request },
    surroundings,
  );
  const commands = surroundings.ran.map(({ args }) => args.join(" "));
  return {
    code,
    said: [...surroundings.printed, ...surroundings.complaints].join("\n"),
    described: commands[0] ?? "",
    granted: commands.filter(each => each.includes("add-iam-policy-binding")),
  };
}

const command = `iam service-accounts add-iam-policy-binding ${account} --member=${member} --role=${role} --condition=None --project my-project --quiet`;

describe("grant", () => {
  test("gives the account of the functions the role on itself, and shows the command that it runs", async () => {
    const { code, said, described, granted } = await run();
    expect(code).toBe(0);
    expect(described).toBe(
      "functions describe kit-calendar-calendarWebhook --gen2 --region=us-central1 --project my-project --format=value(serviceConfig.serviceAccountEmail) --quiet",
    );
    expect(granted).toEqual([command]);
    expect(said).toContain(`\n  gcloud ${command}\n`);
  });

  test("finds functions that are no kit", async () => {
    expect((await run({ instance: "" })).described).toMatch(/^functions describe calendarWebhook /);
  });

  test("says that the role is there already", async () => {
    const held = policy({ role: "roles/other", members: [] }, { role, members: ["user:a", member] });
    const { code, said, granted } = await run({}, { policy: held });
    expect({ code, granted }).toEqual({ code: 0, granted: [] });
    expect(said).toContain("already: nothing to do");
  });

  test.each([
    ["another member", policy({ role, members: ["serviceAccount:other@x.iam.gserviceaccount.com"] })],
    ["another role", policy({ role: "roles/viewer", members: [member] })],
    ["a condition", policy({ role, members: [member], condition: { expression: "false" } })],
    ["a policy that may not be read", fails("PERMISSION_DENIED")],
    ["a policy that is none", { exitCode: 0, output: "null" }],
  ])("does not take %s for the role", async (_, found) => {
    expect((await run({}, { policy: found })).granted).toEqual([command]);
  });

  test.each([
    ["y", 0, 1],
    ["Yes", 0, 1],
    ["", 1, 0],
    ["n", 1, 0],
  ])("asks first: %j", async (answer, code, times) => {
    const done = await run({ yes: false }, {}, { answer });
    expect({ code: done.code, times: done.granted.length }).toEqual({ code, times });
  });

  test("is a mistake of usage without a terminal and --yes", async () => {
    await expect(run({ yes: false })).rejects.toThrow(UsageError);
  });
});

describe("the region is", () => {
  test("that of --region, then that of the instance's .env", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "kit-grant-"));
    try {
      const config = join(cwd, "function-kits", "firestore-calendar-sync", "config-work");
      mkdirSync(config, { recursive: true });
      writeFileSync(join(config, ".env"), "FUNCTION_DEFAULT_REGION=europe-west1\n");
      const work = { instance: "work" };
      expect((await run(work, {}, { cwd })).described).toContain("--region=europe-west1");
      const given = { ...work, region: "asia-east1" };
      expect((await run(given, {}, { cwd })).described).toContain("--region=asia-east1");
      expect((await run({}, {}, { cwd })).described).toContain("--region=us-central1");
      writeFileSync(join(config, ".env.my-project"), "FUNCTION_DEFAULT_REGION=europe-west4\n");
      expect((await run(work, {}, { cwd })).described).toContain("--region=europe-west4");
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});

describe("grant changes nothing and says what to do", () => {
  test.each<[string, Gcloud, string, number]>([
    ["nothing is deployed", { describe: missing }, "npx firebase-tools deploy --project my-project", 0],
    ["nobody is logged in", { describe: fails("ERROR: run: gcloud auth login") }, "gcloud auth login", 0],
    ["no account is named", { describe: { exitCode: 0, output: "\n" } }, "did not say which account", 0],
    [
      "something that is no account is named",
      { describe: { exitCode: 0, output: "--impersonate=x@y.iam.gserviceaccount.com" } },
      "did not say which account",
      0,
    ],
    ["Google refuses", { grant: fails("ERROR: PERMISSION_DENIED") }, "PERMISSION_DENIED", 1],
  ])("if %s", async (_, gcloud, says, times) => {
    const { code, said, granted } = await run({}, gcloud);
    expect({ code, times: granted.length }).toEqual({ code: 1, times });
    expect(said).toContain(says);
  });

  test("if there is no gcloud", async () => {
    const surroundings = fakeSurroundings("/", {
      run: () => {
        throw Object.assign(new Error("spawn gcloud"), { code: "ENOENT" });
      },
    });
    const request = { project: "my-project", instance: "", region: undefined, yes: true };
    expect(await grant(request, surroundings)).toBe(1);
    expect(surroundings.complaints[0]).toContain("install the Google Cloud CLI");
  });
});
