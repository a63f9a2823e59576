import { describe, expect, test } from "@jest/globals";
import type { RawAnswer } from "./case-schema.fake.ts";
import { CaseWorld } from "./case-world.fake.ts";
import { broken, unmet } from "./expectations.fake.ts";
import { refuseWatch } from "./run-watch.fake.ts";
import { classic, detailed, plain } from "./variants.fake.ts";

const first = {
  ...plain,
  id: "first",
  start: { dateTime: "2026-02-02T09:00:00Z" },
  end: { dateTime: "2026-02-02T10:00:00Z" },
};
const firstStart = "2026-02-02T09:00:00Z";
const secondStart = "2026-02-03T09:00:00Z";

/** A synced calendar with a new change that Google does not let us read. */
async function refused(
  answer: RawAnswer,
  when: "pull" | "full" = "pull",
  deliveries = 3,
): Promise<CaseWorld> {
  const world = new CaseWorld();
  world.sync.google.replace(first);
  await world.import();
  world.sync.google.replace(plain);
  world.client.answer({ ...answer, when });
  if (when === "full") world.sync.google.expireSyncTokens();
  await world.pull(deliveries);
  return world;
}

/** Reasons about the project, a limit or Google's own faults; the last reason is invented. */
const passing = [
  "accessNotConfigured",
  "SERVICE_DISABLED",
  "BILLING_DISABLED",
  "CONSUMER_SUSPENDED",
  "CONSUMER_INVALID",
  "API_KEY_SERVICE_BLOCKED",
  "RATE_LIMIT_EXCEEDED",
  "concurrentLimitExceeded",
  "calendarUsageLimitsExceeded",
  "rateLimitExceeded",
  "userRateLimitExceeded",
  "quotaExceeded",
  "dailyLimitExceeded",
  "dailyLimitExceededUnreg",
  "servingLimitExceeded",
  "variableTermLimitExceeded",
  "backendError",
  "internalError",
  "sslRequired",
  "somethingThatIsNewIn2031",
];
const forms = passing.flatMap(reason => [
  { name: `403 ${reason}`, answer: classic(403, reason) },
  { name: `403 ${reason} in details`, answer: detailed(403, reason) },
]);
const vague = ["SERVICE_DISABLED", "BILLING_DISABLED", "CONSUMER_SUSPENDED", "RATE_LIMIT_EXCEEDED"].map(
  reason => ({
    name: `403 ${reason} in details beside "forbidden"`,
    answer: detailed(403, reason, "forbidden"),
  }),
);
const bare = [
  400, 402, 403, 404, 405, 408, 409, 412, 413, 418, 421, 429, 451, 500, 502, 503, 504, 599,
].flatMap(status => [
  { name: `${status} without a body`, answer: { status, body: undefined } },
  { name: `${status} with a page for people`, answer: { status, body: "<html><body>Sorry…</body></html>" } },
  {
    name: `${status} with a body of another kind`,
    answer: { status, body: { error: { errors: null, details: 5 } } },
  },
]);
const elsewhere = [401, 404, 409, 410, 412, 500, 503].map(status => ({
  name: `${status} backendError`,
  answer: classic(status, "backendError"),
}));

describe("a refusal that is not known to be final", () => {
  test.each([...forms, ...vague, ...bare, ...elsewhere])(
    "$name keeps the calendar, and heals",
    async ({ answer }) => {
      for (const when of ["pull", "full"] as const) {
        const world = await refused(answer, when);
        const kept = {
          active: true,
          notPhase: "unavailable",
          reauth: false,
          watchStopped: false,
          atLeast: true,
        } as const;
        expect(unmet(world, { ...kept, starts: [firstStart] })).toEqual([]);
        world.client.noAnswers();
        await world.pull();
        expect(unmet(world, { starts: [firstStart, secondStart], phase: "live", reauth: false })).toEqual([]);
        expect(broken(world)).toEqual([]);
      }
    },
  );

  test.each(["authError", "somethingNew", "required"])(
    "401 %s to fresh tokens is tried again for hours",
    async reason => {
      const world = await refused(classic(401, reason), "pull", 60);
      expect(
        unmet(world, { active: true, reauth: false, watchStopped: false, starts: [firstStart] }),
      ).toEqual([]);
      world.client.noAnswers();
      await world.pull();
      expect(unmet(world, { starts: [firstStart, secondStart], phase: "live", reauth: false })).toEqual([]);
    },
  );
});

/** Only 401s for some hours, with a pull in each hour. */
async function refusedFor(hours: number): Promise<CaseWorld> {
  const world = await refused(classic(401, "authError"));
  for (let hour = 0; hour < hours; hour++) {
    world.sync.clock.advance(3_600_000);
    await world.pull(2);
  }
  return world;
}

describe("401s to fresh tokens", () => {
  test("for most of a day ask nobody to connect again", async () => {
    const world = await refusedFor(22);
    expect(
      unmet(world, { reauth: false, active: true, notPhase: "unavailable", starts: [firstStart] }),
    ).toEqual([]);
  });

  test("for more than a day do", async () => {
    const world = await refusedFor(30);
    expect(unmet(world, { reauth: true, notPhase: "unavailable", starts: [firstStart] })).toEqual([]);
  });

  test("with an answer between them are counted anew", async () => {
    const world = await refusedFor(20);
    world.client.noAnswers();
    await world.pull();
    world.client.answer({ ...classic(401, "authError"), when: "pull" });
    for (let hour = 0; hour < 20; hour++) {
      world.sync.clock.advance(3_600_000);
      await world.pull(2);
    }
    expect(unmet(world, { reauth: false, active: true, starts: [firstStart, secondStart] })).toEqual([]);
  });
});

describe("a refusal that is known to be final", () => {
  test.each([
    ["404 notFound", classic(404, "notFound")],
    ["403 forbidden", classic(403, "forbidden")],
    ["403 notACalendarUser", classic(403, "notACalendarUser")],
  ])("%s: the calendar is unavailable, and what is stored stays", async (_name, answer) => {
    const world = await refused(answer);
    expect(
      unmet(world, { phase: "unavailable", active: false, reauth: false, starts: [firstStart] }),
    ).toEqual([]);
  });

  test("403 requiredAccessLevel: the calendar is shown as one of busy times, and what is stored stays", async () => {
    const world = await refused(classic(403, "requiredAccessLevel"));
    expect(unmet(world, { phase: "busyOnly", active: false, reauth: false, starts: [firstStart] })).toEqual(
      [],
    );
  });

  test.each([
    ["insufficientPermissions", classic(403, "insufficientPermissions")],
    ["ACCESS_TOKEN_SCOPE_INSUFFICIENT", detailed(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")],
    [
      "ACCESS_TOKEN_SCOPE_INSUFFICIENT beside forbidden",
      detailed(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "forbidden"),
    ],
  ])("%s: only the user can help", async (_name, answer) => {
    const world = await refused(answer);
    expect(unmet(world, { reauth: true, notPhase: "unavailable", starts: [firstStart] })).toEqual([]);
  });

  test("a grant that is refused ends the account at once", async () => {
    const world = new CaseWorld();
    world.sync.google.replace(first);
    await world.import();
    world.tokens.refusal = { kind: "failed", reason: "unauthorized", googleReason: "invalid_grant" };
    world.client.answer({ ...classic(401, "authError"), when: "pull" });
    await world.pull(1);
    expect(unmet(world, { reauth: true, starts: [firstStart] })).toEqual([]);
  });
});

const token = { locationType: "parameter", location: "syncToken" };
const deadTokens = [
  classic(400, "invalid", "Invalid sync token value.", token),
  classic(400, "invalid", "Invalid sync token value."),
  classic(400, "invalid", "INVALID SYNC TOKEN", {}),
  classic(400, "invalidParameter", "Invalid value for: syncToken", token),
  classic(400, "badRequest", "Sync token is no longer valid, a full sync is required.", token),
  classic(400, "fullSyncRequired", "Sync token is no longer valid, a full sync is required."),
  classic(400, "somethingNew", "Bad", token),
  classic(410, "fullSyncRequired", "Gone", token),
  classic(410, "updatedMinTooLongAgo", "Gone"),
  classic(410, "somethingNew", "Gone"),
  { status: 410, body: undefined },
];

describe("a sync token that Google does not take", () => {
  test.each(deadTokens.map(answer => [JSON.stringify(answer.body), answer] as const))(
    "is followed by one full sync: %s",
    async (_name, expired) => {
      const world = new CaseWorld();
      world.sync.google.replace(first);
      await world.import();
      world.sync.google.replace(plain);
      world.client.expired = expired;
      await world.full(5);
      expect(unmet(world, { starts: [firstStart, secondStart], phase: "live", fullLists: 2 })).toEqual([]);
    },
  );

  test.each([
    ["no reason", { status: 400, body: undefined }],
    ["an unknown reason", classic(400, "somethingNew", "It cannot be done.")],
    ["invalid", classic(400, "invalid", "Invalid value.")],
  ])("is given up after some pulls that were refused with 400 for %s", async (_name, answer) => {
    const world = await refused(answer, "pull", 40);
    expect(
      unmet(world, { starts: [firstStart, secondStart], reauth: false, active: true, fullLists: 2 }),
    ).toEqual([]);
  });

  test.each([400, 410])(
    "is not followed by list after list when those are refused with %d, too",
    async status => {
      const world = new CaseWorld();
      world.sync.google.replace(first);
      await world.import();
      const answer = classic(status, "invalid", "Invalid sync token value.", token);
      world.client.answer({ ...answer, when: "pull" });
      world.client.answer({ ...answer, when: "full" });
      await world.pull(6);
      expect(world.client.fullLists).toBeLessThanOrEqual(7);
      expect(
        unmet(world, { starts: [firstStart], reauth: false, active: true, watchStopped: false }),
      ).toEqual([]);
      world.client.noAnswers();
      await world.pull();
      expect(unmet(world, { starts: [firstStart], phase: "live" })).toEqual([]);
    },
  );
});

const addresses = [
  "push.webhookUrlUnauthorized",
  "push.webhookUrlNotHttps",
  "push.webhookUrlNoHostOrAddress",
  "push.somethingNew",
];

describe("a channel that Google does not open", () => {
  test.each(addresses.flatMap(reason => [400, 401, 403].map(status => [status, reason] as const)))(
    "for %d %s: the operator hears of it, and no user does",
    async (status, reason) => {
      const { world, tokens } = await refuseWatch(classic(status, reason));
      expect(world.reauth).toEqual([]);
      expect(tokens.asked).toBe(0);
      expect(world.alarms).toEqual(["push.addressRefused"]);
      expect(world.watches.targets.size).toBe(1);
      expect([...world.watches.targets.values()]).toMatchObject([{ active: true }]);
    },
  );

  test.each([...forms, ...vague, ...bare])("for $name: nobody has to connect again", async ({ answer }) => {
    const { world } = await refuseWatch(answer);
    expect(world.reauth).toEqual([]);
    expect([...world.watches.targets.values()]).toMatchObject([{ active: true, pushUnsupported: false }]);
  });
});
