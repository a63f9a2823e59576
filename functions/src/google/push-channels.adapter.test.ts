import { expect, test } from "@jest/globals";
import { FakeAccessTokens } from "../account/access-tokens.fake.ts";
import { createChannels } from "./push-channels.adapter.ts";
import { callerOver } from "../sync/cases/google-client.fake.ts";
import { calendarKey, dayMs, WatchWorld } from "../watch/watch-world.fake.ts";

/** A world in which Google's answers to watch calls contain this `expiration`, and the ids of the opened channels. */
function worldWith(expiration: unknown): { readonly world: WatchWorld; readonly opened: string[] } {
  const world = new WatchWorld();
  const opened: string[] = [];
  const watch = ({ requestBody }: { readonly requestBody: { readonly id: string } }) => {
    opened.push(requestBody.id);
    return Promise.resolve({ data: { id: requestBody.id, resourceId: "resource", expiration } });
  };
  const tokens = new FakeAccessTokens(() => world.nowMs);
  const client = { events: { watch }, calendarList: { watch } };
  const real = createChannels(callerOver(tokens, client), "https://example.com/calendarWebhook");
  world.channels.open = async request => await real.open(request);
  return { world, opened };
}

test.each([undefined, null, "", "soon", "1800000000", -1, {}])(
  "a channel of which Google does not say a readable end (%j) serves for a week, and no second one is opened",
  async expiration => {
    const { world, opened } = worldWith(expiration);
    expect(await world.run("open")).toEqual({ kind: "done" });
    expect(world.only().expiresAtMs).toBe(world.nowMs + 7 * dayMs);
    world.nowMs += dayMs;
    await world.run("open");
    expect(opened).toHaveLength(1);
    world.nowMs += 5 * dayMs;
    await world.run("replace");
    expect(opened).toHaveLength(2);
    expect(world.only().calendarKey).toBe(calendarKey);
  },
);

test("a channel whose end is too far is replaced after a month all the same", async () => {
  const { world, opened } = worldWith("9999999999999");
  await world.run("open");
  expect(world.only().expiresAtMs).toBe(world.nowMs + 30 * dayMs);
  world.nowMs += 29 * dayMs;
  await world.run("open");
  expect(opened).toHaveLength(2);
});
