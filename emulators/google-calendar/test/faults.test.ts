import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, failure, listAll, useHarness } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
let token: string;
beforeEach(async () => {
  alice = await harness.client();
  token = await harness.token();
});

interface Logged {
  path: string;
  status: number;
  struck?: boolean;
  mutations?: { path: string; kind: string; itemId?: string; was?: string; now?: string }[];
}

const fault = async (body: object): Promise<unknown> => await harness.control("POST", "faults", body);
const requests = async (): Promise<Logged[]> => await harness.control<Logged[]>("GET", "requests");
const EVENTS = `/calendar/v3/calendars/${ALICE}/events`;
const get = async (path = EVENTS) =>
  await harness.fetch(path, { headers: { authorization: `Bearer ${token}` } });

describe("refusals", () => {
  test.each([
    [{ status: 403, reason: "accessNotConfigured" }, "usageLimits"],
    [{ status: 403, reason: "concurrentLimitExceeded" }, "usageLimits"],
    [{ status: 403, reason: "calendarUsageLimitsExceeded" }, "usageLimits"],
    [{ status: 403, reason: "quotaExceeded" }, "usageLimits"],
    [{ status: 403, reason: "backendError" }, "global"],
    [{ status: 403, reason: "somethingNobodyKnows", message: "Who knows", domain: "mars" }, "mars"],
    [{ status: 401, reason: "push.webhookUrlUnauthorized" }, "global"],
    [{ status: 400, reason: "push.webhookUrlNotHttps" }, "global"],
    [{ status: 400, reason: "invalid", location: "syncToken" }, "global"],
  ])("%j", async (body, domain) => {
    await fault({ ...body, times: 1 });
    const { status, reason } = body;
    expect(await failure(alice.events.list({ calendarId: ALICE }))).toMatchObject({
      status,
      reason,
      domain,
      ...("message" in body ? { message: body.message } : {}),
      ...("location" in body ? { location: body.location } : {}),
    });
  });

  test("the newer form: a status and details, a bare reason stands for an ErrorInfo", async () => {
    const own = { "@type": "type.googleapis.com/google.rpc.Help", links: [] };
    await fault({ status: 403, reason: "forbidden", details: ["SERVICE_DISABLED", own], times: 1 });
    expect((await get()).json).toEqual({
      error: {
        code: 403,
        message: "Forbidden",
        errors: [{ domain: "global", reason: "forbidden", message: "Forbidden" }],
        status: "PERMISSION_DENIED",
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "SERVICE_DISABLED",
            domain: "googleapis.com",
            metadata: { service: "calendar-json.googleapis.com" },
          },
          own,
        ],
      },
    });
  });

  test.each([
    [502, "<html><title>Error 502</title></html>", "text/html; charset=UTF-8"],
    [200, "<!doctype html><p>Sign in to the network", "text/html; charset=UTF-8"],
    [503, "", null],
    [200, "", null],
    [429, { error: "not Google's shape" }, "application/json; charset=UTF-8"],
    [200, null, "application/json; charset=UTF-8"],
    [200, [], "application/json; charset=UTF-8"],
  ])("a body of one's own: %i %j", async (status, body, type) => {
    await fault({
      status,
      body,
      headers: { "Retry-After": "7", Connection: "x", "Transfer-Encoding": "y" },
      times: 1,
    });
    const answer = await get();
    expect([answer.status, answer.text]).toEqual([
      status,
      typeof body === "string" ? body : JSON.stringify(body),
    ]);
    expect(answer.headers.get("content-type")).toBe(type);
    expect(answer.headers.get("retry-after")).toBe("7");
    // A fault cannot replace the headers that delimit the answer, because clients could then not parse it.
    expect([answer.headers.get("connection"), answer.headers.get("transfer-encoding")]).not.toContain("x");
  });

  test("OAuth's answers have bodies and messages of one's own, too", async () => {
    await fault({
      path: "/token",
      status: 400,
      reason: "invalid_grant",
      message: "Account disabled",
      times: 1,
    });
    expect((await harness.fetch("/token", { method: "POST" })).json).toEqual({
      error: "invalid_grant",
      error_description: "Account disabled",
    });
    await fault({ path: "/token", status: 200, body: { access_token: 7 }, times: 1 });
    expect((await harness.fetch("/token", { method: "POST" })).json).toEqual({ access_token: 7 });
  });

  test("401 for the stored token and for the one that was just issued: times", async () => {
    await fault({ path: "/events", status: 401, times: 2 });
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      token = await harness.token();
      statuses.push((await get()).status);
    }
    expect(statuses).toEqual([401, 401, 200]);
  });

  test("query and queryLacks tell a pull from a full list; GET faults says what is left", async () => {
    await fault({ path: "/events", queryLacks: "syncToken=", status: 503, times: 2 });
    await fault({ query: "syncToken=", status: 400, reason: "invalid" });
    expect((await get()).status).toBe(503);
    expect((await get(`${EVENTS}?syncToken=x`)).status).toBe(400);
    expect(await harness.control("GET", "faults")).toMatchObject([{ times: 1 }, { reason: "invalid" }]);
    expect((await get()).status).toBe(503);
    expect((await get()).status).toBe(200);
    expect((await requests()).map(request => request.struck)).toEqual([true, true, true, undefined]);
  });

  test.each([
    [{ status: 200 }, "status"],
    [{ body: "x" }, "status"],
    [{ delayMs: 1, body: "x" }, "body"],
    [{ mutate: {} }, "mutate"],
    [{ mutate: { seed: 1 }, status: 500 }, "mutate"],
    [{ mutate: { shuffle: true } }, "mutate.shuffle"],
    [{ status: 500, headers: { "a b": "c" } }, "headers.a b"],
    [{ status: 500, headers: { a: "b\r\nc: d" } }, "headers.a"],
  ])("%j is refused", async (body, field) => {
    const answer = await harness.fetch("/_emulator/faults", { method: "POST", body: JSON.stringify(body) });
    expect(answer).toMatchObject({ status: 400, json: { error: { field } } });
  });
});

describe("mutations", () => {
  beforeEach(async () => {
    for (const hour of [8, 9, 10]) {
      const requestBody = { ...at(hour), id: `event${hour}0` };
      await alice.events.insert({ calendarId: ALICE, requestBody });
    }
  });

  test("drop and set change a successful answer, and the log tells what", async () => {
    const value = null;
    const mutate = {
      drop: ["items.0", "nextSyncToken", "nothing.there"],
      set: [
        { path: "items.0.id", value },
        { path: "items.*.start.dateTime", value: 7 },
      ],
    };
    await fault({ path: "/events", mutate, times: 1 });
    const { json } = await get();
    expect(json).toMatchObject({ items: [{ id: null, start: { dateTime: 7 } }, { id: "event100" }] });
    expect(Object.keys(json as object)).not.toContain("nextSyncToken");
    expect((await requests()).at(-1)?.mutations).toMatchObject([
      { path: "items.0", kind: "missing", itemId: "event80" },
      { path: "nextSyncToken", kind: "missing" },
      { path: "items.0.id", kind: "set", itemId: "event90", was: '"event90"', now: "null" },
      {
        path: "items.0.start.dateTime",
        kind: "set",
        was: expect.stringContaining("T10:00") as unknown,
        now: "7",
      },
      { path: "items.1.start.dateTime", kind: "set", itemId: "event100" },
    ]);
    expect((await listAll(alice)).items).toHaveLength(3);
  });

  test("a whole list can be left out, or made something else", async () => {
    await fault({ mutate: { drop: "items" }, times: 1 });
    expect(Object.keys((await get()).json as object)).not.toContain("items");
    await fault({ mutate: { set: { path: "items", value: "many" } }, times: 1 });
    expect((await get()).json).toMatchObject({ items: "many" });
  });

  test("mutations left to chance repeat for a seed, stay below `within` and spare what is named", async () => {
    const plain = (await get()).json as Record<string, unknown>;
    const run = async (seed: number): Promise<[unknown, unknown]> => {
      await fault({ mutate: { seed, count: 5, within: "items", spare: ["id"] }, times: 1 });
      const { json } = await get();
      const { nextSyncToken: _token, ...rest } = json as Record<string, unknown>;
      return [JSON.stringify(rest), (await requests()).at(-1)?.mutations];
    };
    const [first, changes] = await run(3);
    expect(await run(3)).toEqual([first, changes]);
    expect(changes).toHaveLength(5);
    const kinds = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      const [text, mutations] = await run(seed);
      for (const { path, kind } of mutations as { path: string; kind: string }[]) {
        kinds.add(kind);
        expect(path).toMatch(/^items\.\d+/);
        expect(path).not.toMatch(/\.id$/);
      }
      expect(JSON.parse(String(text))).toMatchObject({ kind: plain["kind"], timeZone: plain["timeZone"] });
    }
    expect([...kinds].sort()).toEqual(
      ["huge", "missing", "null", "reorder", "repeat", "unicode", "unknownValue", "wrongType"].sort(),
    );
  });

  test("an item that chance has changed has another etag, unless etags are spared", async () => {
    type Item = { id: string; etag: unknown };
    const itemsOf = (json: unknown) => (json as { items: Item[] }).items;
    const etags = new Map(itemsOf((await get()).json).map(({ id, etag }) => [id, etag]));
    for (const spare of [["id"], ["id", "etag"]]) {
      let changed = 0;
      for (let seed = 0; seed < 40; seed += 1) {
        await fault({ mutate: { seed, count: 1, within: "items", spare }, times: 1 });
        const { json } = await get();
        const [mutation] = (await requests()).at(-1)?.mutations as { path: string; itemId?: string }[];
        const field = /^items\.\d+\.([A-Za-z]+)/.exec(mutation?.path ?? "")?.[1];
        if (field === undefined || field === "etag") continue;
        const item = itemsOf(json).find(({ id }) => id === mutation?.itemId);
        changed += 1;
        const before = etags.get(item?.id ?? "");
        expect(item?.etag).toBe(spare.includes("etag") ? before : `${String(before)}~`);
      }
      expect(changed).toBeGreaterThan(20);
    }
  });

  test("list, get, watch and token answers can be mutated; a refusal stays what it is", async () => {
    await fault({ mutate: { set: { path: "expiration", value: "never" } }, path: "/watch", times: 1 });
    const watch = await harness.fetch(`${EVENTS}/watch`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ id: "mutated", type: "web_hook", address: "https://example.com/hook" }),
    });
    expect(watch.json).toMatchObject({ id: "mutated", expiration: "never" });
    await fault({ mutate: { drop: "status" }, path: "/events/event80", times: 1 });
    const one = await get(`${EVENTS}/event80`);
    expect(one.json).not.toHaveProperty("status");
    expect(one.headers.get("etag")).toBe(null);
    const { refresh_token } = await harness.control<{ refresh_token: string }>("POST", "tokens", {
      email: ALICE,
    });
    await fault({ mutate: { drop: "access_token" }, path: "/token", times: 1 });
    const form = {
      grant_type: "refresh_token",
      refresh_token,
      client_id: "emulator-client",
      client_secret: "x",
    };
    const refreshed = await harness.fetch("/token", { method: "POST", body: new URLSearchParams(form) });
    expect(refreshed).toMatchObject({ status: 200, json: { token_type: "Bearer" } });
    expect(refreshed.json).not.toHaveProperty("access_token");
    await fault({ mutate: { drop: "error" }, times: 1 });
    expect((await get(`${EVENTS}/nothing12`)).json).toHaveProperty("error");
    expect((await requests()).at(-1)).toMatchObject({ status: 404, struck: true, mutations: [] });
  });
});
