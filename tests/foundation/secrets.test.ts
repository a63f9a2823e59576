import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dumpDatabase } from "../../stack/client/database.ts";
import { stack } from "../running-stack.ts";
import { until } from "../../stack/client/until.ts";
import { connectedWorld, storedSummaries, type LocalWorld } from "./local-world.ts";
import { timedEvent } from "./timed-event.ts";

/** The form of tokens, at Google and at the local Google. */
const refreshToken = /1\/\/0[\w-]{40,}/;
const accessToken = /ya29\.[\w-]{40,}/;

let world: LocalWorld;
beforeAll(async () => {
  world = await connectedWorld("secrets", [timedEvent("secret1", "Nobody's business in any log")]);
  await until("the first sync", async () => (await storedSummaries(world)).size === 1);
});
afterAll(async () => {
  await world.leave();
});

describe("tokens in the clear", () => {
  test("the patterns find what the local Google hands out", async () => {
    const tokens = await world.control.tokens(world.calendarId);
    expect(tokens.refresh_token).toMatch(refreshToken);
    expect(tokens.access_token).toMatch(accessToken);
  });

  test("are in no document of the whole database", async () => {
    const documents = [...(await dumpDatabase(world.db))].map(
      ([path, fields]) => [path, JSON.stringify(fields)] as const,
    );
    expect(documents.filter(([path]) => path.startsWith("calendarSyncCredentials/")).length).toBeGreaterThan(
      0,
    );
    const leaks = documents.filter(([, text]) => refreshToken.test(text) || accessToken.test(text));
    expect(leaks.map(([path]) => path)).toEqual([]);
  });

  test("are in no log of the stack, and neither is what people wrote", () => {
    const logs = readdirSync(stack.logFolder).filter(name => name.endsWith(".log"));
    const texts = logs.map(name => ({ name, text: readFileSync(join(stack.logFolder, name), "utf8") }));
    expect(texts.some(({ text }) => text.includes(world.calendarKey))).toBe(true);
    expect(
      texts.filter(({ text }) => refreshToken.test(text) || accessToken.test(text)).map(({ name }) => name),
    ).toEqual([]);
    expect(texts.filter(({ text }) => text.includes("Nobody's business")).map(({ name }) => name)).toEqual(
      [],
    );
  });
});
