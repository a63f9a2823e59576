import { describe, expect, test } from "@jest/globals";
import { acceptNotification, type Notification } from "./notification.ts";
import { SyncWorld, calendarKey, channelId, channelToken } from "./testing/sync-world.fake.ts";
import { FakeTaskQueue } from "./testing/task-queue.fake.ts";
import { startMs } from "./testing/virtual-clock.fake.ts";

const good: Notification = {
  channelId,
  calendarKey,
  token: channelToken,
  resourceId: "resource",
  state: "exists",
};

async function post(world: SyncWorld, change: Partial<Notification> = {}): Promise<string> {
  const ports = { store: world.documents, tasks: world.queue };
  return await acceptNotification(ports, { ...good, ...change }, world.clock.now(), 2_000);
}
const change = (world: SyncWorld, watch: object): void => {
  const known = world.documents.watches.get(channelId);
  if (known !== undefined) world.documents.watches.set(channelId, { ...known, ...watch });
};

describe("a notification", () => {
  test.each(["exists", "not_exists"] as const)("%s: one task, however often it comes", async state => {
    const world = new SyncWorld();
    for (let n = 0; n < 1_000; n++) expect(await post(world, { state })).toBe("accepted");
    expect([...world.queue.tasks.values()]).toMatchObject([
      { task: { epoch: world.state.epoch, cause: "notification" } },
    ]);
  });

  test("sync announces a channel: no work", async () => {
    const world = new SyncWorld();
    expect(await post(world, { state: "sync" })).toBe("ignored");
    expect(world.queue.asked).toEqual([]);
  });

  test.each([
    ["no token", { token: undefined }],
    ["an empty token", { token: "" }],
    ["another token", { token: `${channelToken}x` }],
    ["the hash instead of the token", { token: "hash" }],
    ["another resource", { resourceId: "other" }],
    ["no resource", { resourceId: undefined }],
  ])("%s: refused, whatever it announces", async (_what, wrong) => {
    const world = new SyncWorld();
    const { tokenHash = "" } = world.documents.watches.get(channelId) ?? {};
    const given = "token" in wrong && wrong.token === "hash" ? { token: tokenHash } : wrong;
    for (const state of ["exists", "sync"] as const)
      expect(await post(world, { ...given, state })).toBe("wrongToken");
    expect(world.queue.asked).toEqual([]);
  });

  test("before Google has said which resource it is: any resource", async () => {
    const world = new SyncWorld();
    change(world, { status: "opening", resourceId: null });
    expect(await post(world, { resourceId: "whatever" })).toBe("accepted");
  });

  test.each([
    ["opening", "accepted"],
    ["open", "accepted"],
    ["retiring", "accepted"],
    ["closed", "ignored"],
  ])("of a channel that is %s: %s", async (status, outcome) => {
    const world = new SyncWorld();
    change(world, { status });
    expect(await post(world)).toBe(outcome);
    expect(world.queue.asked.length).toBe(outcome === "accepted" ? 1 : 0);
  });

  test("of a channel that nobody knows", async () => {
    const world = new SyncWorld();
    world.documents.watches.clear();
    expect(await post(world)).toBe("unknownChannel");
  });

  test("of a list of calendars: a task of its own for every message", async () => {
    const world = new SyncWorld();
    change(world, { resource: "calendarList" });
    expect(await post(world)).toBe("accepted");
    expect(world.queue.listTasks).toEqual([{ accountId: calendarKey }]);
    expect(world.queue.asked).toEqual([`${channelId}-${world.clock.now()}`]);
    world.clock.advance(1);
    expect(await post(world)).toBe("accepted");
    expect(world.queue.listTasks).toHaveLength(2);
  });

  test("just after a pull is delayed, and says when it came", async () => {
    const world = new SyncWorld({ pulledAt: startMs - 500 });
    await post(world);
    expect([...world.queue.tasks.values()]).toMatchObject([
      { notBeforeMs: startMs + 1_500, task: { notifiedAtMs: startMs } },
    ]);
  });

  test("whose hash is not a whole one: refused", async () => {
    const world = new SyncWorld();
    change(world, { tokenHash: "short" });
    expect(await post(world)).toBe("wrongToken");
  });

  test("of a calendar whose state is gone: no work", async () => {
    const world = new SyncWorld();
    world.documents.states.clear();
    expect(await post(world)).toBe("ignored");
  });

  test("of a calendar that is switched off: no work", async () => {
    expect(await post(new SyncWorld({ active: false }))).toBe("ignored");
  });

  test("that cannot be stored is not acknowledged", async () => {
    const world = new SyncWorld();
    world.queue.syncCalendar = () => Promise.reject(new Error("queue down"));
    await expect(post(world)).rejects.toThrow("queue down");
    const store = { notified: () => Promise.reject(new Error("store down")) };
    await expect(acceptNotification({ store, tasks: new FakeTaskQueue() }, good, 0, 0)).rejects.toThrow(
      "store down",
    );
  });
});
