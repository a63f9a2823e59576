import * as z from "zod";
import { stringParams } from "../../../functions/src/params.ts";
import { cannotTell, judge } from "../cloud.ts";
import type { CloudCheck } from "../context.ts";
import { documentsPlaceOf } from "../deployment.ts";
import { ok, unknown, wrong } from "../finding.ts";
import { serverCollections } from "../../../functions/cli/rules/our-documents.ts";

interface RuleCase {
  readonly says: string;
  readonly uid: string | null;
  readonly method: "get" | "create" | "update" | "delete";
  readonly path: string;
  readonly expectation: "ALLOW" | "DENY";
}

/** What the rules have to answer; the exhaustive list is in tests/rules. */
function casesOf(usersRoot: string): readonly RuleCase[] {
  const shown = ["calendarAccounts/a", "calendars/c", "calendarEvents/c_e", "calendarSeries/c_s"];
  return [...shown.flatMap(each => shownCases(`${usersRoot}/owner/${each}`)), ...serverCases];
}

const shownCases = (path: string): readonly RuleCase[] => [
  { says: `the owner reads ${path}`, uid: "owner", method: "get", path, expectation: "ALLOW" },
  { says: `another user reads ${path}`, uid: "other", method: "get", path, expectation: "DENY" },
  { says: `nobody reads ${path}`, uid: null, method: "get", path, expectation: "DENY" },
  ...(["create", "update", "delete"] as const).map((method): RuleCase => ({
    says: `the owner writes ${path} (${method})`,
    uid: "owner",
    method,
    path,
    expectation: "DENY",
  })),
];
const serverCases: readonly RuleCase[] = serverCollections.flatMap(collection =>
  (["get", "create"] as const).map((method): RuleCase => ({
    says: `a user can ${method === "get" ? "read" : "write"} ${collection}`,
    uid: "owner",
    method,
    path: `${collection}/x`,
    expectation: "DENY",
  })),
);

function toTestCase({ uid, method, path, expectation }: RuleCase, database: string) {
  const document = { data: { n: 1 } };
  return {
    expectation,
    request: {
      path: `/databases/${database}/documents/${path}`,
      method,
      ...(uid !== null && { auth: { uid, token: {} } }),
      ...((method === "create" || method === "update") && { resource: document }),
    },
    ...(method !== "create" && { resource: document }),
  };
}

/** The rules of other databases than the default one have a release of their own (firebase-tools, rulesDeploy.js). */
const releaseOf = (database: string): string =>
  database === stringParams.FIRESTORE_DATABASE.default ? "cloud.firestore" : `cloud.firestore/${database}`;

const rules: CloudCheck = {
  id: "rules",
  title: "security rules as deployed",
  needs: ["firestore"],
  run: async context => {
    const { cloud, projectId } = context;
    const { database, usersRoot } = await documentsPlaceOf(context);
    const allCases = casesOf(usersRoot);
    const deploy = `npx firebase-tools deploy --only firestore:rules --project ${projectId}`;
    const reader = { permission: "firebaserules.rulesets.test", role: "roles/firebaserules.viewer" } as const;
    const release = await cloud.ask({
      service: "firebaserules",
      path: `v1/projects/${projectId}/releases/${releaseOf(database)}`,
      schema: z.object({ rulesetName: z.string() }),
      ...reader,
      permission: "firebaserules.releases.get",
    });
    if (release.kind === "absent") return wrong("no rules are deployed", deploy);
    if (release.kind !== "ok") return cannotTell(release, projectId);
    const tested = await cloud.ask({
      service: "firebaserules",
      path: `v1/${release.value.rulesetName}:test`,
      schema: z.object({ testResults: z.array(z.object({ state: z.string() })).default([]) }),
      ...reader,
      body: { testSuite: { testCases: allCases.map(each => toTestCase(each, database)) } },
    });
    return judge(tested, projectId, ({ testResults }) => {
      if (testResults.length !== allCases.length)
        return unknown("cannot tell: Google did not answer each case");
      const failed = allCases.filter((_, index) => testResults[index]?.state === "FAILURE");
      const open = failed.filter(({ expectation }) => expectation === "DENY");
      const closed = failed.filter(({ expectation }) => expectation === "ALLOW");
      if (open.length > 0)
        return wrong(
          `the rules allow what must be denied: ${list(open)}`,
          `correct firestore.rules: a wildcard such as /${usersRoot}/{uid}/{document=**} must not cover these paths`,
          deploy,
        );
      if (closed.length > 0) return wrong(`the rules deny: ${list(closed)}`, deploy);
      return ok(`${allCases.length} cases answered as they should be`);
    });
  },
};

function list(found: readonly RuleCase[]): string {
  const named = found.slice(0, 3).map(({ says }) => says);
  const rest = found.length - named.length;
  return rest > 0 ? `${named.join(", ")} and ${rest} more` : named.join(", ");
}

export const ruleChecks: readonly CloudCheck[] = [rules];
