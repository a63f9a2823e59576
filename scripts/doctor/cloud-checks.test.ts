import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
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
  ringKey,
  secretValue,
  serviceAccount,
  type Reply,
} from "./healthy-cloud.fixture.ts";
import { exitCodeOf, runChecks, type Result } from "./run-checks.ts";
import { startStandIn, type StandIn } from "./stand-in.fake.ts";

let cloud: StandIn;
beforeAll(async () => {
  cloud = await startStandIn({});
});
afterAll(async () => {
  await cloud.close();
});
beforeEach(() => {
  cloud.replies = healthyReplies();
  cloud.asked.length = 0;
});

async function examine(options: { anonymous?: boolean; instance?: string } = {}): Promise<Result[]> {
  const { anonymous = false, instance } = options;
  const context = createCloudContext({
    ...inRepository,
    projectId,
    region: undefined,
    instance,
    login: anonymous ? undefined : { token: "a-token", source: "a test" },
    root: cloud.root,
    localParams: healthyParams,
    nowMs,
  });
  return await runChecks(cloudChecks, context, () => undefined);
}

describe("a healthy project", () => {
  test("passes every check", async () => {
    const results = await examine();
    expect(results.filter(({ level }) => level !== "ok")).toEqual([]);
    expect(exitCodeOf(results)).toBe(0);
  });

  test("is only read, and no secret gets into the report", async () => {
    const report = JSON.stringify(await examine());
    expect(report).not.toContain(secretValue);
    expect(report).not.toContain(ringKey);
    const posts = cloud.asked.filter(each => each.startsWith("POST"));
    expect(
      posts.filter(each => !/:(?:getIamPolicy|runQuery .*|test)$|entries:list$|^POST outside/.test(each)),
    ).toEqual([]);
  });

  test("is found in its own region without being told", async () => {
    const region = (await examine()).find(({ id }) => id === "deployed");
    expect(region).toMatchObject({ level: "ok", text: expect.stringContaining("europe-west1") });
  });
});

describe("a fault is named with its remedy", () => {
  test.each(brokenClouds.map(broken => [broken.fault, broken] as const))("%s", async (_, broken) => {
    cloud.replies = broken.replies;
    const results = await examine();
    const found = results.find(({ id }) => id === broken.check);
    expect(found).toMatchObject({
      level: broken.level,
      text: expect.stringContaining(broken.says),
      remedies: expect.arrayContaining([expect.stringContaining(broken.remedy)]),
    });
    expect(exitCodeOf(results)).toBe(broken.level === "wrong" ? 1 : 0);
    // Nothing that works is called broken, and what makes no sense any more is skipped.
    const others = results.filter(({ id }) => id !== broken.check && !broken.also.includes(id));
    expect(others.filter(({ level }) => level !== "skipped" && level !== "ok")).toEqual([]);
  });

  test("in the one blocker of a project that does not exist: everything else is skipped, with the reason", async () => {
    cloud.replies = {};
    const [login, project, ...others] = await examine();
    expect(login?.level).toBe("ok");
    expect(project?.level).toBe("wrong");
    for (const each of others)
      expect(each).toMatchObject({ level: "skipped", because: "first put right: project" });
  });

  test("nobody is logged in: nothing is sent", async () => {
    const [login, ...others] = await examine({ anonymous: true });
    expect(login).toMatchObject({
      level: "wrong",
      remedies: [expect.stringContaining("firebase-tools login")],
    });
    expect(others.every(({ level }) => level === "skipped")).toBe(true);
    expect(cloud.asked).toEqual([]);
  });
});

describe("the account that the first deploy makes", () => {
  const ofAccount = ["service-account", "roles", "act-as", "secret-access"];
  const levels = (results: readonly Result[]) =>
    results.filter(({ id }) => ofAccount.includes(id)).map(({ level }) => level);

  test("is not missed before it", async () => {
    cloud.replies = {
      ...healthyReplies(),
      [paths.functions]: { status: 200, body: {} },
      [paths.account]: { status: 404, body: {} },
      [paths.accountPolicy]: { status: 404, body: {} },
      [paths.policy]: { status: 200, body: {} },
      [paths.secretPolicy("GOOGLE_CLIENT_SECRET")]: { status: 200, body: {} },
    };
    expect(levels(await examine())).toEqual(["ok", "ok", "ok", "ok"]);
  });

  test("is made again by a deploy, not by the Compute API, and acts as itself", async () => {
    const managed = "firebase-fn-1a2b@calendar-live.iam.gserviceaccount.com";
    const replies = JSON.parse(
      JSON.stringify(healthyReplies()).replaceAll(serviceAccount, managed),
    ) as ReturnType<typeof healthyReplies>;
    const account = paths.account.replace(serviceAccount, managed);
    const policy = paths.accountPolicy.replace(serviceAccount, managed);
    cloud.replies = { ...replies, [account]: { status: 404, body: {} } };
    expect((await examine()).find(({ id }) => id === "service-account")).toMatchObject({
      level: "wrong",
      remedies: [expect.stringContaining("firebase-tools deploy --only functions")],
    });
    cloud.replies = { ...replies, [policy]: { status: 200, body: {} } };
    expect((await examine()).find(({ id }) => id === "act-as")).toMatchObject({
      level: "wrong",
      remedies: [
        `gcloud iam service-accounts add-iam-policy-binding ${managed} --member=serviceAccount:${managed} --role=roles/iam.serviceAccountUser --project calendar-live`,
        'or: npx firestore-calendar-sync grant --project calendar-live --instance "" --region europe-west1',
      ],
    });
  });
});

const denied = (permission: string): Reply => ({
  status: 403,
  body: {
    error: {
      code: 403,
      status: "PERMISSION_DENIED",
      message: `Permission '${permission}' denied`,
      details: [{ reason: "IAM_PERMISSION_DENIED", metadata: { permission } }],
    },
  },
});
const controlPlane = Object.keys(healthyReplies()).filter(
  // A healthy deployment uses version 1 of its secrets; "latest" only tells whether there is a newer one.
  path => !path.includes(" outside/") && !/\/versions\/latest(?::access)?$/.test(path),
);

describe("what may not be looked at is unknown, not wrong", () => {
  test.each(controlPlane)("%s", async path => {
    cloud.replies = { ...healthyReplies(), [path]: denied("some.thing.get") };
    const results = await examine();
    expect(results.filter(({ level }) => level === "wrong" || level === "skipped")).toEqual([]);
    const unknown = results.filter(({ level }) => level === "unknown");
    expect(unknown).not.toEqual([]);
    expect(JSON.stringify(unknown)).toContain("some.thing.get");
    expect(exitCodeOf(results)).toBe(0);
  });

  test("nothing at all may be looked at", async () => {
    cloud.replies = Object.fromEntries(Object.keys(healthyReplies()).map(path => [path, denied("a.b.get")]));
    const results = await examine();
    expect(results.filter(({ level }) => level !== "unknown").map(({ id }) => id)).toEqual(["login"]);
  });
});

describe("an answer that cannot be read is unknown, not a crash", () => {
  const strange: readonly [string, Reply][] = [
    ["HTML", { status: 200, body: "<html>" }],
    ["other types", { status: 200, body: [[{ name: 1 }]] }],
    ["a failure of Google's without a body", { status: 502, body: "" }],
  ];
  /** On these, other checks depend. */
  const first: readonly string[] = [paths.project, paths.functions];
  const later = controlPlane.filter(path => !first.includes(path));

  test.each(strange)("%s", async (_, reply) => {
    for (const broken of [...first.map(path => [path]), later]) {
      cloud.replies = {
        ...healthyReplies(),
        ...Object.fromEntries(broken.map(path => [path, reply])),
      };
      const results = await examine();
      expect(results.filter(({ level }) => level === "wrong")).toEqual([]);
      expect(results.some(({ level }) => level === "unknown")).toBe(true);
    }
  });

  test("an API that is off is named", async () => {
    const error = {
      message: "off",
      details: [{ reason: "SERVICE_DISABLED", metadata: { service: "cloudquotas.googleapis.com" } }],
    };
    cloud.replies = { ...healthyReplies(), [paths.quota]: { status: 403, body: { error } } };
    expect((await examine()).find(({ id }) => id === "cpu-quota")).toMatchObject({
      level: "unknown",
      remedies: ["gcloud services enable cloudquotas.googleapis.com --project calendar-live"],
    });
  });
});
