import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, failure, HOLIDAYS, until, useHarness, Webhook, WORLD } from "./harness.ts";

const WEEK_MS = 604_800_000;
interface ShownChannel {
  id: string;
  live: boolean;
  stoppedAt?: number;
  dropped: number;
  waiting: number;
  deliveries: {
    at: number;
    answeredAt?: number;
    messageNumber: number;
    state: string;
    status?: number;
    attempt: number;
  }[];
}

const harness = useHarness();
let alice: calendar_v3.Calendar;
let hook: Webhook;
beforeEach(async () => {
  alice = await harness.client();
  hook = await new Webhook().start();
});
afterEach(async () => {
  await hook.close();
});

const watch = async (
  requestBody: calendar_v3.Schema$Channel = {},
  calendarId = "primary",
): Promise<calendar_v3.Schema$Channel> =>
  (
    await alice.events.watch({
      calendarId,
      requestBody: { id: "channel-1", type: "web_hook", address: hook.address, ...requestBody },
    })
  ).data;
const insert = async (hour = 9): Promise<string> =>
  (await alice.events.insert({ calendarId: "primary", requestBody: at(hour) })).data.id ?? "";
const received = async (count: number): Promise<void> => {
  await until(`${count} notifications`, () => (hook.received.length >= count ? true : undefined));
};
const channels = async (): Promise<ShownChannel[]> =>
  await harness.control<ShownChannel[]>("GET", "channels");
const push = async (options: object): Promise<void> => {
  await harness.control("POST", "push", options);
};
const numbers = (): number[] =>
  hook.received.map(message => Number(message.headers["x-goog-message-number"]));

describe("events.watch", () => {
  test("answers the channel; it lives for a week by default", async () => {
    const before = Date.now();
    const channel = await watch({ token: "secret=1" });
    expect(channel).toMatchObject({ kind: "api#channel", id: "channel-1", token: "secret=1" });
    expect(channel.resourceUri).toContain(`/calendars/${encodeURIComponent(ALICE)}/events`);
    const life = Number(channel.expiration) - before;
    expect(life).toBeGreaterThan(WEEK_MS - 5_000);
    expect(life).toBeLessThanOrEqual(WEEK_MS + 5_000);
  });

  test("ttl and expiration are honoured, and cut at 30 days", async () => {
    const now = Date.now();
    const life = async (id: string, body: calendar_v3.Schema$Channel): Promise<number> =>
      Math.round((Number((await watch({ id, ...body })).expiration) - now) / 60_000);
    expect(await life("a", { params: { ttl: "3600" } })).toBe(60);
    expect(await life("b", { expiration: String(now + 7_200_000) })).toBe(120);
    expect(await life("c", { expiration: String(now + 90 * 86_400_000) })).toBe(30 * 24 * 60);
  });

  test("resourceId is the same for every channel on one calendar", async () => {
    const one = await watch({ id: "one" });
    const two = await watch({ id: "two" });
    const bob = await harness.client(BOB);
    const other = await bob.events.watch({
      calendarId: "primary",
      requestBody: { id: "three", type: "web_hook", address: hook.address },
    });
    expect(two.resourceId).toBe(one.resourceId);
    expect(other.data.resourceId).not.toBe(one.resourceId);
  });

  test.each([
    ["http outside loopback", { address: "http://example.com/hook" }, "push.webhookUrlNotHttps"],
    ["no address", { address: "" }, "required"],
    ["no id", { id: "" }, "required"],
    ["a bad id", { id: "a b" }, "invalid"],
    ["a long id", { id: "x".repeat(65) }, "invalid"],
    ["a long token", { token: "x".repeat(257) }, "invalid"],
    ["an unknown type", { type: "smoke_signal" }, "invalid"],
    ["an expiration in the past", { expiration: "1000" }, "invalid"],
    ["a bad ttl", { params: { ttl: "soon" } }, "invalid"],
  ])("refuses %s", async (_name, body, reason) => {
    expect(await failure(watch(body))).toMatchObject({ status: 400, reason });
  });

  test("accepts https anywhere", async () => {
    await push({ paused: true });
    expect((await watch({ address: "https://example.com/hook" })).id).toBe("channel-1");
  });

  test("an id is used up, also after a stop", async () => {
    const channel = await watch();
    expect(await failure(watch())).toMatchObject({ status: 400, reason: "channelIdNotUnique" });
    await alice.channels.stop({ requestBody: { id: "channel-1", resourceId: channel.resourceId ?? "" } });
    expect(await failure(watch())).toMatchObject({ status: 400, reason: "channelIdNotUnique" });
  });

  test("holiday calendars cannot be watched", async () => {
    expect(await failure(watch({}, HOLIDAYS))).toMatchObject({
      status: 400,
      reason: "pushNotSupportedForRequestedResource",
    });
  });

  test("a calendar that is not there is 404", async () => {
    expect(await failure(watch({}, "nobody@example.com"))).toMatchObject({ status: 404, reason: "notFound" });
  });
});

describe("notifications", () => {
  test("the first is sync with number 1, headers to the letter, no body", async () => {
    const channel = await watch({ token: "secret" });
    await received(1);
    const [message] = hook.received;
    expect([message?.method, message?.body]).toEqual(["POST", ""]);
    expect(message?.headers).toMatchObject({
      "x-goog-channel-id": "channel-1",
      "x-goog-channel-token": "secret",
      "x-goog-channel-expiration": new Date(Number(channel.expiration)).toUTCString(),
      "x-goog-resource-id": channel.resourceId,
      "x-goog-resource-uri": channel.resourceUri,
      "x-goog-resource-state": "sync",
      "x-goog-message-number": "1",
      "content-length": "0",
    });
    expect(message?.headers["user-agent"]).toContain("APIs-Google");
  });

  test("without a token there is no token header", async () => {
    await watch();
    await received(1);
    expect(hook.received[0]?.headers).not.toHaveProperty("x-goog-channel-token");
  });

  test("every insert, edit and delete is announced, in order, with growing numbers that skip", async () => {
    await watch();
    const eventId = await insert();
    await alice.events.patch({ calendarId: "primary", eventId, requestBody: { summary: "x" } });
    await alice.events.delete({ calendarId: "primary", eventId });
    await received(4);
    expect(hook.states).toEqual(["sync", "exists", "exists", "exists"]);
    const seen = numbers();
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect(seen[3] ?? 0).toBeGreaterThan(4);
  });

  test("a failed write and a write on another calendar announce nothing", async () => {
    await watch();
    await failure(alice.events.insert({ calendarId: "primary", requestBody: {} }));
    await alice.events.insert({ calendarId: WORLD.users[0]?.calendars[1]?.id ?? "", requestBody: at(9) });
    await insert();
    await received(2);
    expect((await channels())[0]?.deliveries).toHaveLength(2);
  });

  test("two channels overlap: both are told; the stopped one is not", async () => {
    const first = await watch({ id: "first" });
    await watch({ id: "second" });
    await received(2);
    await insert(9);
    await received(4);
    await alice.channels.stop({ requestBody: { id: "first", resourceId: first.resourceId ?? "" } });
    await insert(10);
    await received(5);
    expect(hook.received[4]?.headers["x-goog-channel-id"]).toBe("second");
    expect((await channels()).map(channel => [channel.id, channel.live])).toEqual([
      ["first", false],
      ["second", true],
    ]);
  });

  test("what waits when a channel is stopped is still delivered", async () => {
    const channel = await watch();
    await received(1);
    await push({ paused: true });
    await insert();
    await alice.channels.stop({ requestBody: { id: "channel-1", resourceId: channel.resourceId ?? "" } });
    await push({ paused: false });
    await received(2);
    expect(hook.states).toEqual(["sync", "exists"]);
  });

  test("an expired channel is silent", async () => {
    await watch({ params: { ttl: "600" } });
    await received(1);
    await harness.control("POST", "clock", { advanceMs: 600_000 });
    alice = await harness.client();
    await insert();
    expect(await channels()).toMatchObject([{ live: false, deliveries: [{ state: "sync" }] }]);
  });

  test.each([500, 502, 503, 504])("%i is tried again with growing waits", async status => {
    await push({ retryBaseMs: 60_000, maxAttempts: 3 });
    hook.answer = () => status;
    await watch();
    await received(1);
    const attempts = async (count: number): Promise<void> => {
      await until(`attempt ${count}`, async () =>
        (await channels())[0]?.deliveries.filter(d => d.answeredAt).length === count ? true : undefined,
      );
    };
    await attempts(1);
    await harness.control("POST", "clock", { advanceMs: 76_000 });
    await attempts(2);
    await harness.control("POST", "clock", { advanceMs: 76_000 });
    expect((await channels())[0]?.deliveries).toHaveLength(2);
    await harness.control("POST", "clock", { advanceMs: 76_000 });
    await attempts(3);
    expect(numbers()).toEqual([1, 1, 1]);
    expect((await channels())[0]?.deliveries.map(delivery => [delivery.attempt, delivery.status])).toEqual([
      [1, status],
      [2, status],
      [3, status],
    ]);
  });

  test.each([200, 201, 202, 204, 301, 400, 401, 404, 410, 429, 501])("%i is final", async status => {
    await push({ retryBaseMs: 1, maxAttempts: 5 });
    hook.answer = (_message, index) => (index === 0 ? status : 204);
    await watch();
    await received(1);
    await insert();
    await received(2);
    expect(hook.states).toEqual(["sync", "exists"]);
  });

  test("deliveries are logged with real times and the answer", async () => {
    const before = Date.now();
    await watch();
    const [channel] = await until("the answer", async () => {
      const all = await channels();
      return all[0]?.deliveries[0]?.answeredAt === undefined ? undefined : all;
    });
    const [delivery] = channel?.deliveries ?? [];
    expect(delivery).toMatchObject({ messageNumber: 1, state: "sync", status: 204, attempt: 1 });
    expect(delivery?.at).toBeGreaterThanOrEqual(before);
    expect(delivery?.answeredAt).toBeGreaterThanOrEqual(delivery?.at ?? Infinity);
  });
});

describe("Google's habits", () => {
  const storm = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) await insert(index % 23);
  };

  test("drop loses the given share, the same one for a seed", async () => {
    const run = async (id: string): Promise<number> => {
      await watch({ id });
      await push({ drop: 0.5, seed: 3 });
      await storm(30);
      await push({ drop: 0 });
      return (await channels()).find(channel => channel.id === id)?.dropped ?? 0;
    };
    const lost = await run("one");
    expect(lost).toBeGreaterThan(5);
    expect(lost).toBeLessThan(25);
    const first = (await channels())[0];
    await alice.channels.stop({
      requestBody: { id: "one", resourceId: String(Reflect.get(Object(first), "resourceId")) },
    });
    expect(await run("two")).toBe(lost);
  });

  test("duplicate sends the same number twice", async () => {
    await watch();
    await received(1);
    await push({ duplicate: 1 });
    await insert();
    await received(3);
    expect(numbers()[1]).toBe(numbers()[2]);
  });

  test("reorder lets messages overtake one another; nothing is lost", async () => {
    await watch();
    await received(1);
    await push({ paused: true, reorder: true, seed: 1 });
    await storm(20);
    await push({ paused: false });
    await received(21);
    const seen = numbers();
    expect(new Set(seen).size).toBe(21);
    expect([...seen].sort((a, b) => a - b)).not.toEqual(seen);
  });

  test("delayed messages wait for virtual time", async () => {
    await watch();
    await received(1);
    await push({ delayMs: [600_000, 600_000] });
    await insert();
    expect((await channels())[0]).toMatchObject({ waiting: 1 });
    await harness.control("POST", "clock", { advanceMs: 600_000 });
    await received(2);
  });

  test("a coalesced burst is one message", async () => {
    await watch();
    await received(1);
    await push({ coalesceMs: 30_000 });
    await storm(10);
    await harness.control("POST", "clock", { advanceMs: 30_000 });
    await received(2);
    expect((await channels())[0]?.deliveries).toHaveLength(2);
  });
});

describe("channels.stop", () => {
  test("204, also the second time; a wrong resourceId or id is 404", async () => {
    const channel = await watch();
    const stop = async (body: calendar_v3.Schema$Channel): Promise<number> =>
      (await alice.channels.stop({ requestBody: body })).status;
    const { id = "", resourceId = "" } = channel;
    expect(await failure(stop({ id, resourceId: "other" }))).toMatchObject({
      status: 404,
      reason: "notFound",
    });
    expect(await failure(stop({ id: "other", resourceId }))).toMatchObject({ status: 404 });
    expect(await stop({ id, resourceId })).toBe(204);
    expect(await stop({ id, resourceId })).toBe(204);
  });

  test("only the same user with the same client may stop a channel", async () => {
    const { id = "", resourceId = "" } = await watch();
    const bob = await harness.client(BOB);
    const other = await harness.client(ALICE, undefined, "another-client");
    expect(await failure(bob.channels.stop({ requestBody: { id, resourceId } }))).toMatchObject({
      status: 404,
    });
    expect(await failure(other.channels.stop({ requestBody: { id, resourceId } }))).toMatchObject({
      status: 404,
    });
    expect((await channels())[0]?.live).toBe(true);
  });
});
