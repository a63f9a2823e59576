import { describe, expect, test } from "@jest/globals";
import { readCases } from "../../functions/src/sync/cases/case-schema.fake.ts";
import { classic, detailed } from "../../functions/src/sync/cases/variants.fake.ts";
import { listedAgain, listedFirst, ListWorld } from "./list-world.ts";

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

describe("the reported cases", () => {
  const cases = readCases("faults.json").filter(({ run }) => run === "list");

  test("are there", () => {
    expect(cases.map(({ id }) => id)).toEqual(["role-without-private-access"]);
  });

  test.each(cases.map(one => [one.id, one] as const))(
    "%s",
    async (_id, { items = [], expect: wanted = {} }) => {
      const again = await listedAgain(items);
      for (const id of wanted.kept ?? []) expect(await again.keeps(id)).toBe(true);
      const first = await listedFirst(items);
      for (const id of wanted.listed ?? [])
        expect(rolesOfOldPages).toContain((await first.document(id))?.["accessRole"]);
      for (const world of [again, first]) {
        expect(world.reauth).toEqual([]);
        expect(world.queue.cleanUpTasks).toEqual([]);
      }
    },
  );
});

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
    for (const { id } of items) expect(await again.keeps(id)).toBe(true);
    for (const world of [again, await listedFirst(items)]) {
      expect(await world.keeps(good.id)).toBe(true);
      const shown = await world.document("team@group.example.com");
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
      expect(await world.keeps(good.id)).toBe(true);
      expect(await world.keeps("team@group.example.com")).toBe(true);
    },
  );

  test.each([null, 5, "text", [], {}, { id: 5 }, { id: "" }])("that is %j costs no other", async item => {
    const world = await ListWorld.open();
    await world.list([good, entry({})]);
    await world.list([item, good, item, entry({}), item]);
    expect(await world.keeps(good.id)).toBe(true);
    expect(await world.keeps("team@group.example.com")).toBe(true);
  });

  test("that is gone from a list that can be read goes", async () => {
    const world = await ListWorld.open();
    await world.list([good, entry({})]);
    await world.list([good]);
    expect(await world.keeps(good.id)).toBe(true);
    expect(await world.keeps("team@group.example.com")).toBe(false);
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
    const world = await ListWorld.open();
    await world.list([good, entry({})]);
    await world.refuse(answer);
    expect(world.reauth).toEqual([]);
    expect(await world.keeps(good.id)).toBe(true);
    expect(await world.keeps("team@group.example.com")).toBe(true);
  });
});
