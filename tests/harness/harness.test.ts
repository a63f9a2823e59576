import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { functionsBundle } from "../../stack/build.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { until } from "../../stack/client/until.ts";
import { timedEvent } from "../foundation/timed-event.ts";
import { connect, seedGoogle, startHarness, type Harness } from "./src/index.ts";

/*
 * Tests the harness itself: the built bundle in a setup like production syncs an edit, continues after an instance was
 * killed, and leaves nothing behind.
 */

const email = "harness@example.com";
let harness: Harness;

beforeAll(async () => {
  const firestoreHost = process.env["FIRESTORE_EMULATOR_HOST"];
  harness = await startHarness({
    bundle: functionsBundle,
    instances: 2,
    pausableFirestore: true,
    ...(firestoreHost !== undefined && { firestoreHost }),
  });
  const calendar = { id: email, summary: "Harness", timeZone: "Europe/Berlin", primary: true, events: [] };
  seedGoogle(harness, [{ email, calendars: [calendar] }]);
  await connect(harness, "uid-harness", email);
});
afterAll(async () => {
  await harness.close();
});

async function summaries(): Promise<unknown[]> {
  const events = await harness.db.collection("users/uid-harness/calendarEvents").get();
  return events.docs.map(event => event.get("summary") as unknown);
}

describe("the harness", () => {
  test("queues have the settings that the functions are deployed with", () => {
    expect(harness.instances.functions["syncCalendar"]).toMatchObject({
      kind: "task",
      timeoutSeconds: 540,
      settings: { maxAttempts: 45, maxConcurrentDispatches: 40 },
    });
    expect(harness.instances.functions["backupSync"]?.kind).toBe("schedule");
  });

  test("a change at Google arrives in Firestore by way of webhook and queue", async () => {
    await until("an open channel", async () => {
      const watches = await harness.db.collection("calendarSyncWatches").where("status", "==", "open").get();
      return watches.docs.some(watch => watch.get("resource") !== "calendarList");
    });
    const google = await googleClientOf(harness.control, email);
    await google.events.insert({ calendarId: email, requestBody: timedEvent("first", "First") });
    await until("the event", async () => (await summaries()).includes("First"));
  });

  test("an instance that is killed is done without; a new one takes part", async () => {
    const [victim] = harness.instances.all;
    if (victim === undefined) throw new Error("no instance");
    await harness.instances.kill(victim);
    const google = await googleClientOf(harness.control, email);
    await google.events.insert({ calendarId: email, requestBody: timedEvent("second", "Second") });
    // A transaction of the killed instance keeps its locks for a minute.
    await until("the event", async () => (await summaries()).includes("Second"), 150_000);
    await harness.instances.add();
    expect(harness.instances.all).toHaveLength(2);
  });

  test("while Firestore does not answer nothing is acknowledged; afterwards it goes on", async () => {
    const { firestoreProxy: proxy } = harness;
    if (proxy === undefined) throw new Error("no proxy");
    const google = await googleClientOf(harness.control, email);
    const pausedAt = Date.now();
    const delivered = async () =>
      (await harness.control.channels()).flatMap(({ deliveries }) =>
        deliveries.filter(({ at }) => at >= pausedAt),
      );
    proxy.pause();
    try {
      await google.events.insert({ calendarId: email, requestBody: timedEvent("third", "Third") });
      await until("a delivery", async () => (await delivered()).length > 0);
      await new Promise(resolve => setTimeout(resolve, 500));
      expect((await delivered()).filter(({ answeredAt }) => answeredAt !== undefined)).toEqual([]);
    } finally {
      proxy.resume();
    }
    await until("the event", async () => (await summaries()).includes("Third"));
  });

  test("a scheduled function runs, and its tasks are stored with their delays", async () => {
    const created = () => harness.tasks.queues.get("syncCalendar")?.stats.created ?? 0;
    const before = created();
    expect(await harness.runSchedule("backupSync")).toBe(200);
    expect(created()).toBe(before + 1);
  });
});
