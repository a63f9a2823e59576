import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "../../stack/client/until.ts";
import { connectedWorld, googleSummaries, storedSummaries, type LocalWorld } from "./local-world.ts";
import { timedEvent } from "./timed-event.ts";

const eventCount = 6_000;
let world: LocalWorld;

beforeAll(async () => {
  const events = Array.from({ length: eventCount }, (_, index) =>
    timedEvent(`crash${index}`, `Event ${index}`, index % 300),
  );
  world = await connectedWorld("crash", events);
}, 60_000);
afterAll(async () => {
  await world.leave();
});

/**
 * The worker processes of this stack's functions emulator. Other stacks on this machine run in other network
 * namespaces.
 */
function functionWorkers(): number[] {
  const ownNetwork = readlinkSync("/proc/self/ns/net");
  return readdirSync("/proc")
    .filter(entry => /^\d+$/.test(entry))
    .filter(pid => {
      try {
        const isWorker = readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("functionsEmulatorRuntime");
        return isWorker && readlinkSync(`/proc/${pid}/ns/net`) === ownNetwork;
      } catch {
        // The process ended during the search.
        return false;
      }
    })
    .map(Number);
}

describe("the function's process is killed in the middle of a sync", () => {
  test("after the retry Firestore equals Google", async () => {
    const state = world.db.doc(`calendarSyncStates/${world.calendarKey}`);
    const calendar = world.db.doc(`users/${world.user.uid}/calendars/${world.calendarKey}`);
    const importedCount = await until("the import to be under way", async () => {
      const count: unknown = (await calendar.get()).get("sync.importedCount");
      return typeof count === "number" && count > 0 ? count : undefined;
    });
    const workers = functionWorkers();
    for (const pid of workers) process.kill(pid, "SIGKILL");
    expect(workers.length).toBeGreaterThan(0);
    const atDeath = await storedSummaries(world);
    // The import was in progress: some events are stored, not all, and there is no sync token yet.
    expect(importedCount).toBeGreaterThan(0);
    expect(atDeath.size).toBeLessThan(eventCount);
    expect((await state.get()).get("syncToken")).toBeNull();

    // A transaction of a killed process keeps its locks for a minute.
    await until("the retried import", async () => (await state.get()).get("syncToken") !== null, 120_000);
    expect(await storedSummaries(world)).toEqual(await googleSummaries(world));
    expect((await calendar.get()).get("sync.phase")).toBe("live");
  });
});
