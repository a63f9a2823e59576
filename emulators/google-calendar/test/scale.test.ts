import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, Harness, listAll, until, Webhook } from "./harness.ts";

const EVENTS = 100_000;
/** SCALE_CHANNELS=10000 is the nightly size. */
const CHANNELS = Number(process.env["SCALE_CHANNELS"] ?? 1_000);
const harness = new Harness();
let alice: calendar_v3.Calendar;
let hook: Webhook;
beforeAll(async () => {
  await harness.start();
  hook = await new Webhook().start();
  const events = Array.from({ length: EVENTS }, (_, index) => ({
    id: `e${index.toString(32).padStart(6, "0")}`,
    start: { date: "2026-01-05" },
    end: { date: "2026-01-06" },
  }));
  harness.emulator.load({
    users: [{ email: ALICE, calendars: [{ id: ALICE, primary: true, events }] }],
  });
  alice = await harness.client();
}, 120_000);
afterAll(async () => {
  await hook.close();
  await harness.close();
});

test("100,000 events come in 40 pages of 2,500, each once, and a delta costs what changed", async () => {
  const { items, pages, nextSyncToken } = await listAll(alice, {
    maxResults: 2_500,
    fields: "nextPageToken,nextSyncToken,items(id)",
  });
  expect([items.length, pages, new Set(items.map(event => event.id)).size]).toEqual([
    EVENTS,
    EVENTS / 2_500,
    EVENTS,
  ]);
  await alice.events.patch({
    calendarId: "primary",
    eventId: items[70_000]?.id ?? "",
    requestBody: { summary: "x" },
  });
  const delta = await listAll(alice, { syncToken: nextSyncToken ?? "" });
  expect(delta.items.map(event => event.id)).toEqual([items[70_000]?.id]);
}, 120_000);

test("thousands of channels: a change is announced on each", async () => {
  const open = async (index: number): Promise<unknown> =>
    await alice.events.watch({
      calendarId: "primary",
      requestBody: { id: `channel-${index}`, type: "web_hook", address: hook.address },
    });
  for (let index = 0; index < CHANNELS; index += 50) {
    await Promise.all(Array.from({ length: 50 }, async (_, offset) => await open(index + offset)));
  }
  await alice.events.insert({ calendarId: "primary", requestBody: at(9) });
  const counted = await until(
    "every notification",
    () => (hook.received.length === 2 * CHANNELS ? hook.received.length : undefined),
    90_000,
  );
  expect(counted).toBe(2 * CHANNELS);
  expect(new Set(hook.received.map(message => message.headers["x-goog-channel-id"])).size).toBe(CHANNELS);
}, 180_000);
