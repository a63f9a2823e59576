import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { at, failure, TEAM, useHarness } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
});

const eventId = "lost0";
const target = { calendarId: "primary", eventId };
const insert = async (): Promise<unknown> =>
  await alice.events.insert({ calendarId: "primary", requestBody: { ...at(9), id: eventId } });
const WRITES: Readonly<Record<string, () => Promise<unknown>>> = {
  POST: insert,
  PATCH: async () => await alice.events.patch({ ...target, requestBody: { summary: "Changed" } }),
  PUT: async () => await alice.events.update({ ...target, requestBody: at(10, "Changed") }),
  DELETE: async () => await alice.events.delete(target),
  "POST move": async () => await alice.events.move({ ...target, destination: TEAM }),
};
const stateOf = async (): Promise<unknown> => {
  const { data } = await alice.events.get(target);
  return [data.status, data.summary];
};
const run = async (name: string): Promise<unknown> => await WRITES[name]?.();

describe("a write whose answer is lost", () => {
  test.each([
    ["POST", "before", undefined],
    ["POST", "after", ["confirmed", "at 9"]],
    ["PATCH", "before", ["confirmed", "at 9"]],
    ["PATCH", "after", ["confirmed", "Changed"]],
    ["PUT", "before", ["confirmed", "at 9"]],
    ["PUT", "after", ["confirmed", "Changed"]],
    ["DELETE", "before", ["confirmed", "at 9"]],
    ["DELETE", "after", ["cancelled", "at 9"]],
    ["POST move", "before", ["confirmed", "at 9"]],
    ["POST move", "after", ["cancelled", "at 9"]],
  ])("%s, dropped %s", async (name, when, state) => {
    if (name !== "POST") await insert();
    const method = name.split(" ")[0];
    await harness.control("POST", "faults", { method, path: "/events", drop: true, when, times: 1 });
    await expect(run(name)).rejects.not.toHaveProperty("response.status");
    expect((await harness.control<object[]>("GET", "requests")).at(-1)).toMatchObject({ method, status: 0 });
    if (state === undefined) expect(await failure(stateOf())).toMatchObject({ status: 404 });
    else expect(await stateOf()).toEqual(state);
  });

  test("a refusal can come after the write, too; a repeated insert is then a duplicate", async () => {
    await harness.control("POST", "faults", { method: "POST", status: 503, when: "after", times: 1 });
    expect(await failure(insert())).toMatchObject({ status: 503 });
    expect(await failure(insert())).toMatchObject({ status: 409, reason: "duplicate" });
  });

  test("a quota can refuse writes alone", async () => {
    await harness.control("POST", "faults", {
      method: "POST",
      status: 403,
      reason: "quotaExceeded",
      times: 1,
    });
    expect(await failure(insert())).toMatchObject({
      status: 403,
      reason: "quotaExceeded",
      domain: "usageLimits",
    });
    expect(await failure(stateOf())).toMatchObject({ status: 404 });
    await insert();
  });
});
