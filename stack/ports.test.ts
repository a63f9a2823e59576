import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { isFree, requireFreePorts, waitUntilFree } from "./ports.ts";
import { findFreePort } from "./testing/parts.ts";

describe("the ports", () => {
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function occupy(port: number, host: string): Promise<Server> {
    const server = createServer();
    servers.push(server);
    await new Promise<void>(resolve => server.listen(port, host, resolve));
    return server;
  }

  test.each(["127.0.0.1", "0.0.0.0"])("a port that someone holds on %s is not free", async host => {
    const port = await findFreePort();
    await occupy(port, host);
    expect(await isFree(port)).toBe(false);
  });

  test("a taken port is named with what it is for and who holds it; free ones are not mentioned", async () => {
    const [taken, free] = [await findFreePort(), await findFreePort()];
    await occupy(taken, "127.0.0.1");
    const wanted = [
      { name: "hall", purpose: "the town hall", port: taken },
      { name: "park", purpose: "the park", port: free },
    ];
    const attempt = requireFreePorts(wanted);
    await expect(attempt).rejects.toThrow(
      `port ${taken} is needed by the town hall, and is taken by process ${process.pid}`,
    );
    await expect(attempt).rejects.not.toThrow("the park");
  });

  test("waiting for a port ends when it becomes free, and gives up after its bound", async () => {
    const service = { name: "hall", purpose: "the town hall", port: await findFreePort() };
    const server = await occupy(service.port, "127.0.0.1");
    expect(await waitUntilFree([service], 100)).toEqual([service]);
    const freed = waitUntilFree([service], 10_000);
    server.close();
    expect(await freed).toEqual([]);
  });
});
