import { describe, expect, test } from "@jest/globals";
import type { DeploymentFinding } from "../ports/deployment.port.ts";
import { checkDeployment, type CheckDeploymentPorts } from "./check-deployment.ts";
import { account, clientSecret, healthyDeployment } from "./deployment-world.fake.ts";

const fails = async (message = "no", code?: unknown): Promise<never> => {
  await Promise.resolve();
  throw Object.assign(new Error(message), { code });
};

/** What is found if these ports replace the healthy ones. */
async function findingsWith(broken: Partial<CheckDeploymentPorts>) {
  const world = healthyDeployment();
  const { findings } = await checkDeployment({ ...world.ports, ...broken });
  const faults = findings.filter(({ level }) => level !== "ok");
  return { ...world, findings, faults };
}

const { ports: healthy } = healthyDeployment();
const settings = (change: Partial<CheckDeploymentPorts["settings"]>) => ({
  settings: { ...healthy.settings, ...change },
});
const reports = (change: Partial<CheckDeploymentPorts["reports"]>) => {
  const own = healthyDeployment().reports;
  return {
    reports: { begin: own.begin, save: own.save, othersSince: own.othersSince, ...change },
  };
};
const refusedProbe = (lacks: "actAs" | "enqueue" | "denied") => ({
  queue: { storeProbe: async () => await Promise.resolve({ kind: "refused" as const, lacks }) },
});
const exchange = (answer: Awaited<ReturnType<CheckDeploymentPorts["oauth"]["exchange"]>>) => ({
  oauth: { exchange: async () => await Promise.resolve(answer) },
});
const operator = (googleReason: string) =>
  exchange({ kind: "failed", reason: "operator", status: 401, googleReason });
const answers = (status: number) => ({
  addresses: {
    urls: () => ({ webhook: "https://w.example/hook?key=hidden", callback: "https://w.example/back" }),
    open: async (url: string) =>
      await Promise.resolve({ kind: "answered" as const, status: url.includes("/hook") ? status : 400 }),
  },
});
const noAnswer = (code: string) => ({
  addresses: {
    ...answers(405).addresses,
    open: async () => await Promise.resolve({ kind: "none" as const, code }),
  },
});

describe("a healthy deployment", () => {
  test("has nine good findings, stored with where it is, and one line in the log", async () => {
    const { ports, reports: stored, lines, nowMs } = healthyDeployment();
    const report = await checkDeployment(ports);
    expect(report.findings.map(({ check, level }) => `${check} ${level}`)).toEqual([
      "params ok",
      "client-secret ok",
      "key-ring ok",
      "firestore ok",
      "tasks ok",
      "oauth-client ok",
      "webhook ok",
      "callback ok",
      "database-owner ok",
    ]);
    expect(report).toMatchObject({ ...ports.place, checkedAtMs: nowMs });
    expect(stored.saved).toEqual([report]);
    expect(lines).toEqual([["info", "deployment checked", { instance: "default", findings: 9 }]]);
  });

  test("stores a probe of its own, and opens both addresses once", async () => {
    const { ports, probes, opened } = healthyDeployment();
    await checkDeployment(ports);
    expect(probes).toEqual([`probe-${"i".repeat(22)}`]);
    expect(opened).toEqual(["https://calendar.example/webhook", "https://calendar.example/callback"]);
  });

  test("in the Emulator Suite is not opened from outside", async () => {
    const { findings } = await findingsWith({ addresses: undefined });
    expect(findings.map(({ check }) => check)).not.toContain("webhook");
    expect(findings).toHaveLength(7);
  });
});

type Row = [
  fault: string,
  broken: Partial<CheckDeploymentPorts>,
  check: string,
  says: string,
  remedy: string,
];

const actAs = `gcloud iam service-accounts add-iam-policy-binding ${account} --member=serviceAccount:${account} --role=roles/iam.serviceAccountUser --project calendar-live`;
const enqueuer = `gcloud projects add-iam-policy-binding calendar-live --member=serviceAccount:${account} --role=roles/cloudtasks.enqueuer`;
const wrong: Row[] = [
  [
    "a param is not usable",
    settings({
      readParams: () => {
        throw new Error("not usable: region");
      },
    }),
    "params",
    "not usable: region",
    ".env",
  ],
  [
    "the client's secret is empty",
    settings({ readClientSecret: () => "" }),
    "client-secret",
    "empty",
    "secrets:set GOOGLE",
  ],
  [
    "the client's secret ends with a line break",
    settings({ readClientSecret: () => `${clientSecret}\n` }),
    "client-secret",
    "white space",
    "secrets:set GOOGLE",
  ],
  [
    "the key ring is something else",
    settings({
      readKeyRing: () => {
        throw new Error(clientSecret);
      },
    }),
    "key-ring",
    "not a key ring",
    "every key that was in use",
  ],
  [
    "there is no database",
    reports({ begin: async () => await fails("no", 5) }),
    "firestore",
    "no database",
    "Native",
  ],
  [
    "Firestore refuses",
    reports({ begin: async () => await fails("no", 7) }),
    "firestore",
    "Datastore User",
    `serviceAccount:${account} --role=roles/datastore.user`,
  ],
  [
    "the account may not act as itself",
    refusedProbe("actAs"),
    "tasks",
    "Service Account User on itself",
    `${actAs}   (or: npx firestore-calendar-sync grant --project calendar-live --instance "" --region `,
  ],
  ["the account may not store tasks", refusedProbe("enqueue"), "tasks", "Cloud Tasks Enqueuer", enqueuer],
  [
    "Google does not say which",
    refusedProbe("denied"),
    "tasks",
    "Service Account User on itself",
    `${actAs} && ${enqueuer}`,
  ],
  [
    "the client is wrong",
    operator("invalid_client"),
    "oauth-client",
    "(invalid_client)",
    "GOOGLE_CLIENT_SECRET",
  ],
  [
    "the client is of another type",
    operator("unauthorized_client"),
    "oauth-client",
    "Web application",
    "credentials",
  ],
  [
    "the redirect URI is missing",
    exchange({ kind: "failed", reason: "badRequest", googleReason: "redirect_uri_mismatch" }),
    "oauth-client",
    "not registered",
    "Authorised redirect URIs",
  ],
  [
    "the webhook is closed",
    answers(403),
    "webhook",
    "https://w.example/hook answers 403",
    "add-iam-policy-binding calendarwebhook --region europe-west1 --member=allUsers",
  ],
  ["the webhook is elsewhere", answers(404), "webhook", "answers 404, not 405", "WEBHOOK_URL"],
];

describe("a fault costs its own finding and has a remedy", () => {
  test.each(wrong)("%s", async (_fault, broken, check, says, remedy) => {
    const { faults, lines, ports } = await findingsWith(broken);
    const fault = {
      check,
      level: "wrong",
      text: expect.stringContaining(says),
      remedy: expect.stringContaining(remedy),
    };
    expect(faults).toEqual([fault]);
    const { level: _level, ...logged } = fault;
    expect(lines).toEqual([
      ["warn", "deployment fault", { instance: ports.place.instance, ...logged }],
      ["alarm", "deployment.incomplete", { instance: "default", checks: check }],
    ]);
  });

  test("a name that does not resolve is one of both addresses", async () => {
    const { faults } = await findingsWith(noAnswer("ENOTFOUND"));
    expect(faults.map(({ check, level }) => `${check} ${level}`)).toEqual([
      "webhook wrong",
      "callback wrong",
    ]);
  });
});

describe("what cannot be checked is unknown, and no alarm", () => {
  const boom = async () => await fails(clientSecret, "ECONNRESET");
  const unknown: [string, Partial<CheckDeploymentPorts>, string[]][] = [
    ["Firestore is away", reports({ begin: async () => await fails("no", 14) }), ["firestore"]],
    ["reports cannot be listed", reports({ othersSince: boom }), ["database-owner"]],
    ["the queue fails", { queue: { storeProbe: boom } }, ["tasks"]],
    ["the client cannot be asked", { oauth: { exchange: boom } }, ["oauth-client"]],
    ["Google is away", exchange({ kind: "failed", reason: "unavailable" }), ["oauth-client"]],
    ["an address fails", { addresses: { ...answers(405).addresses, open: boom } }, ["webhook", "callback"]],
    ["an address does not answer", noAnswer("ETIMEDOUT"), ["webhook", "callback"]],
    ["the webhook is busy", answers(429), ["webhook"]],
  ];

  test.each(unknown)("%s", async (_why, broken, checks) => {
    const { faults, lines } = await findingsWith(broken);
    expect(faults.map(({ check, level }) => [check, level])).toEqual(checks.map(check => [check, "unknown"]));
    expect(lines.filter(([level]) => level === "alarm")).toEqual([]);
  });

  test("a check that takes too long: the others are reported", async () => {
    const { ports, endAllWaits, reports: stored } = healthyDeployment();
    const never = new Promise<never>(() => undefined);
    const checking = checkDeployment({ ...ports, oauth: { exchange: async () => await never } });
    await new Promise(resolve => setImmediate(resolve));
    expect(stored.saved).toEqual([]);
    endAllWaits(undefined);
    const slow = (await checking).findings.filter(({ level }) => level !== "ok");
    expect(slow).toEqual([
      { check: "oauth-client", level: "unknown", text: expect.stringContaining("20 seconds") },
    ]);
  });
});

test("a role is named although the account's name is not known", async () => {
  const { faults } = await findingsWith({
    ...refusedProbe("actAs"),
    serviceAccount: async () => await fails(),
  });
  expect(faults).toMatchObject([{ check: "tasks", remedy: expect.stringContaining("SERVICE_ACCOUNT") }]);
});

test("the names of a kit's function and secret have its prefix", async () => {
  const place = { ...healthy.place, instance: "work" };
  const { faults } = await findingsWith({
    place,
    ...answers(403),
    ...settings({ readClientSecret: () => "" }),
  });
  const remedies = faults.map(({ remedy }) => remedy);
  expect(remedies[0]).toContain("gcloud secrets versions add kit-work-GOOGLE_CLIENT_SECRET");
  expect(remedies[1]).toContain("kit-work-calendarwebhook");
});

describe("two instances in one database", () => {
  const dayMs = 86_400_000;
  async function besides(instance: string, ageMs: number): Promise<DeploymentFinding | undefined> {
    const { ports, reports: stored, nowMs } = healthyDeployment();
    stored.startedAtMs.set(instance, nowMs - ageMs);
    const { findings } = await checkDeployment(ports);
    return findings.find(({ check }) => check === "database-owner");
  }

  test("are wrong: both would sync the same calendars", async () => {
    expect(await besides("work", 44 * dayMs)).toMatchObject({
      level: "wrong",
      text: expect.stringContaining("work"),
      remedy: expect.stringContaining("FIRESTORE_DATABASE"),
    });
  });

  test("are one, if the other was last checked 45 days ago, or is this one", async () => {
    expect(await besides("work", 45 * dayMs)).toMatchObject({ level: "ok" });
    expect(await besides("default", dayMs)).toMatchObject({ level: "ok" });
  });
});

test("a secret never appears, not even from an error's message", async () => {
  const leaky = async () => await fails(`request failed: ${clientSecret}`);
  const { ports, lines, reports: stored } = healthyDeployment();
  await checkDeployment({
    ...ports,
    settings: {
      ...ports.settings,
      readClientSecret: () => `${clientSecret} `,
      readKeyRing: () => {
        throw new Error(clientSecret);
      },
    },
    queue: { storeProbe: leaky },
    oauth: { exchange: leaky },
    reports: { begin: leaky, save: stored.save, othersSince: leaky },
    addresses: { ...answers(405).addresses, open: leaky },
  });
  const written = JSON.stringify([stored.saved, lines]);
  expect(stored.saved[0]?.findings.filter(({ level }) => level !== "ok")).toHaveLength(8);
  expect(written).not.toContain(clientSecret);
  expect(written).not.toContain("hidden");
});

test("a report that cannot be stored is logged, and the task fails", async () => {
  const { ports, lines } = healthyDeployment();
  const failing = { ...refusedProbe("actAs"), ...reports({ save: async () => await fails("no store") }) };
  await expect(checkDeployment({ ...ports, ...failing })).rejects.toThrow("no store");
  expect(lines.map(([level]) => level)).toEqual(["warn", "alarm"]);
});
