import { expect, test } from "@jest/globals";
import { backupSync } from "./scheduled-sync.ts";
import { activeCalendar } from "./testing/active-calendar.fake.ts";
import { FakeTaskQueue } from "./testing/task-queue.fake.ts";
import { VirtualClock, startMs } from "./testing/virtual-clock.fake.ts";

const pace = { queryVersion: 1, upgradesPerHour: 500 };

test("a backup of 100,000 calendars takes 101 queries and one call each, a bounded number at once", async () => {
  const all = Array.from({ length: 100_000 }, (_, n) => `key-${String(n).padStart(18, "0")}`);
  let pages = 0;
  let inFlight = 0;
  let most = 0;
  const tasks = new FakeTaskQueue();
  const enqueue = tasks.syncCalendar.bind(tasks);
  tasks.syncCalendar = async (...task) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await Promise.resolve();
    inFlight -= 1;
    return await enqueue(...task);
  };
  const store = {
    activeCalendars: (after: string | undefined, limit: number) => {
      const from = pages * limit;
      expect(after).toBe(pages === 0 ? undefined : all[from - 1]);
      pages += 1;
      return Promise.resolve(all.slice(from, from + limit).map(key => activeCalendar(key)));
    },
  };
  const counts = await backupSync(
    { store, tasks, clock: new VirtualClock(), pace },
    startMs,
    3_600_000,
    "none",
  );
  expect(counts).toEqual({
    calendars: 100_000,
    created: 100_000,
    existing: 0,
    failed: 0,
    toUpgrade: 0,
    upgrades: 0,
  });
  expect(pages).toBe(101);
  expect(tasks.asked.length).toBe(100_000);
  expect(most).toBeLessThanOrEqual(100);
});
