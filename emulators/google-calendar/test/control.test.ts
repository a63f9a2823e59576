import { describe, expect, test } from "@jest/globals";
import { ALICE, at, failure, Harness, until, useHarness, Webhook } from "./harness.ts";

const harness = useHarness();

async function post(
  name: string,
  body: unknown,
  method = "POST",
): Promise<{ status: number; json: unknown }> {
  return await harness.fetch(`/_emulator/${name}`, {
    method,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("wrong bodies name the field", () => {
  test.each([
    ["state", { users: [{ email: "nope" }] }, "users.0.email", "PUT"],
    [
      "state",
      { users: [{ email: ALICE, calendars: [{ id: ALICE, timeZone: "Mars" }] }] },
      "users.0.calendars.0.timeZone",
      "PUT",
    ],
    ["state", {}, "users", "PUT"],
    ["grants/revoke", { email: 7 }, "email", "POST"],
    ["grants/revoke", { email: "nobody@example.com" }, "email", "POST"],
    ["faults", { status: 200 }, "status", "POST"],
    ["faults", { times: 1 }, "status", "POST"],
    ["faults", { drop: true, typo: 1 }, "typo", "POST"],
    ["push", { drop: 2 }, "drop", "POST"],
    ["push", { delayMs: [5, 1] }, "delayMs", "POST"],
    ["clock", {}, "now", "POST"],
    ["tokens", { email: ALICE, scopes: [] }, "scopes", "POST"],
    ["sync-tokens/expire", { calendarId: "nobody" }, "calendarId", "POST"],
    ["splits", { calendarId: ALICE }, "instanceId", "POST"],
    ["habits", { syncTokenLifeMs: 0 }, "syncTokenLifeMs", "POST"],
    ["service-accounts", {}, "email", "POST"],
  ])("%s %j", async (name, body, field, method) => {
    expect(await post(name, body, method)).toMatchObject({
      status: 400,
      json: { error: { field, message: expect.any(String) as unknown } },
    });
  });

  test("text that is no JSON is 400; an unknown call 404; a wrong method 405", async () => {
    expect((await post("tokens", "{")).status).toBe(400);
    expect((await post("nothing", {})).status).toBe(404);
    expect((await post("tokens", {}, "PUT")).status).toBe(405);
  });
});

describe("faults", () => {
  test("a status with its reason, for a method and a part of the path, a number of times", async () => {
    const alice = await harness.client();
    await harness.control("POST", "faults", {
      method: "GET",
      path: "/events",
      status: 403,
      reason: "rateLimitExceeded",
      times: 2,
    });
    const list = async (): Promise<unknown> => await alice.events.list({ calendarId: "primary" });
    const expected = { status: 403, reason: "rateLimitExceeded", domain: "usageLimits" };
    expect(await failure(list())).toMatchObject(expected);
    expect((await alice.calendarList.list()).status).toBe(200);
    expect((await alice.events.insert({ calendarId: "primary", requestBody: at(9) })).status).toBe(200);
    expect(await failure(list())).toMatchObject(expected);
    expect(await list()).toMatchObject({ status: 200 });
  });

  test("a status alone takes Google's usual reason", async () => {
    const alice = await harness.client();
    const list = async (): Promise<unknown> => await alice.events.list({ calendarId: "primary" });
    for (const [status, reason] of [
      [410, "fullSyncRequired"],
      [429, "rateLimitExceeded"],
      [500, "backendError"],
      [503, "backendError"],
    ] as const) {
      await harness.control("POST", "faults", { status, times: 1 });
      expect(await failure(list())).toMatchObject({ status, reason });
    }
  });

  test("drop cuts the connection; the write has not happened", async () => {
    const alice = await harness.client();
    await harness.control("POST", "faults", { method: "POST", drop: true, times: 1 });
    await expect(alice.events.insert({ calendarId: "primary", requestBody: at(9) })).rejects.toThrow();
    expect((await alice.events.list({ calendarId: "primary" })).data.items).toEqual([]);
  });

  test("drop after the work loses the answer only", async () => {
    const alice = await harness.client();
    await harness.control("POST", "faults", { method: "POST", drop: true, when: "after", times: 1 });
    await expect(alice.events.insert({ calendarId: "primary", requestBody: at(9) })).rejects.toThrow();
    expect((await alice.events.list({ calendarId: "primary" })).data.items).toHaveLength(1);
  });

  test("probability strikes by chance, the same way for a seed; DELETE clears", async () => {
    const alice = await harness.client();
    const run = async (): Promise<string> => {
      await harness.control("POST", "faults", { status: 503, probability: 0.5, seed: 11 });
      let outcome = "";
      for (let index = 0; index < 20; index += 1) {
        outcome += await alice.colors.get().then(
          () => "+",
          () => "-",
        );
      }
      await harness.control("DELETE", "faults");
      return outcome;
    };
    const first = await run();
    expect(first).toMatch(/\+/);
    expect(first).toMatch(/-/);
    expect(await run()).toBe(first);
    expect((await alice.colors.get()).status).toBe(200);
  });

  test("OAuth gets OAuth's error body; the control surface is never struck", async () => {
    await harness.control("POST", "faults", { path: "/token", status: 400, reason: "invalid_grant" });
    const answer = await harness.fetch("/token", { method: "POST" });
    expect(answer).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
    await harness.control("POST", "faults", { status: 500 });
    expect(await harness.token()).toEqual(expect.any(String));
  });
});

describe("the rest", () => {
  test("requests are logged with query, status and times, the control surface is not", async () => {
    const alice = await harness.client();
    await harness.control("DELETE", "requests");
    await alice.events.list({ calendarId: "primary", maxResults: 3 });
    await failure(alice.events.get({ calendarId: "primary", eventId: "nothing12" }));
    const requests = await harness.control<{ at: number; answeredAt: number }[]>("GET", "requests");
    expect(requests).toMatchObject([
      { method: "GET", path: "/calendar/v3/calendars/primary/events", query: "maxResults=3", status: 200 },
      { method: "GET", path: "/calendar/v3/calendars/primary/events/nothing12", query: "", status: 404 },
    ]);
    for (const request of requests) expect(request.answeredAt).toBeGreaterThanOrEqual(request.at);
  });

  test("reset forgets users, tokens and channels", async () => {
    const alice = await harness.client();
    await harness.control("POST", "reset");
    expect(await failure(alice.calendarList.list())).toMatchObject({ status: 401 });
    expect(await harness.control("GET", "state")).toEqual({ users: [] });
  });

  test("the clock can be set and goes on from there", async () => {
    const { now } = await harness.control<{ now: number }>("POST", "clock", { now: "2030-01-01T00:00:00Z" });
    expect(Math.abs(now - Date.UTC(2030, 0, 1))).toBeLessThan(1_000);
    const event = await (await harness.client()).events.insert({ calendarId: "primary", requestBody: at(9) });
    expect(event.data.created).toMatch(/^2030-01-01T00:/);
  });

  test("a clock that runs a thousand times as fast takes delays and retries with it", async () => {
    const origin = Date.now();
    const now = (): number => origin + (Date.now() - origin) * 1_000;
    const fast = await new Harness().start({ now, speed: 1_000 });
    const hook = await new Webhook().start();
    hook.answer = (_message, index) => (index === 0 ? 503 : 204);
    try {
      await fast.control("POST", "push", { delayMs: [60_000, 60_000], retryBaseMs: 60_000 });
      const client = await fast.client();
      await client.events.watch({
        calendarId: "primary",
        requestBody: { id: "fast", type: "web_hook", address: hook.address },
      });
      // The delay is at least two virtual minutes. At normal speed that would exceed the bound.
      await until("the second attempt", () => (hook.received.length === 2 ? true : undefined), 30_000);
    } finally {
      await hook.close();
      await fast.close();
    }
  });

  test("colours of calendars can be given", async () => {
    const calendars = [{ id: ALICE, primary: true, backgroundColor: "#0b8043", foregroundColor: "#ffffff" }];
    await harness.control("PUT", "state", { users: [{ email: ALICE, calendars }] });
    const { data } = await (await harness.client()).calendarList.get({ calendarId: "primary" });
    expect(data).toMatchObject({ backgroundColor: "#0b8043", foregroundColor: "#ffffff" });
  });

  test("a user without calendars gets a primary one", async () => {
    await harness.control("PUT", "state", { users: [{ email: "new@example.com" }] });
    const client = await harness.client("new@example.com");
    expect((await client.calendarList.list()).data.items).toMatchObject([
      { id: "new@example.com", primary: true, accessRole: "owner" },
    ]);
  });

  test("in process: a frozen clock, two emulators, no handle left", async () => {
    const one = await new Harness().start({ now: () => Date.UTC(2026, 0, 1), seed: 1 });
    const two = await new Harness().start({ seed: 1 });
    expect(one.url).not.toBe(two.url);
    const client = await one.client();
    const insert = async (): Promise<string | null | undefined> =>
      (await client.events.insert({ calendarId: "primary", requestBody: at(9) })).data.etag;
    expect(await insert()).not.toBe(await insert());
    await one.close();
    await two.close();
    await expect(fetch(one.url)).rejects.toThrow();
  });
});
