import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isAgreed } from "./agreement.ts";
import { readEnv } from "./plan/env-text.ts";
import { configFolder, deployedName } from "./plan/kit-layout.ts";
import { isMissingProgram, lastLines, type ExitCode, type Surroundings } from "./surroundings.ts";

export interface GrantRequest {
  readonly project: string;
  /** Empty: the functions are an ordinary codebase, whose names have no prefix. */
  readonly instance: string;
  readonly region: string | undefined;
  readonly yes: boolean;
}

const role = "roles/iam.serviceAccountUser";

/** What the functions' account is called. An address from elsewhere must not become an argument of another meaning. */
const accountPattern = /^[a-z0-9][a-z0-9.-]*@[a-z0-9][a-z0-9.-]*\.gserviceaccount\.com$/;

/**
 * Gives the functions' service account the role Service Account User on itself, because the tasks that it stores carry
 * its identity (cloud.google.com/tasks/docs/creating-http-target-tasks, "service account"). On the project, the role
 * would let the functions act as every account.
 */
export async function grant(request: GrantRequest, surroundings: Surroundings): Promise<ExitCode> {
  try {
    return await grantTo(request, surroundings);
  } catch (error) {
    if (!isMissingProgram(error)) throw error;
    surroundings.complain(
      "There is no gcloud here, and nothing was changed: install the Google Cloud CLI and run `gcloud auth login`, or run this command in Cloud Shell.",
    );
    return 1;
  }
}

async function grantTo(request: GrantRequest, surroundings: Surroundings): Promise<ExitCode> {
  const { print, complain } = surroundings;
  const { project, yes } = request;
  const account = await findAccount(request, surroundings);
  if (typeof account !== "string") {
    complain(account.problem);
    return 1;
  }
  const member = `serviceAccount:${account}`;
  if (await isGranted(account, project, surroundings)) {
    print(`${account} has ${role} on itself already: nothing to do.`);
    return 0;
  }
  const args = [
    "iam",
    "service-accounts",
    "add-iam-policy-binding",
    account,
    `--member=${member}`,
    `--role=${role}`,
    // Without it, gcloud asks if another binding has a condition.
    "--condition=None",
    "--project",
    project,
    "--quiet",
  ];
  print(`The functions run as ${account}.\n  gcloud ${args.join(" ")}`);
  if (!(await isAgreed({ yes, question: "Run this?" }, surroundings))) return 1;
  const ended = await surroundings.run("gcloud", args, {});
  if (ended.exitCode !== 0) {
    complain(`The role was not granted:\n${lastLines(ended.output)}`);
    return 1;
  }
  print("Done. It takes effect within a few minutes; `doctor` tells.");
  return 0;
}

/** The account that the deployed functions run as, or what to do to find it. */
async function findAccount(
  { project, instance, region: given }: GrantRequest,
  { run, cwd }: Surroundings,
): Promise<string | { readonly problem: string }> {
  const region = given ?? regionIn(cwd, instance, project) ?? "us-central1";
  const name = deployedName(instance, "calendarWebhook");
  const ended = await run(
    "gcloud",
    [
      "functions",
      "describe",
      name,
      "--gen2",
      `--region=${region}`,
      "--project",
      project,
      "--format=value(serviceConfig.serviceAccountEmail)",
      "--quiet",
    ],
    {},
  );
  // gcloud's warnings are in the same text as its answer.
  const account = ended.output
    .split("\n")
    .map(line => line.trim())
    .find(line => accountPattern.test(line));
  if (ended.exitCode === 0 && account !== undefined) return account;
  const isAbsent =
    /NOT_FOUND|not found|does not exist|status=\[404\]|SERVICE_DISABLED|has not been used in project/i.test(
      ended.output,
    );
  return {
    problem: isAbsent
      ? `${name} is not deployed in ${region} of ${project}: deploy first (npx firebase-tools deploy --project ${project} --only functions), or say --region and --instance.\n${lastLines(ended.output)}`
      : `gcloud did not say which account ${name} in ${region} of ${project} runs as, and nothing was changed:\n${lastLines(ended.output)}`,
  };
}

/** The region in the instance's params. */
function regionIn(cwd: string, instance: string, project: string): string | undefined {
  const folder = join(cwd, instance === "" ? "functions" : configFolder(instance));
  const regions = [`.env.${project}`, ".env"].flatMap(name => {
    const file = join(folder, name);
    return existsSync(file) ? [readEnv(readFileSync(file, "utf8")).get("FUNCTION_DEFAULT_REGION")] : [];
  });
  return regions.find(region => region !== undefined && /^[a-z]+-[a-z]+\d+$/.test(region));
}

/** Whether the binding is there. If that may not be read, granting it a second time changes nothing. */
async function isGranted(account: string, project: string, { run }: Surroundings): Promise<boolean> {
  const { exitCode, output } = await run(
    "gcloud",
    ["iam", "service-accounts", "get-iam-policy", account, "--project", project, "--format=json", "--quiet"],
    {},
  );
  return exitCode === 0 && hasBinding(output, `serviceAccount:${account}`);
}

function hasBinding(output: string, member: string): boolean {
  // gcloud's warnings are in the same text as its answer.
  const start = output.indexOf("{");
  const end = output.lastIndexOf("}");
  try {
    const { bindings = [] } = JSON.parse(output.slice(start, end + 1)) as {
      readonly bindings?: readonly {
        readonly role?: string;
        readonly members?: readonly string[];
        readonly condition?: unknown;
      }[];
    };
    return bindings.some(
      each => each.role === role && each.condition === undefined && each.members?.includes(member) === true,
    );
  } catch {
    return false;
  }
}
