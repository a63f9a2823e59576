import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { FakeAccessTokens } from "../account/access-tokens.fake.ts";
import { silentLog } from "../account/log.fake.ts";
import { accountIdOf } from "../model/keys.ts";
import { CountedCalls } from "../quota/counted-calls.fake.ts";
import { createCalendarCaller } from "./calendar-client.ts";
import { createCalendarList } from "./calendar-list.adapter.ts";
import { createEventSource } from "./events.adapter.ts";
import { createChannels } from "./push-channels.adapter.ts";

let server: Server;
let tokens: FakeAccessTokens;
let calls: CountedCalls;
/** The statuses of the next answers; 200 when the list is empty. */
let statuses: number[];
/** The reason in their bodies; none if undefined. */
let reason: string | undefined;
let bearers: (string | undefined)[];
/** The addresses of the calls, as the server sees them. */
let urls: URL[];

beforeAll(() => {
  // The client library imports its own `fetch` dynamically, which Jest does not support. In a browser the library uses
  // `window.fetch`.
  Object.assign(globalThis, { window: { fetch } });
});
beforeEach(async () => {
  tokens = new FakeAccessTokens(() => 0);
  calls = new CountedCalls();
  statuses = [];
  reason = undefined;
  bearers = [];
  urls = [];
  server = createServer((request, response) => {
    bearers.push(request.headers.authorization);
    urls.push(new URL(request.url ?? "", "http://google"));
    response.writeHead(statuses.shift() ?? 200, { "Content-Type": "application/json" }).end(answer());
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const answer = () => JSON.stringify(reason === undefined ? {} : { error: { errors: [{ reason }] } });

const rootUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const caller = () => createCalendarCaller(tokens, rootUrl(), calls);

async function call() {
  return await caller()("account", (client, options) => client.colors.get({}, options));
}

describe("every call names the account whose quota it uses", () => {
  const accountId = accountIdOf("uid", "subject");
  const lists = () => createCalendarList(caller(), rootUrl(), calls, silentLog);
  const channels = () => createChannels(caller(), "https://app.example/calendarWebhook");
  const channel = { accountId, calendarId: "calendar", channelId: "channel", token: "t", resourceId: "r" };

  test.each<[path: string, run: () => Promise<unknown>]>([
    [
      "/calendars/calendar/events",
      async () =>
        await createEventSource(caller()).list({
          accountId,
          calendarId: "calendar",
          query: { timeMinMs: 0 },
        }),
    ],
    ["/users/me/calendarList", async () => await lists().list(accountId, undefined)],
    ["/users/me/calendarList", async () => await lists().listWithToken(accountId, "token")],
    [
      "/calendars/calendar/events/watch",
      async () => await channels().open({ ...channel, resource: "events" }),
    ],
    [
      "/users/me/calendarList/watch",
      async () => await channels().open({ ...channel, resource: "calendarList" }),
    ],
    ["/channels/stop", async () => await channels().stop(channel)],
  ])("%s", async (path, run) => {
    // The second call is the one with a new token.
    statuses = [401];
    await run();
    expect(new Set(urls.map(({ pathname }) => pathname))).toEqual(new Set([`/calendar/v3${path}`]));
    for (const { searchParams } of urls) expect(searchParams.getAll("quotaUser")).toEqual([accountId]);
    // Google's limit (reference of the standard parameters).
    expect(accountId.length).toBeLessThanOrEqual(40);
    expect(calls.total).toBe(urls.length);
  });
});

describe("every request is counted, because Google charges every one", () => {
  test.each<[what: string, statuses: number[], requests: number]>([
    ["one that is answered", [], 1],
    ["one that is refused", [404], 1],
    ["one that the library repeats", [503], 2],
    ["one that the library repeats in vain", [503, 503], 2],
    ["one that is made again with another token", [401], 2],
    ["one that is made again and then repeated", [401, 503], 3],
  ])("%s", async (_what, answers, requests) => {
    statuses = answers;
    await call();
    expect(urls).toHaveLength(requests);
    expect(calls.total).toBe(requests);
  });

  test("one that gets no answer", async () => {
    const unreachable = createCalendarCaller(tokens, "http://127.0.0.1:1", calls);
    const answer = await unreachable("account", (client, options) => client.colors.get({}, options));
    expect(answer).toMatchObject({ kind: "failed", reason: "unavailable" });
    expect(calls.total).toBe(2);
  });

  test("none without a token", async () => {
    tokens.disconnect();
    expect(await call()).toMatchObject({ reason: "unauthorized" });
    expect(calls.total).toBe(0);
  });
});

describe("a call for an account", () => {
  test("whose token is refused is made again with another one", async () => {
    statuses = [401];
    expect(await call()).toMatchObject({ kind: "ok" });
    expect(new Set(bearers).size).toBe(2);
  });

  test("that is refused twice says which connection it was made with", async () => {
    statuses = [401, 401];
    const { grantId } = await tokens.get();
    expect(await call()).toMatchObject({ reason: "tokenRefused", grantId });
    expect(bearers).toHaveLength(2);
  });

  test.each(["push.webhookUrlUnauthorized", "push.somethingNew"])(
    "whose 401 says %s keeps its token: the webhook's address is refused, not the user",
    async word => {
      statuses = [401];
      reason = word;
      const failure = await call();
      expect(failure).toMatchObject({ reason: "addressRefused", googleReason: word });
      expect(failure).not.toHaveProperty("grantId");
      expect(bearers).toHaveLength(1);
    },
  );

  test.each([
    [false, 1],
    [true, 2],
  ])(
    "whose token lacks a scope is made again only where it may have one by now: %s",
    async (mayLackScope, times) => {
      statuses = [403];
      reason = "insufficientPermissions";
      const client = createCalendarCaller(tokens, rootUrl(), calls, { mayLackScope });
      await client("account", (api, options) => api.colors.get({}, options));
      expect(bearers).toHaveLength(times);
      expect(new Set(bearers).size).toBe(times);
    },
  );

  test("whose connection is replaced between the two is refused as the newer one", async () => {
    statuses = [401, 401];
    tokens.meanwhile = () => {
      tokens.reconnect();
      return Promise.resolve();
    };
    tokens.refusal = { kind: "failed", reason: "unauthorized" };
    expect(await call()).toMatchObject({ reason: "tokenRefused", grantId: "connection-2" });
  });

  test("that fails for another reason says nothing about its connection", async () => {
    statuses = [404];
    reason = "notFound";
    const failure = await call();
    expect(failure).toMatchObject({ reason: "calendarGone" });
    expect(failure).not.toHaveProperty("grantId");
  });
});
