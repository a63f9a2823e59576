import { beforeEach, describe, expect, test } from "@jest/globals";
import { VirtualClock } from "./clock.ts";
import { seededRandom } from "./random.ts";
import {
  backoffMs,
  defaultQueueSettings,
  TaskQueue,
  type Dispatch,
  type QueueSettings,
} from "./task-queue.ts";

let clock: VirtualClock;
let deliveries: { readonly id: string; readonly atMs: number; readonly retryCount: number }[];
let startMs: number;
/** The answer of the handler. */
let answer: (dispatch: Dispatch) => Promise<number>;

beforeEach(() => {
  clock = new VirtualClock();
  startMs = clock.now();
  deliveries = [];
  answer = () => Promise.resolve(204);
});

function queueWith(settings: Partial<QueueSettings> = {}, duplicates = 0): TaskQueue {
  return new TaskQueue({
    settings: { ...defaultQueueSettings, ...settings },
    clock,
    random: seededRandom(1),
    duplicates,
    nameKeptMs: 3_600_000,
    deliver: async dispatch => {
      const { task, retryCount } = dispatch;
      deliveries.push({ id: task.id, atMs: clock.now() - startMs, retryCount });
      return await answer(dispatch);
    },
  });
}

const task = (id: string, inMs?: number) => ({
  id,
  body: Buffer.from("{}"),
  headers: {},
  deadlineMs: 600_000,
  ...(inMs !== undefined && { scheduledMs: startMs + inMs }),
});

describe("a name", () => {
  test("is refused while its task lives, and for an hour after it has run", async () => {
    const queue = queueWith();
    expect(queue.create(task("a", 1_000))).toBe(true);
    expect(queue.create(task("a"))).toBe(false);
    await clock.advance(1_000);
    expect(queue.size).toBe(0);
    expect(queue.create(task("a"))).toBe(false);
    await clock.advance(3_599_999);
    expect(queue.create(task("a"))).toBe(false);
    await clock.advance(1);
    expect(queue.create(task("a"))).toBe(true);
    expect(queue.stats).toMatchObject({ created: 2, refused: 3 });
  });

  test("of a deleted task stays taken, and the task never runs", async () => {
    const queue = queueWith();
    queue.create(task("a", 1_000));
    expect(queue.delete("a")).toBe(true);
    expect(queue.delete("a")).toBe(false);
    await clock.advance(2_000);
    expect(deliveries).toEqual([]);
    expect(queue.create(task("a"))).toBe(false);
  });
});

test("when delays are skipped, delayed tasks run at once, and a back-off stays", async () => {
  answer = ({ task: { id } }) => Promise.resolve(id === "failing" ? 500 : 204);
  const queue = queueWith({ minBackoffSeconds: 60 });
  queue.create(task("failing"));
  await clock.advance(0);
  queue.create(task("second", 2_000_000));
  queue.create(task("first", 1_000_000));
  queue.skipDelays();
  await clock.advance(0);
  expect(deliveries.map(({ id }) => id)).toEqual(["failing", "second", "first"]);
  await clock.advance(59_999);
  expect(deliveries).toHaveLength(3);
  await clock.advance(1);
  expect(deliveries.map(({ id }) => id)).toEqual(["failing", "second", "first", "failing"]);
});

test("tasks run at their time, the earliest first, whatever the order of their creation", async () => {
  const queue = queueWith();
  for (const [id, inMs] of [
    ["c", 3_000],
    ["a", 1_000],
    ["b", 2_000],
    ["now", undefined],
  ] as const)
    queue.create(task(id, inMs));
  await clock.advance(10_000);
  expect(deliveries.map(({ id, atMs }) => [id, atMs])).toEqual([
    ["now", 0],
    ["a", 1_000],
    ["b", 2_000],
    ["c", 3_000],
  ]);
});

describe("a task that fails", () => {
  test("is tried again after intervals that double, then grow evenly, then stay at the limit", () => {
    const settings = {
      ...defaultQueueSettings,
      minBackoffSeconds: 10,
      maxBackoffSeconds: 300,
      maxDoublings: 3,
    };
    // The example of the reference: 10, 20, 40, 80, 160, 240, 300, 300.
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(attempts => backoffMs(settings, attempts) / 1000)).toEqual([
      10, 20, 40, 80, 160, 240, 300, 300,
    ]);
  });

  test("says how often it was tried before", async () => {
    answer = ({ retryCount }) => Promise.resolve(retryCount < 2 ? 409 : 204);
    const queue = queueWith({ minBackoffSeconds: 2 });
    queue.create(task("a"));
    await clock.advance(60_000);
    expect(deliveries).toEqual([
      { id: "a", atMs: 0, retryCount: 0 },
      { id: "a", atMs: 2_000, retryCount: 1 },
      { id: "a", atMs: 6_000, retryCount: 2 },
    ]);
    expect(queue.stats).toMatchObject({ succeeded: 1, failed: 2, lost: 0 });
  });

  test("is given up only when attempts and time are both used up", async () => {
    answer = () => Promise.reject(new Error("connection cut"));
    const queue = queueWith({
      maxAttempts: 2,
      maxRetrySeconds: 20,
      minBackoffSeconds: 5,
      maxBackoffSeconds: 5,
    });
    queue.create(task("a"));
    await clock.advance(300_000);
    expect(deliveries.map(({ atMs }) => atMs)).toEqual([0, 5_000, 10_000, 15_000, 20_000]);
    expect(queue.stats.lost).toBe(1);
    expect(queue.size).toBe(0);
  });
});

test("no more deliveries at once than the queue allows", async () => {
  const release: ((status: number) => void)[] = [];
  answer = () => new Promise(resolve => release.push(resolve));
  const queue = queueWith({ maxConcurrentDispatches: 2 });
  for (const id of ["a", "b", "c"]) queue.create(task(id));
  await clock.advance(1_000);
  expect(deliveries.map(({ id }) => id)).toEqual(["a", "b"]);
  release.shift()?.(204);
  await clock.advance(1_000);
  expect(deliveries.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect(queue.stats.maxRunning).toBe(2);
});

test("no more deliveries a second than the queue allows", async () => {
  const queue = queueWith({ maxDispatchesPerSecond: 10 });
  for (let index = 0; index < 25; index++) queue.create(task(`t${index}`));
  await clock.advance(1_000);
  expect(deliveries.length).toBeGreaterThanOrEqual(10);
  expect(deliveries.length).toBeLessThanOrEqual(11);
  await clock.advance(2_000);
  expect(deliveries).toHaveLength(25);
});

test("some deliveries happen twice, the same ones for the same seed", async () => {
  const run = async () => {
    deliveries = [];
    const queue = queueWith({}, 0.3);
    for (let index = 0; index < 100; index++) queue.create(task(`t${index}`));
    await clock.advance(60_000);
    const ids = deliveries.map(({ id }) => id);
    return ids.filter((id, index) => ids.indexOf(id) !== index).sort();
  };
  const first = await run();
  expect(first.length).toBeGreaterThan(10);
  expect(first.length).toBeLessThan(60);
  expect(await run()).toEqual(first);
});

test("empty() waits for what waits and for what runs", async () => {
  let release: (status: number) => void = () => undefined;
  answer = () => new Promise(resolve => (release = resolve));
  const queue = queueWith();
  queue.create(task("a", 500));
  let isEmpty = false;
  const empty = queue.empty().then(() => (isEmpty = true));
  await clock.advance(1_000);
  expect(isEmpty).toBe(false);
  release(204);
  await empty;
  expect(isEmpty).toBe(true);
});
