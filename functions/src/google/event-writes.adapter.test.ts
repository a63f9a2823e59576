import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { FakeAccessTokens } from "../account/access-tokens.fake.ts";
import type { EventBody, GoogleEvents } from "../ports/event-writes.port.ts";
import { CountedCalls } from "../quota/counted-calls.fake.ts";
import { type CallOptions, createCalendarCaller } from "./calendar-client.ts";
import { createEventWrites } from "./event-writes.adapter.ts";

interface Call {
  readonly method: string | undefined;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly ifMatch: string | undefined;
  readonly body: unknown;
}

let server: Server;
let tokens: FakeAccessTokens;
let calls: Call[];
/** The next answers: a status, or the body of a success. The last one is repeated. */
let answers: (number | object)[];
/** Google's reason in refusals. */
let reason: string;
let google: GoogleEvents;

beforeAll(() => {
  // The client library imports its own `fetch` dynamically, which Jest does not support. In a browser the library uses
  // `window.fetch`.
  Object.assign(globalThis, { window: { fetch } });
});
beforeEach(async () => {
  tokens = new FakeAccessTokens(() => 0);
  calls = [];
  answers = [{ id: "event", etag: '"2"', summary: "A" }];
  reason = "invalid";
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://google");
    let text = "";
    request.on("data", chunk => (text += String(chunk)));
    request.on("end", () => {
      const { quotaUser: _quotaUser, ...query } = Object.fromEntries(url.searchParams);
      calls.push({
        method: request.method,
        path: url.pathname.replace("/calendar/v3/calendars/", ""),
        query,
        ifMatch: request.headers["if-match"],
        body: text === "" ? undefined : JSON.parse(text),
      });
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 500;
      const isRefusal = typeof answer === "number";
      const status = isRefusal ? answer : request.method === "DELETE" ? 204 : 200;
      response.writeHead(status, { "Content-Type": "application/json" });
      const body = isRefusal ? { error: { code: answer, errors: [{ reason }] } } : answer;
      response.end(status === 204 ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  google = createEventWrites(createCalendarCaller(tokens, url, new CountedCalls(), { mayLackScope: true }));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const calendar = { accountId: "account", calendarId: "me@example.com" };
const place = { ...calendar, eventId: "event" };
const events = "me%40example.com/events";
const options = { etag: '"1"', sendUpdates: "externalOnly" as const };
const written = {
  kind: "event",
  event: { id: "event", etag: '"2"', resource: { id: "event", etag: '"2"', summary: "A" } },
};

const writes: readonly (readonly [string, () => Promise<{ readonly kind: string }>])[] = [
  ["insert", async () => await google.insert(calendar, { id: "event" }, options)],
  ["patch", async () => await google.patch(place, { summary: "A" }, options)],
  ["remove", async () => await google.remove(place, options)],
  ["move", async () => await google.move(place, "team@example.com", options)],
];

describe("a call of Google", () => {
  test("patch writes only if the event has this etag", async () => {
    expect(await google.patch(place, { summary: "A", location: null }, options)).toEqual(written);
    expect(calls).toEqual([
      {
        method: "PATCH",
        path: `${events}/event`,
        query: { sendUpdates: "externalOnly" },
        ifMatch: '"1"',
        body: { summary: "A", location: null },
      },
    ]);
  });

  test("remove deletes only if the event has this etag", async () => {
    expect(await google.remove(place, options)).toEqual({ kind: "removed" });
    expect(calls).toEqual([
      { method: "DELETE", path: `${events}/event`, query: { sendUpdates: "externalOnly" }, ifMatch: '"1"' },
    ]);
  });

  test("insert has the id in its body, and no etag", async () => {
    expect(await google.insert(calendar, { id: "event" }, { sendUpdates: "none" })).toEqual(written);
    expect(calls).toEqual([
      { method: "POST", path: events, query: { sendUpdates: "none" }, body: { id: "event" } },
    ]);
  });

  test("move names the other calendar", async () => {
    expect(await google.move(place, "team@example.com", { sendUpdates: "all" })).toEqual(written);
    expect(calls).toEqual([
      {
        method: "POST",
        path: `${events}/event/move`,
        query: { destination: "team@example.com", sendUpdates: "all" },
      },
    ]);
  });

  test("get returns what is there, also deleted events", async () => {
    answers = [{ id: "event", etag: '"2"', status: "cancelled" }];
    expect(await google.get(place)).toMatchObject({ event: { resource: { status: "cancelled" } } });
    expect(calls).toMatchObject([{ method: "GET", path: `${events}/event`, query: {} }]);
  });

  test.each<readonly [string, EventBody, object]>([
    ["a conference", { conferenceData: { createRequest: {} } }, { conferenceDataVersion: "1" }],
    ["no conference", { conferenceData: null }, { conferenceDataVersion: "1" }],
    ["attachments", { attachments: [] }, { supportsAttachments: "true" }],
    ["neither", { summary: "A" }, {}],
  ])("says which fields the body has: %s", async (_what, body, parameters) => {
    await google.patch(place, body, options);
    await google.insert(calendar, { ...body, id: "event" }, options);
    expect(calls.map(({ query }) => query)).toEqual([
      { sendUpdates: "externalOnly", ...parameters },
      { sendUpdates: "externalOnly", ...parameters },
    ]);
  });
});

describe.each(writes)("%s", (_name, write) => {
  test.each([500, 503, 429])("is not repeated after %s", async status => {
    answers = [status];
    expect(await write()).toMatchObject({ kind: "failed", status });
    expect(calls).toHaveLength(1);
  });

  test("is not repeated if there is no answer", async () => {
    server.removeAllListeners("request");
    let count = 0;
    server.on("request", request => {
      count += 1;
      request.socket.destroy();
    });
    expect(await write()).toMatchObject({ kind: "failed", reason: "unavailable" });
    expect(count).toBe(1);
  });

  test("is made again with a token that has more scopes: the user may have consented meanwhile", async () => {
    answers = [403, { id: "event", etag: '"2"' }];
    reason = "insufficientPermissions";
    expect((await write()).kind).not.toBe("failed");
    expect(calls).toHaveLength(2);
    expect(calls[1]).toEqual(calls[0]);
  });
});

test("a scope that is still missing is asked for once", async () => {
  answers = [403];
  reason = "insufficientPermissions";
  expect(await google.patch(place, {}, options)).toMatchObject({ reason: "insufficientPermissions" });
  expect(calls).toHaveLength(2);
});

test.each([
  {},
  { id: "event" },
  { id: "", etag: '"2"' },
  { id: "event", etag: 7 },
  [],
  { id: "e".repeat(1_025), etag: "x" },
])("after the answer %j, nothing is known", async answer => {
  answers = [answer];
  const failed = { kind: "failed", reason: "unavailable", googleReason: "unreadableAnswer" };
  expect(await google.patch(place, {}, options)).toEqual(failed);
  expect(await google.get(place)).toEqual(failed);
});

test("every call has a time-out of 15 seconds, so that a write with several calls ends before the SDK's 70 seconds", async () => {
  const seen: CallOptions[] = [];
  const timed = createEventWrites(async (_account, call) => {
    const basic = {
      timeout: 30_000,
      retry: true,
      headers: { Authorization: "Bearer t" },
    } as unknown as CallOptions;
    const answer = (_params: unknown, given: CallOptions) => {
      seen.push(given);
      return Promise.resolve({ data: { id: "event", etag: '"2"' } });
    };
    const names = { get: answer, insert: answer, patch: answer, delete: answer, move: answer, list: answer };
    return { kind: "ok", data: (await call({ events: names } as never, basic)).data };
  });
  await timed.get(place);
  await timed.withICalUid(calendar, "uid");
  await timed.insert(calendar, { id: "event" }, options);
  await timed.patch(place, {}, options);
  await timed.remove(place, options);
  await timed.move(place, "other", options);
  expect(seen.map(({ timeout }) => timeout)).toEqual(Array.from({ length: 6 }, () => 15_000));
  expect(seen.map(({ retry }) => retry)).toEqual([true, true, false, false, false, false]);
  expect(seen.every(({ headers }) => headers["Authorization"] === "Bearer t")).toBe(true);
});

describe("the events with an iCalUID", () => {
  const item = (id: string) => ({ id, etag: '"1"' });

  test("are read page by page, with deleted ones", async () => {
    answers = [{ items: [item("a")], nextPageToken: "next" }, { items: [item("b"), item("c")] }];
    const found = await google.withICalUid(calendar, "uid@google.com");
    expect(found).toMatchObject({ kind: "events", events: [{ id: "a" }, { id: "b" }, { id: "c" }] });
    const query = { iCalUID: "uid@google.com", showDeleted: "true", maxResults: "2500" };
    expect(calls.map(call => call.query)).toEqual([query, { ...query, pageToken: "next" }]);
  });

  test("may be none", async () => {
    answers = [{}];
    expect(await google.withICalUid(calendar, "uid")).toEqual({ kind: "events", events: [] });
  });

  test.each<readonly [string, object]>([
    ["an event cannot be read", { items: [item("a"), { id: "b" }] }],
    ["the list cannot be read", { items: "many" }],
  ])("are not known if %s", async (_what, page) => {
    answers = [page];
    expect(await google.withICalUid(calendar, "uid")).toMatchObject({
      kind: "failed",
      reason: "unavailable",
    });
  });

  test("are not known if the pages have no end", async () => {
    answers = [{ items: [item("a")], nextPageToken: "next" }];
    expect(await google.withICalUid(calendar, "uid")).toMatchObject({ kind: "failed" });
    expect(calls).toHaveLength(10);
  });

  test("are not known if a page is refused", async () => {
    answers = [{ items: [item("a")], nextPageToken: "next" }, 404];
    expect(await google.withICalUid(calendar, "uid")).toMatchObject({ kind: "failed", status: 404 });
  });
});
