import { beforeEach, describe, expect, test } from "@jest/globals";
import type { GoogleFailureReason } from "../model/google-failure.ts";
import type { WatchRecord } from "../ports/watch.port.ts";
import { hashChannelToken } from "./channel.ts";
import { calendarKey, dayMs, failed, WatchWorld } from "./watch-world.fake.ts";

let world: WatchWorld;
beforeEach(() => {
  world = new WatchWorld();
});

describe("opening", () => {
  test("is recorded with the token's hash before Google is asked", async () => {
    let seen: WatchRecord | undefined;
    world.channels.beforeAnswer = ({ channelId, token }) => {
      seen = world.record(channelId);
      expect(world.watches.hashes.get(channelId)).toBe(hashChannelToken(token));
      expect(token.length).toBeGreaterThanOrEqual(32);
      return Promise.resolve();
    };
    await world.run("open");
    expect(seen).toMatchObject({ status: "opening", resourceId: null, expiresAtMs: world.nowMs + 600_000 });
    expect(world.only()).toMatchObject({ resourceId: "resource", expiresAtMs: world.nowMs + 7 * dayMs });
  });

  test("is followed by a pull: what changed before it was announced to nobody", async () => {
    await world.run("open");
    expect(world.syncs).toEqual([{ calendarKey, epoch: 7, cause: "watch" }]);
    expect(world.taskIds).toEqual([expect.stringMatching(new RegExp(`^${calendarKey}-7-watch-[0-9]{12}$`))]);
  });

  test("is logged with its end, and without its token", async () => {
    await world.run("open");
    const { channelId, expiresAtMs } = world.only();
    expect(world.logged).toEqual([{ level: "info", fields: { calendarKey, channelId, expiresAtMs } }]);
  });

  test("of a calendar that is switched off before it is recorded asks Google nothing", async () => {
    const wanted = world.watches.targets.get(calendarKey);
    world.watches.target = () => Promise.resolve(wanted);
    world.watches.targets.clear();
    expect(await world.run("open")).toEqual({ kind: "done" });
    expect(world.channels.calls).toEqual([]);
  });

  test("of a calendar that is switched off meanwhile pulls nothing", async () => {
    world.channels.beforeAnswer = () => {
      world.change({ active: false });
      return Promise.resolve();
    };
    expect(await world.run("open")).toEqual({ kind: "done" });
    expect(world.syncs).toEqual([]);
    expect(world.channels.alive.size).toBe(0);
  });

  test("asks for the epoch of after the opening: a pass that listed before it may cover the earlier one", async () => {
    world.channels.beforeAnswer = () => {
      world.change({ epoch: 8 });
      return Promise.resolve();
    };
    await world.run("open");
    expect(world.syncs).toMatchObject([{ epoch: 8 }]);
  });

  test("done twice leaves one channel, and asks Google once", async () => {
    await world.run("open");
    await world.run("open");
    expect(world.channels.calls).toHaveLength(1);
    expect(world.watches.statuses()).toEqual(["open"]);
  });

  test("by two workers at the same moment leaves exactly one channel", async () => {
    await Promise.all([world.run("open"), world.run("open")]);
    expect(world.channels.alive.size).toBe(1);
    expect([...world.channels.alive.keys()]).toEqual([world.only().channelId]);
  });

  test("of a calendar that is inactive does nothing", async () => {
    world.change({ active: false });
    await world.run("open");
    expect(world.channels.calls).toEqual([]);
  });

  test("of a calendar that is removed meanwhile ends with the channel stopped and no record", async () => {
    world.channels.beforeAnswer = () => {
      world.watches.targets.clear();
      world.watches.records.clear();
      return Promise.resolve();
    };
    await world.run("open");
    expect(world.channels.alive.size).toBe(0);
    expect(world.watches.records.size).toBe(0);
    expect(world.syncs).toEqual([]);
  });

  test("goes on where it was when the worker died after Google's answer", async () => {
    world.queueDown = true;
    await expect(world.run("open")).rejects.toThrow("queue down");
    world.queueDown = false;
    await world.run("open");
    expect(world.channels.calls).toHaveLength(1);
    expect(world.syncs).toHaveLength(1);
    expect(world.only().resourceId).toBe("resource");
  });
});

describe("refusals", () => {
  test("a calendar that Google cannot push for is polled, and no record is left", async () => {
    world.channels.openFailures.push(failed("pushUnsupported", 400));
    expect(await world.run("open")).toMatchObject({ kind: "done" });
    expect(world.watches.targets.get(calendarKey)?.pushUnsupported).toBe(true);
    expect(world.watches.records.size).toBe(0);
    await world.run("open");
    expect(world.channels.calls).toHaveLength(1);
  });

  test("a dead grant asks for consent and does not try again", async () => {
    world.channels.openFailures.push(failed("unauthorized", 401));
    expect(await world.run("open")).toMatchObject({ kind: "refused" });
    expect(world.reauth).toEqual(["acc"]);
    expect(world.watches.records.size).toBe(0);
  });

  test("a dead grant that was replaced meanwhile is no reason to give up", async () => {
    world.superseded = true;
    world.channels.openFailures.push(failed("unauthorized", 401));
    expect(await world.run("open")).toMatchObject({ kind: "tryAgain" });
    expect(await world.run("open")).toMatchObject({ kind: "done" });
  });

  test("a rate limit is tried again, and leaves no record", async () => {
    world.channels.openFailures.push(failed("rateLimited", 403));
    expect(await world.run("open")).toMatchObject({ kind: "tryAgain" });
    expect(world.watches.records.size).toBe(0);
  });

  test("a time-out keeps the record, because the channel may exist; once stuck it is closed", async () => {
    world.channels.openFailures.push(failed("unavailable"));
    expect(await world.run("open")).toMatchObject({ kind: "tryAgain" });
    expect(world.watches.statuses()).toEqual(["opening"]);
    await world.run("open");
    expect(world.watches.statuses()).toEqual(["opening", "open"]);
    world.nowMs += 11 * 60_000;
    await world.run("open");
    expect(world.watches.statuses()).toEqual(["closed", "open"]);
  });

  test("a stuck channel is stopped with the resourceId of its sibling", async () => {
    world.channels.beforeAnswer = () => Promise.reject(new Error("died"));
    await expect(world.run("open")).rejects.toThrow("died");
    world.channels.beforeAnswer = () => Promise.resolve();
    await world.run("open");
    expect(world.channels.alive.size).toBe(2);
    world.nowMs += 11 * 60_000;
    await world.run("open");
    expect([...world.channels.alive.keys()]).toEqual([world.only().channelId]);
  });

  test("a stuck channel without a sibling is stopped with the resourceId of the one that is opened in its place", async () => {
    world.channels.beforeAnswer = () => Promise.reject(new Error("died"));
    await expect(world.run("open")).rejects.toThrow("died");
    world.channels.beforeAnswer = () => Promise.resolve();
    world.nowMs += 11 * 60_000;
    await world.run("open");
    expect([...world.channels.alive.keys()]).toEqual([world.only().channelId]);
    expect(world.watches.statuses()).toEqual(["closed", "open"]);
  });

  test("a calendar that may not be watched is pulled, which finds out what is wrong with it", async () => {
    const failure = failed("calendarGone", 404);
    world.channels.openFailures.push(failure);
    expect(await world.run("open")).toEqual({ kind: "refused", failure });
    expect(world.syncs).toHaveLength(1);
    expect(world.taskIds).toEqual([expect.stringMatching(/-7-refused-[0-9]{12}$/)]);
  });

  test.each<[GoogleFailureReason, "info" | "error"]>([
    ["badRequest", "error"],
    ["rateLimited", "info"],
  ])("%s is logged as %s: only the first is a bug of ours", async (reason, level) => {
    world.channels.openFailures.push({ ...failed(reason, 400), googleReason: "why" });
    await world.run("open");
    const fields = { calendarKey, reason, status: 400, googleReason: "why" };
    expect(world.logged).toMatchObject([{ level, fields }]);
  });
});

test("a list of calendars is watched too, and read after the opening", async () => {
  world.change({ resource: "calendarList" });
  await world.run("open");
  expect([...world.channels.alive.values()]).toMatchObject([{ resource: "calendarList" }]);
  expect(world.lists).toEqual([calendarKey]);
  expect(world.syncs).toEqual([]);
  expect(world.taskIds).toEqual([expect.stringMatching(new RegExp(`^${calendarKey}-list-watch-[0-9]{12}$`))]);
});

describe("replacing", () => {
  test("opens the new channel before it stops the old one", async () => {
    await world.run("open");
    const old = world.only().channelId;
    world.nowMs += 5 * dayMs + 1;
    await world.run("replace");
    const fresh = world.only().channelId;
    expect(world.channels.calls).toEqual([`open ${old}`, `open ${fresh}`, `stop ${old}`]);
    expect(world.record(old)?.status).toBe("closed");
  });

  test("by a worker that dies as soon as the new one is open leaves the old one to the next task", async () => {
    await world.run("open");
    const old = world.only().channelId;
    world.nowMs += 5 * dayMs + 1;
    const { watches } = world;
    const read = watches.ofCalendar.bind(watches);
    let reads = 0;
    watches.ofCalendar = async key => {
      if (++reads === 2) throw new Error("killed");
      return await read(key);
    };
    await expect(world.run("replace")).rejects.toThrow("killed");
    expect(watches.statuses()).toEqual(["open", "open"]);
    await world.run("replace");
    expect(world.only().channelId).not.toBe(old);
    expect([...world.channels.alive.keys()]).toEqual([world.only().channelId]);
    expect(world.channels.calls).toHaveLength(3);
  });

  test("done twice replaces once", async () => {
    await world.run("open");
    world.nowMs += 5 * dayMs + 1;
    await world.run("replace");
    await world.run("replace");
    expect(world.channels.calls).toHaveLength(3);
  });

  test("of a channel that went silent replaces it although it has long to live, once", async () => {
    await world.run("open");
    const silent = world.only().channelId;
    world.nowMs += dayMs;
    await world.run("replace");
    await world.run("replace");
    expect(world.only().channelId).not.toBe(silent);
    expect(world.channels.calls).toHaveLength(3);
  });

  test("by a worker that is overtaken leaves the newer channel open", async () => {
    let overtaken = false;
    world.channels.beforeAnswer = async () => {
      if (overtaken) return;
      overtaken = true;
      world.nowMs += 60_000;
      await world.run("open");
    };
    await world.run("open");
    expect(world.channels.alive.size).toBe(1);
    expect(world.only().createdAtMs).toBe(world.nowMs);
  });

  test("with a stop that fails keeps both, and the next round stops the old one", async () => {
    await world.run("open");
    const old = world.only().channelId;
    world.nowMs += 5 * dayMs + 1;
    world.channels.stopFailures.push(failed("unavailable", 503));
    expect(await world.run("replace")).toEqual({ kind: "done" });
    expect(world.record(old)?.status).toBe("retiring");
    expect(world.logged.filter(({ level }) => level === "warn").map(({ fields }) => fields)).toEqual([
      { calendarKey, channelId: old, reason: "unavailable", status: 503 },
    ]);
    await world.run("open");
    expect(world.record(old)?.status).toBe("closed");
    expect(world.channels.alive.size).toBe(1);
  });

  test("keeps the old channel when the new one cannot be opened", async () => {
    await world.run("open");
    const old = world.only().channelId;
    world.nowMs += 5 * dayMs + 1;
    world.channels.openFailures.push(failed("rateLimited", 429));
    expect(await world.run("replace")).toMatchObject({ kind: "tryAgain" });
    expect(world.only().channelId).toBe(old);
  });
});

describe("stopping", () => {
  test("closes every channel of the calendar", async () => {
    await world.run("open");
    const { channelId } = world.only();
    world.change({ active: false });
    expect(await world.run("stop")).toEqual({ kind: "done" });
    expect(world.channels.alive.size).toBe(0);
    expect(world.record(channelId)).toMatchObject({ status: "closed", expiresAtMs: world.nowMs + 2 * dayMs });
  });

  test("of an expired channel does not ask Google", async () => {
    await world.run("open");
    world.nowMs += 8 * dayMs;
    world.change({ active: false });
    await world.run("stop");
    expect(world.channels.calls.filter(call => call.startsWith("stop"))).toEqual([]);
    expect([...world.watches.records.values()]).toMatchObject([
      { status: "closed", expiresAtMs: world.nowMs + 2 * dayMs },
    ]);
  });

  test("works after the calendar's state is gone", async () => {
    await world.run("open");
    world.watches.targets.clear();
    await world.run("stop");
    expect(world.channels.alive.size).toBe(0);
  });

  test("that comes after the calendar was switched on again stops nothing, and opens what is missing", async () => {
    await world.run("open");
    const { channelId } = world.only();
    await world.run("stop");
    expect(world.only().channelId).toBe(channelId);
    await world.watches.close(channelId, world.nowMs);
    await world.run("stop");
    expect(world.only().channelId).not.toBe(channelId);
  });

  test("during which the calendar is switched on again ends with a channel", async () => {
    await world.run("open");
    const { channelId } = world.only();
    world.change({ active: false });
    const { watches } = world;
    const retire = watches.retire.bind(watches);
    watches.retire = async id => {
      watches.retire = retire;
      world.change({ active: true });
      await world.run("open");
      expect(world.only().channelId).toBe(channelId);
      await retire(id);
    };
    expect(await world.run("stop")).toEqual({ kind: "done" });
    expect(world.only().channelId).not.toBe(channelId);
    expect([...world.channels.alive.keys()]).toEqual([world.only().channelId]);
  });
});
