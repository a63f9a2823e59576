import { describe, expect, test } from "@jest/globals";
import { needsConsent } from "../../ports/google-failure.port.ts";
import { listedAgain, listedFirst, ListWorld } from "./run-list.fake.ts";
import { SealWorld } from "./run-seal.fake.ts";
import { classic, detailed } from "./variants.fake.ts";

const good = {
  id: "me@example.com",
  summary: "Me",
  timeZone: "Europe/Berlin",
  accessRole: "owner",
  primary: true,
};
const entry = (fields: Readonly<Record<string, unknown>>) => ({
  id: "team@group.example.com",
  summary: "Team",
  timeZone: "Europe/Berlin",
  accessRole: "reader",
  selected: true,
  ...fields,
});
const rolesOfOldPages = ["freeBusyReader", "reader", "writer", "owner"];
const odd = [null, 5, "", "somethingNew", {}, [], true];

describe("an entry of the list of calendars", () => {
  test.each([
    "writerWithoutPrivateAccess",
    "readerWithoutPrivateAccess",
    "commenter",
    "organizer",
    "none",
    "OWNER",
    ...odd,
  ])("of the role %j stays, and pages that are open can read it", async accessRole => {
    const items = [good, entry({ accessRole })];
    const again = await listedAgain(items);
    for (const { id } of items) expect(again.keeps(id)).toBe(true);
    for (const world of [again, await listedFirst(items)]) {
      expect(world.keeps(good.id)).toBe(true);
      const shown = world.document("team@group.example.com");
      if (typeof accessRole === "string" && accessRole !== "")
        expect(rolesOfOldPages).toContain(shown?.["accessRole"]);
      expect(world.queue.cleanUpTasks).toEqual([]);
    }
  });

  const fields = [
    "summary",
    "summaryOverride",
    "description",
    "backgroundColor",
    "colorId",
    "timeZone",
    "primary",
    "selected",
    "etag",
  ];

  test.each(fields.flatMap(field => odd.map(value => [field, value] as const)))(
    "whose %s is %j stays, and costs no other",
    async (field, value) => {
      const world = await listedAgain([entry({ [field]: value }), good]);
      expect(world.keeps(good.id)).toBe(true);
      expect(world.keeps("team@group.example.com")).toBe(true);
    },
  );

  test.each([null, 5, "text", [], {}, { id: 5 }, { id: "" }])("that is %j costs no other", async item => {
    const world = new ListWorld();
    await world.list([good, entry({})]);
    await world.list([item, good, item, entry({}), item]);
    expect(world.keeps(good.id)).toBe(true);
    expect(world.keeps("team@group.example.com")).toBe(true);
  });

  test("that is gone from a list that can be read goes", async () => {
    const world = new ListWorld();
    await world.list([good, entry({})]);
    await world.list([good]);
    expect(world.keeps(good.id)).toBe(true);
    expect(world.keeps("team@group.example.com")).toBe(false);
  });
});

describe("a list of calendars that is refused", () => {
  test.each([
    ["accessNotConfigured", classic(403, "accessNotConfigured")],
    ["SERVICE_DISABLED", detailed(403, "SERVICE_DISABLED", "forbidden")],
    ["forbidden", classic(403, "forbidden")],
    ["somethingNew", classic(403, "somethingNew")],
    ["notFound", classic(404, "notFound")],
    ["400 somethingNew", classic(400, "somethingNew")],
    ["401 with fresh tokens", classic(401, "authError")],
    ["no body", { status: 500, body: undefined }],
    ["418", { status: 418, body: "<html>" }],
  ])("for %s switches nothing off and asks nobody to connect again", async (_name, answer) => {
    const world = new ListWorld();
    await world.list([good, entry({})]);
    await world.refuse(answer);
    expect(world.reauth).toEqual([]);
    expect(world.keeps(good.id)).toBe(true);
    expect(world.keeps("team@group.example.com")).toBe(true);
  });
});

describe("tokens that were sealed with a key that is gone", () => {
  test("do not matter while the access token opens and lives", async () => {
    const world = await SealWorld.with({ refresh: "old", access: "new" });
    expect(await world.get()).toMatchObject({ kind: "token", token: "access token" });
  });

  test.each([true, false])(
    "are not needed for access when only that one is lost (expired: %s)",
    async accessExpired => {
      const world = await SealWorld.with({ refresh: "new", access: "old", accessExpired });
      expect(await world.get()).toMatchObject({ kind: "token", token: "refreshed token" });
    },
  );

  test.each([
    ["both", { refresh: "old", access: "old" }],
    ["both, the one for access expired", { refresh: "old", access: "old", accessExpired: true }],
    ["the one to refresh, the other expired", { refresh: "old", access: "new", accessExpired: true }],
  ] as const)("ask for a new consent: %s", async (_name, sealed) => {
    const answer = await (await SealWorld.with(sealed)).get();
    expect(answer.kind === "failed" && needsConsent(answer.reason)).toBe(true);
  });

  test.each([
    { refresh: "old", access: "old" },
    { refresh: "new", access: "old" },
    { refresh: "old", access: "new" },
    { refresh: "old", access: "new", accessExpired: true },
    { refresh: "new", access: "old", accessExpired: true },
  ] as const)("never stand in the way of a removal: %j", async sealed => {
    const world = await SealWorld.with(sealed);
    let outcome = "";
    for (const attempt of [0, 1, 2, 3, 4, 5, 6])
      if (outcome !== "removed") outcome = (await world.cleanUp(attempt)).kind;
    expect(outcome).toBe("removed");
    expect(world.deleted).toContain("account");
  });
});
