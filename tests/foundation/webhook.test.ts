import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { stack } from "../running-stack.ts";
import { until } from "../../stack/client/until.ts";
import {
  connectedWorld,
  googleSummaries,
  openChannel,
  storedSummaries,
  type LocalWorld,
} from "./local-world.ts";
import { timedEvent } from "./timed-event.ts";

const webhook = `${stack.functionsUrl}/calendarWebhook`;
const token = "a-token-that-only-this-test-and-google-know";
let world: LocalWorld;
/** The id of a channel of the calendar with the test's token. */
let channelId: string;

beforeAll(async () => {
  world = await connectedWorld("webhook", [timedEvent("seeded1", "Seeded")]);
  channelId = await openChannel(world, token, "resource");
  await until("the first sync", async () => (await storedSummaries(world)).has("seeded1"));
});
afterAll(async () => {
  await world.leave();
});

function notification(changes: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const headers: Record<string, string | undefined> = {
    "X-Goog-Channel-ID": channelId,
    "X-Goog-Channel-Token": token,
    "X-Goog-Resource-ID": "resource",
    "X-Goog-Resource-State": "exists",
    "X-Goog-Message-Number": "7",
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function post(headers: Readonly<Record<string, string>>, method = "POST"): Promise<number> {
  const answer = await fetch(webhook, { method, headers });
  await answer.arrayBuffer();
  return answer.status;
}

describe("calendarWebhook", () => {
  test("takes a notification of a known channel", async () => {
    expect(await post(notification())).toBe(204);
  });

  test.each([
    ["a wrong token", { "X-Goog-Channel-Token": "guessed" }, 401],
    ["no token", { "X-Goog-Channel-Token": undefined }, 401],
    ["the resource of another calendar", { "X-Goog-Resource-ID": "other" }, 401],
    [
      "an unknown channel of a known calendar",
      { "X-Goog-Channel-ID": `${"k".repeat(22)}-${"x".repeat(22)}` },
      404,
    ],
    ["a channel id that is none of ours", { "X-Goog-Channel-ID": "../../calendarSyncWatches" }, 404],
    ["no channel", { "X-Goog-Channel-ID": undefined }, 404],
    ["a state that Google does not know", { "X-Goog-Resource-State": "deleted" }, 204],
    ["the sync message, quietly", { "X-Goog-Resource-State": "sync" }, 204],
  ])("answers %s", async (_name, change, status) => {
    expect(await post(notification(change))).toBe(status);
  });

  test.each(["GET", "PUT", "DELETE", "PATCH", "HEAD"])("answers 405 to %s", async method => {
    expect(await post(notification(), method)).toBe(405);
  });

  test("answers a closed channel quietly, and starts nothing for it", async () => {
    const closed = `${world.calendarKey}-${"c".repeat(22)}`;
    const watch = (await world.db.doc(`calendarSyncWatches/${channelId}`).get()).data() ?? {};
    await world.db.doc(`calendarSyncWatches/${closed}`).set({ ...watch, status: "closed" });
    const before = await listCalls();
    expect(await post(notification({ "X-Goog-Channel-ID": closed }))).toBe(204);
    expect(await listCalls()).toBe(before);
  });

  test("never answers odd headers with a 5xx", async () => {
    const odd = [
      "",
      " ",
      "\t",
      "é".repeat(50),
      "a".repeat(300),
      "a".repeat(7_000),
      "%00%0a",
      "{}",
      "[]",
      "-1",
      "ÿþ",
      "null",
    ];
    const statuses = new Set<number>();
    for (const name of Object.keys(notification())) {
      for (const value of odd) statuses.add(await post(notification({ [name]: value })));
    }
    statuses.add(await post(notification({ "X-Padding": "p".repeat(60_000) })));
    expect([...statuses].filter(status => status >= 500)).toEqual([]);
    // Some of the requests are accepted, because the webhook does not read every header, for example the message
    // number.
    expect([...statuses].sort()).toEqual([204, 400, 401, 404, 431]);
  });

  test("two hundred notifications within a second cost at most five pulls, and the last edit is there", async () => {
    await until("a quiet calendar", async () => {
      const state = await world.db.doc(`calendarSyncStates/${world.calendarKey}`).get();
      return state.get("lease") === null && state.get("pendingEpoch") <= state.get("coveredEpoch");
    });
    const before = await listCalls();
    await world.control.setPush({ paused: true });
    const begun = performance.now();
    const edits = Array.from({ length: 20 }, (_, index) => `Edit ${index}`);
    const answers: number[] = [];
    for (const summary of edits) {
      await world.google.events.patch({
        calendarId: world.calendarId,
        eventId: "seeded1",
        requestBody: { summary },
      });
      answers.push(...(await Promise.all(Array.from({ length: 10 }, () => post(notification())))));
    }
    const tookMs = performance.now() - begun;
    expect(answers).toHaveLength(200);
    expect(answers.filter(status => status !== 204)).toEqual([]);
    await until("the last edit", async () => (await storedSummaries(world)).get("seeded1") === "Edit 19");
    expect(await storedSummaries(world)).toEqual(await googleSummaries(world));
    const pulls = (await listCalls()) - before - 1;
    // One pull per interval of two seconds plus two. At least five are allowed, the limit for notifications within a
    // second.
    expect(pulls).toBeLessThanOrEqual(Math.max(5, Math.ceil(tookMs / 2_000) + 2));
    expect(pulls).toBeGreaterThanOrEqual(1);
    await world.control.setPush({ paused: false });
  });
});

/** The number of events.list calls at the local Google. */
async function listCalls(): Promise<number> {
  const requests = await world.control.requests();
  return requests.filter(({ method, path }) => method === "GET" && path.endsWith("/events")).length;
}
