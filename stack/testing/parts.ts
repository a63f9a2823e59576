import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { Part } from "../supervisor.ts";

const folder = import.meta.dirname;

/** A part that listens on a port. The values of `behaviour` are explained in stand-in-part.ts. */
export function standInPart(port: number, behaviour: readonly string[] = []): Part {
  return {
    name: "stand-in",
    command: process.execPath,
    args: [join(folder, "stand-in-part.ts"), String(port), ...behaviour],
    cwd: folder,
    services: [{ name: "stand-in", purpose: "a test", port }],
    readyOutput: /stand-in ready/,
    readyWithinMs: 20_000,
  };
}

/** Lets the server listen on a free port, and returns the port. */
export async function listenLocally(server: Server): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(address.port);
    });
  });
}

/** A port that nothing listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listenLocally(server);
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** True if a process exists. On Linux a process that has ended but was not yet waited for still exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return true;
}
