import { parseArgs } from "node:util";

/** The command line, or what is wrong with it. */
export type DoctorArguments =
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly text: string }
  | { readonly kind: "local"; readonly json: boolean }
  | {
      readonly kind: "cloud";
      readonly projectId: string;
      readonly region: string | undefined;
      readonly instance: string | undefined;
      readonly json: boolean;
    };

/** Google's rule for project ids (cloud.google.com/resource-manager/docs/creating-managing-projects). */
const projectPattern = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
/** Part of the names of functions and of folders (firebase-tools, functions/projectConfig.js). */
const instancePattern = /^[a-z0-9_](?:[a-z0-9_-]{0,38}[a-z0-9_])?$/;
const regionPattern = /^[a-z]+-[a-z]+\d+$/;

/** Reads the command line. */
export function readArguments(args: readonly string[]): DoctorArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        project: { type: "string" },
        region: { type: "string" },
        instance: { type: "string" },
        json: { type: "boolean", default: false },
        local: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values.help ? { kind: "help" } : choose(values);
  } catch (error) {
    return problem(error instanceof Error ? error.message : String(error));
  }
}

const problem = (text: string): DoctorArguments => ({ kind: "problem", text });

function choose(values: {
  readonly project?: string;
  readonly region?: string;
  readonly instance?: string;
  readonly json: boolean;
  readonly local: boolean;
}): DoctorArguments {
  const { project, region, instance, json, local } = values;
  if (local) {
    return project === undefined && region === undefined && instance === undefined
      ? { kind: "local", json }
      : problem("--local looks at the running local stack: leave --project, --region and --instance out");
  }
  if (project === undefined) return problem("Which project? Say --project ID, or --local.");
  if (project.startsWith("demo-"))
    return problem(`${project} is a demo project, which exists only locally: say --local`);
  if (!projectPattern.test(project)) return problem(`not the id of a project: ${project}`);
  if (region !== undefined && !regionPattern.test(region))
    return problem(`a region looks like us-central1: ${region}`);
  if (instance !== undefined && !instancePattern.test(instance))
    return problem(`not the name of an instance: ${instance}`);
  return { kind: "cloud", projectId: project, region, instance, json };
}
