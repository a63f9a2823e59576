import { beforeEach, describe, expect, test } from "@jest/globals";
import type { GoogleFailureReason } from "../model/google-failure.ts";
import { planRenewal } from "./plan-watch.ts";
import { calendarKey, dayMs, failed, WatchWorld } from "./watch-world.fake.ts";

let world: WatchWorld;
beforeEach(() => {
  world = new WatchWorld();
});
const target = () => world.watches.targets.get(calendarKey);
/** The action of the task that the daily round would queue. */
const round = async () => {
  for await (const calendar of world.watches.survey())
    return planRenewal(calendar, world.nowMs, "none").task?.action;
  return undefined;
};

describe("a webhook whose address Google does not accept", () => {
  const refused = { ...failed("addressRefused", 401), googleReason: "push.webhookUrlUnauthorized" };

  test("is the operator's: an alarm, a mark on the calendar, and nothing about the account", async () => {
    world.channels.openFailures.push(refused);
    expect(await world.run("open")).toEqual({ kind: "refused", failure: refused });
    expect(world.alarms).toEqual(["push.addressRefused"]);
    expect([world.reauth, world.noted]).toEqual([[], []]);
    expect(target()).toMatchObject({ active: true, pushUnsupported: false, addressRefused: true });
    expect(world.watches.records.size).toBe(0);
  });

  test("is tried again by the next daily round, and all is well once it is accepted", async () => {
    world.channels.openFailures.push(refused);
    await world.run("open");
    world.nowMs += dayMs;
    expect(await round()).toBe("open");
    world.channels.beforeAnswer = () => {
      expect(target()).toHaveProperty("addressRefused");
      return Promise.resolve();
    };
    expect(await world.run("open")).toEqual({ kind: "done" });
    expect(target()).not.toHaveProperty("addressRefused");
    expect(world.only()).toMatchObject({ status: "open" });
    expect(world.syncs).toHaveLength(1);
  });

  test("is accepted when another worker opens a channel meanwhile, whoever is first", async () => {
    for (const first of ["the channel", "the mark"]) {
      world = new WatchWorld();
      world.channels.openFailures.push(refused);
      let other: Promise<unknown> = Promise.resolve();
      const mark = world.watches.markAddressRefused.bind(world.watches);
      world.watches.markAddressRefused = async key => {
        if (first === "the channel") await world.run("open");
        await mark(key);
        if (first === "the mark") other = world.run("open");
      };
      await world.run("open");
      await other;
      expect(target()).not.toHaveProperty("addressRefused");
      expect(world.only()).toMatchObject({ status: "open" });
    }
  });

  test("is accepted when the worker that opened a channel died before it was in service", async () => {
    world.channels.openFailures.push(refused);
    await world.run("open");
    world.queueDown = true;
    await expect(world.run("open")).rejects.toThrow("queue down");
    world.change({ addressRefused: true });
    world.queueDown = false;
    await world.run("open");
    expect(world.channels.calls).toHaveLength(2);
    expect(target()).not.toHaveProperty("addressRefused");
  });

  test("with an open channel is a leftover that the daily round takes away, with a pull that shows it", async () => {
    await world.run("open");
    expect(await round()).toBeUndefined();
    world.change({ addressRefused: true });
    expect(await round()).toBe("open");
    await world.run("open");
    expect(target()).not.toHaveProperty("addressRefused");
    expect(world.taskIds.at(-1)).toContain("-accepted-");
    expect(await round()).toBeUndefined();
  });

  test("changes nothing for the user while an older channel pushes", async () => {
    await world.run("open");
    world.nowMs += 6 * dayMs;
    world.channels.openFailures.push(refused, refused);
    await world.run("replace");
    expect(target()).not.toHaveProperty("addressRefused");
    expect(world.only()).toMatchObject({ status: "open" });
    world.nowMs += 2 * dayMs;
    await world.run("open");
    expect(target()).toMatchObject({ addressRefused: true });
  });

  test("leaves a list of calendars as it is: the daily round reads it, and tries again", async () => {
    world.change({ resource: "calendarList" });
    world.channels.openFailures.push(refused);
    await world.run("open");
    expect(target()).not.toHaveProperty("addressRefused");
    expect(await round()).toBe("open");
  });
});

describe("a refusal that is no verdict", () => {
  test.each<[GoogleFailureReason, string[]]>([
    ["operator", ["google.projectRefused"]],
    ["notUnderstood", ["google.unknownRefusal"]],
    ["badRequest", ["google.unknownRefusal"]],
    ["rateLimited", []],
    ["unavailable", []],
  ])(
    "%s: tried again, nothing stopped, and the operator told where only they can help",
    async (reason, events) => {
      world.channels.openFailures.push(failed(reason, 403));
      expect(await world.run("open")).toMatchObject({ kind: "tryAgain" });
      expect(world.alarms).toEqual(events);
      expect(world.reauth).toEqual([]);
      expect(target()).toMatchObject({ active: true, pushUnsupported: false });
    },
  );

  test.each([
    ["wait", "tryAgain"],
    ["superseded", "tryAgain"],
    ["required", "refused"],
  ] as const)("a refused token is noted; where that means %s: %s", async (means, outcome) => {
    world.refusal = means;
    world.channels.openFailures.push(failed("tokenRefused", 401));
    expect(await world.run("open")).toMatchObject({ kind: outcome });
    expect([world.noted, world.reauth]).toEqual([["refused acc"], []]);
    await world.run("open");
    expect(world.noted).toEqual(["refused acc", "accepted acc"]);
  });
});

describe("a calendar that Google could not push for", () => {
  const asked = (key: string) => {
    const calendar = {
      calendarKey: key,
      watches: [],
      active: { pushUnsupported: true, addressRefused: false, resource: "events" },
    } as const;
    return Array.from(
      { length: 90 },
      (_, day) => planRenewal(calendar, world.nowMs + day * dayMs, "none").task?.action,
    );
  };

  test("is asked about again once in thirty days, and not on the day of all others", () => {
    const days = ["a", "b", "c", "d", "e"].map(letter => {
      const found = asked(letter.repeat(22));
      expect(found.filter(action => action === "ask")).toHaveLength(3);
      expect(found.filter(action => action !== undefined)).toHaveLength(3);
      return found.indexOf("ask");
    });
    expect(new Set(days).size).toBeGreaterThan(1);
    expect(Math.max(...days)).toBeLessThan(30);
  });

  test("is live from then on if Google has changed its mind", async () => {
    world.change({ pushUnsupported: true });
    await world.run("open");
    expect(world.channels.calls).toEqual([]);
    expect(await world.run("ask")).toEqual({ kind: "done" });
    expect(target()).toMatchObject({ pushUnsupported: false });
    expect(world.only()).toMatchObject({ status: "open" });
    // This pull shows the result to the user.
    expect(world.syncs).toHaveLength(1);
  });

  test("is polled as before if it has not", async () => {
    world.change({ pushUnsupported: true });
    world.channels.openFailures.push(failed("pushUnsupported", 400));
    expect(await world.run("ask")).toEqual({ kind: "done" });
    expect(target()).toMatchObject({ pushUnsupported: true });
    expect(world.watches.records.size).toBe(0);
  });

  test("is open to any later round when the question was lost on its way", async () => {
    world.change({ pushUnsupported: true });
    world.channels.openFailures.push(failed("rateLimited", 429));
    expect(await world.run("ask")).toMatchObject({ kind: "tryAgain" });
    expect(await round()).toBe("open");
  });

  test("may be a list of calendars", async () => {
    world.change({ resource: "calendarList", pushUnsupported: true });
    await world.run("ask");
    expect([...world.channels.alive.values()]).toMatchObject([{ resource: "calendarList" }]);
    expect(target()).toMatchObject({ pushUnsupported: false });
  });
});
