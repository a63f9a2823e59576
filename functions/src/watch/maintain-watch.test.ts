import { beforeEach, describe, expect, test } from "@jest/globals";
import type { GoogleFailure, GoogleFailureReason } from "../ports/google-failure.port.ts";
import type { SyncTask, WatchTask } from "../ports/task-queue.port.ts";
import type { WatchRecord } from "../ports/watch-store.port.ts";
import { hashChannelToken } from "./channel.ts";
import { maintainWatch, type MaintainWatch } from "./maintain-watch.ts";
import { FakeChannels, FakeWatches } from "./watches.fake.ts";

const dayMs = 86_400_000;
const calendarKey = "k".repeat(22);
const failed = (reason: GoogleFailureReason, status?: number): GoogleFailure => ({
  kind: "failed",
  reason,
  ...(status !== undefined && { status }),
});

let nowMs: number;
let ids: number;
let watches: FakeWatches;
let channels: FakeChannels;
let syncs: SyncTask[];
let taskIds: string[];
let logged: { level: "info" | "warn" | "error"; fields: Readonly<Record<string, unknown>> | undefined }[];
let reauth: string[];
/** The refused call was made with an older connection. */
let superseded: boolean;
let lists: string[];
let queueDown: boolean;

const ports = (): MaintainWatch => ({
  watches,
  channels,
  tasks: {
    syncCalendar: (task, { id }) => {
      if (queueDown) return Promise.reject(new Error("queue down"));
      syncs.push(task);
      taskIds.push(id);
      return Promise.resolve("created");
    },
    syncCalendarList: ({ accountId }, { id }) => {
      lists.push(accountId);
      taskIds.push(id);
      return Promise.resolve("created");
    },
  },
  accountStatus: {
    requireReauth: accountId => {
      reauth.push(accountId);
      return Promise.resolve(superseded ? "superseded" : "required");
    },
  },
  clock: { now: () => nowMs, sleep: () => Promise.resolve() },
  newId: length => String(ids++).padStart(length, "0"),
  log: {
    info: (_, fields) => logged.push({ level: "info", fields }),
    warn: (_, fields) => logged.push({ level: "warn", fields }),
    error: (_, fields) => logged.push({ level: "error", fields }),
  },
});
const run = async (action: WatchTask["action"]) => await maintainWatch(ports(), { calendarKey, action });
const record = (channelId: string): WatchRecord | undefined => watches.records.get(channelId);
const only = (): WatchRecord => {
  const [first, ...others] = [...watches.records.values()].filter(watch => watch.status === "open");
  if (first === undefined || others.length > 0) throw new Error("not exactly one open channel");
  return first;
};

beforeEach(() => {
  nowMs = 1_800_000_000_000;
  ids = 0;
  watches = new FakeWatches();
  watches.targets.set(calendarKey, {
    calendarKey,
    resource: "events",
    uid: "uid",
    accountId: "acc",
    calendarId: "me@example.com",
    active: true,
    pushUnsupported: false,
    epoch: 7,
  });
  channels = new FakeChannels(() => nowMs + 7 * dayMs);
  syncs = [];
  taskIds = [];
  logged = [];
  reauth = [];
  superseded = false;
  lists = [];
  queueDown = false;
});

describe("opening", () => {
  test("is recorded with the token's hash before Google is asked", async () => {
    let seen: WatchRecord | undefined;
    channels.beforeAnswer = ({ channelId, token }) => {
      seen = record(channelId);
      expect(watches.hashes.get(channelId)).toBe(hashChannelToken(token));
      expect(token.length).toBeGreaterThanOrEqual(32);
      return Promise.resolve();
    };
    await run("open");
    expect(seen).toMatchObject({ status: "opening", resourceId: null, expiresAtMs: nowMs + 600_000 });
    expect(only()).toMatchObject({ resourceId: "resource", expiresAtMs: nowMs + 7 * dayMs });
  });

  test("is followed by a pull: what changed before it was announced to nobody", async () => {
    await run("open");
    expect(syncs).toEqual([{ calendarKey, epoch: 7, cause: "watch" }]);
    expect(taskIds).toEqual([expect.stringMatching(new RegExp(`^${calendarKey}-7-watch-[0-9]{12}$`))]);
  });

  test("is logged with its end, and without its token", async () => {
    await run("open");
    const { channelId, expiresAtMs } = only();
    expect(logged).toEqual([{ level: "info", fields: { calendarKey, channelId, expiresAtMs } }]);
  });

  test("of a calendar that is switched off before it is recorded asks Google nothing", async () => {
    const wanted = watches.targets.get(calendarKey);
    watches.target = () => Promise.resolve(wanted);
    watches.targets.clear();
    expect(await run("open")).toEqual({ kind: "done" });
    expect(channels.calls).toEqual([]);
  });

  test("of a calendar that is switched off meanwhile pulls nothing", async () => {
    channels.beforeAnswer = () => {
      const target = watches.targets.get(calendarKey);
      if (target !== undefined) watches.targets.set(calendarKey, { ...target, active: false });
      return Promise.resolve();
    };
    expect(await run("open")).toEqual({ kind: "done" });
    expect(syncs).toEqual([]);
    expect(channels.alive.size).toBe(0);
  });

  test("asks for the epoch of after the opening: a pass that listed before it may cover the earlier one", async () => {
    channels.beforeAnswer = () => {
      const target = watches.targets.get(calendarKey);
      if (target !== undefined) watches.targets.set(calendarKey, { ...target, epoch: 8 });
      return Promise.resolve();
    };
    await run("open");
    expect(syncs).toMatchObject([{ epoch: 8 }]);
  });

  test("done twice leaves one channel, and asks Google once", async () => {
    await run("open");
    await run("open");
    expect(channels.calls).toHaveLength(1);
    expect(watches.statuses()).toEqual(["open"]);
  });

  test("by two workers at the same moment leaves exactly one channel", async () => {
    await Promise.all([run("open"), run("open")]);
    expect(channels.alive.size).toBe(1);
    expect([...channels.alive.keys()]).toEqual([only().channelId]);
  });

  test("of a calendar that is inactive does nothing", async () => {
    const target = watches.targets.get(calendarKey);
    if (target !== undefined) watches.targets.set(calendarKey, { ...target, active: false });
    await run("open");
    expect(channels.calls).toEqual([]);
  });

  test("of a calendar that is removed meanwhile ends with the channel stopped and no record", async () => {
    channels.beforeAnswer = () => {
      watches.targets.clear();
      watches.records.clear();
      return Promise.resolve();
    };
    await run("open");
    expect(channels.alive.size).toBe(0);
    expect(watches.records.size).toBe(0);
    expect(syncs).toEqual([]);
  });

  test("goes on where it was when the worker died after Google's answer", async () => {
    queueDown = true;
    await expect(run("open")).rejects.toThrow("queue down");
    queueDown = false;
    await run("open");
    expect(channels.calls).toHaveLength(1);
    expect(syncs).toHaveLength(1);
    expect(only().resourceId).toBe("resource");
  });
});

describe("refusals", () => {
  test("a calendar that Google cannot push for is polled, and no record is left", async () => {
    channels.openFailures.push(failed("pushUnsupported", 400));
    expect(await run("open")).toMatchObject({ kind: "done" });
    expect(watches.targets.get(calendarKey)?.pushUnsupported).toBe(true);
    expect(watches.records.size).toBe(0);
    await run("open");
    expect(channels.calls).toHaveLength(1);
  });

  test("a dead grant asks for consent and does not try again", async () => {
    channels.openFailures.push(failed("unauthorized", 401));
    expect(await run("open")).toMatchObject({ kind: "refused" });
    expect(reauth).toEqual(["acc"]);
    expect(watches.records.size).toBe(0);
  });

  test("a dead grant that was replaced meanwhile is no reason to give up", async () => {
    superseded = true;
    channels.openFailures.push(failed("unauthorized", 401));
    expect(await run("open")).toMatchObject({ kind: "tryAgain" });
    expect(await run("open")).toMatchObject({ kind: "done" });
  });

  test("a rate limit is tried again, and leaves no record", async () => {
    channels.openFailures.push(failed("rateLimited", 403));
    expect(await run("open")).toMatchObject({ kind: "tryAgain" });
    expect(watches.records.size).toBe(0);
  });

  test("a time-out keeps the record, because the channel may exist; once stuck it is closed", async () => {
    channels.openFailures.push(failed("unavailable"));
    expect(await run("open")).toMatchObject({ kind: "tryAgain" });
    expect(watches.statuses()).toEqual(["opening"]);
    await run("open");
    expect(watches.statuses()).toEqual(["opening", "open"]);
    nowMs += 11 * 60_000;
    await run("open");
    expect(watches.statuses()).toEqual(["closed", "open"]);
  });

  test("a stuck channel is stopped with the resourceId of its sibling", async () => {
    channels.beforeAnswer = () => Promise.reject(new Error("died"));
    await expect(run("open")).rejects.toThrow("died");
    channels.beforeAnswer = () => Promise.resolve();
    await run("open");
    expect(channels.alive.size).toBe(2);
    nowMs += 11 * 60_000;
    await run("open");
    expect([...channels.alive.keys()]).toEqual([only().channelId]);
  });

  test("a stuck channel without a sibling is stopped with the resourceId of the one that is opened in its place", async () => {
    channels.beforeAnswer = () => Promise.reject(new Error("died"));
    await expect(run("open")).rejects.toThrow("died");
    channels.beforeAnswer = () => Promise.resolve();
    nowMs += 11 * 60_000;
    await run("open");
    expect([...channels.alive.keys()]).toEqual([only().channelId]);
    expect(watches.statuses()).toEqual(["closed", "open"]);
  });

  test("a calendar that may not be watched is pulled, which finds out what is wrong with it", async () => {
    const failure = failed("calendarGone", 404);
    channels.openFailures.push(failure);
    expect(await run("open")).toEqual({ kind: "refused", failure });
    expect(syncs).toHaveLength(1);
    expect(taskIds).toEqual([expect.stringMatching(/-7-refused-[0-9]{12}$/)]);
  });

  test.each<[GoogleFailureReason, "info" | "error"]>([
    ["badRequest", "error"],
    ["rateLimited", "info"],
  ])("%s is logged as %s: only the first is a bug of ours", async (reason, level) => {
    channels.openFailures.push({ ...failed(reason, 400), googleReason: "why" });
    await run("open");
    const fields = { calendarKey, reason, status: 400, googleReason: "why" };
    expect(logged).toMatchObject([{ level, fields }]);
  });
});

test("a list of calendars is watched too, and read after the opening", async () => {
  const target = watches.targets.get(calendarKey);
  if (target !== undefined) watches.targets.set(calendarKey, { ...target, resource: "calendarList" });
  await run("open");
  expect([...channels.alive.values()]).toMatchObject([{ resource: "calendarList" }]);
  expect(lists).toEqual([calendarKey]);
  expect(syncs).toEqual([]);
  expect(taskIds).toEqual([expect.stringMatching(new RegExp(`^${calendarKey}-list-watch-[0-9]{12}$`))]);
});

describe("replacing", () => {
  test("opens the new channel before it stops the old one", async () => {
    await run("open");
    const old = only().channelId;
    nowMs += 5 * dayMs + 1;
    await run("replace");
    const fresh = only().channelId;
    expect(channels.calls).toEqual([`open ${old}`, `open ${fresh}`, `stop ${old}`]);
    expect(record(old)?.status).toBe("closed");
  });

  test("done twice replaces once", async () => {
    await run("open");
    nowMs += 5 * dayMs + 1;
    await run("replace");
    await run("replace");
    expect(channels.calls).toHaveLength(3);
  });

  test("of a channel that went silent replaces it although it has long to live, once", async () => {
    await run("open");
    const silent = only().channelId;
    nowMs += dayMs;
    await run("replace");
    await run("replace");
    expect(only().channelId).not.toBe(silent);
    expect(channels.calls).toHaveLength(3);
  });

  test("by a worker that is overtaken leaves the newer channel open", async () => {
    let overtaken = false;
    channels.beforeAnswer = async () => {
      if (overtaken) return;
      overtaken = true;
      nowMs += 60_000;
      await run("open");
    };
    await run("open");
    expect(channels.alive.size).toBe(1);
    expect(only().createdAtMs).toBe(nowMs);
  });

  test("with a stop that fails keeps both, and the next round stops the old one", async () => {
    await run("open");
    const old = only().channelId;
    nowMs += 5 * dayMs + 1;
    channels.stopFailures.push(failed("unavailable", 503));
    expect(await run("replace")).toEqual({ kind: "done" });
    expect(record(old)?.status).toBe("retiring");
    expect(logged.filter(({ level }) => level === "warn").map(({ fields }) => fields)).toEqual([
      { calendarKey, channelId: old, reason: "unavailable", status: 503 },
    ]);
    await run("open");
    expect(record(old)?.status).toBe("closed");
    expect(channels.alive.size).toBe(1);
  });

  test("keeps the old channel when the new one cannot be opened", async () => {
    await run("open");
    const old = only().channelId;
    nowMs += 5 * dayMs + 1;
    channels.openFailures.push(failed("rateLimited", 429));
    expect(await run("replace")).toMatchObject({ kind: "tryAgain" });
    expect(only().channelId).toBe(old);
  });
});

describe("stopping", () => {
  test("closes every channel of the calendar", async () => {
    await run("open");
    const { channelId } = only();
    expect(await run("stop")).toEqual({ kind: "done" });
    expect(channels.alive.size).toBe(0);
    expect(record(channelId)).toMatchObject({ status: "closed", expiresAtMs: nowMs + 2 * dayMs });
  });

  test("of an expired channel does not ask Google", async () => {
    await run("open");
    nowMs += 8 * dayMs;
    await run("stop");
    expect(channels.calls.filter(call => call.startsWith("stop"))).toEqual([]);
    expect([...watches.records.values()]).toMatchObject([
      { status: "closed", expiresAtMs: nowMs + 2 * dayMs },
    ]);
  });

  test("works after the calendar's state is gone", async () => {
    await run("open");
    watches.targets.clear();
    await run("stop");
    expect(channels.alive.size).toBe(0);
  });
});
