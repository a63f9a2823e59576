import { describe, expect, test } from "@jest/globals";
import { needsConsent } from "../../model/google-failure.ts";
import { SealWorld } from "./run-seal.fake.ts";

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
  ] as const)("are waited for at first: %s", async (_name, sealed) => {
    const answer = await (await SealWorld.with(sealed)).get();
    expect(answer.kind).toBe("failed");
    expect(answer.kind === "failed" && needsConsent(answer.reason)).toBe(false);
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
