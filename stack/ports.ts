import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { host, type Service } from "./addresses.ts";
import { StackFailure } from "./failure.ts";

/** A process that listens on a port: its id, and its command line if the current user may read it. */
type PortHolder = { readonly pid: number; readonly command: string };

/** True if a server accepts connections on the loopback port at this moment. */
export async function accepts(port: number): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect({ host, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      socket.destroy();
      resolve(false);
    });
  });
}

/** True if a server of ours can listen on the loopback port at this moment. */
export async function isFree(port: number): Promise<boolean> {
  // A successful bind alone proves nothing: some systems allow binding 127.0.0.1 while another server listens on all
  // addresses.
  if (await accepts(port)) return false;
  return await new Promise(resolve => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Throws one failure that lists every used port, its purpose, and the process that uses it. */
export async function requireFreePorts(wanted: readonly Service[]): Promise<void> {
  const free = await Promise.all(wanted.map(async service => await isFree(service.port)));
  const taken = wanted.filter((_, index) => free[index] !== true);
  if (taken.length === 0) return;
  const lines = taken.map(service => {
    const holder = findHolder(service.port);
    const who = holder
      ? `taken by process ${holder.pid}: ${holder.command}`
      : "taken by a process that cannot be seen from here";
    return `port ${service.port} is needed by ${service.purpose}, and is ${who}`;
  });
  throw new StackFailure([...lines, "nothing was started; end what holds the port and try again"].join("\n"));
}

/** Waits until every port is free, at most `withinMs`. Returns the services whose ports are still in use. */
export async function waitUntilFree(wanted: readonly Service[], withinMs: number): Promise<Service[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const free = await Promise.all(wanted.map(async service => await isFree(service.port)));
    const taken = wanted.filter((_, index) => free[index] !== true);
    if (taken.length === 0 || performance.now() > deadline) return taken;
    await delay(50);
  }
}

/** Finds the process that listens on a port, in /proc if it exists, otherwise with lsof. */
function findHolder(port: number): PortHolder | undefined {
  try {
    return findHolderInProc(port);
  } catch {
    // This system has no /proc.
  }
  try {
    const answer = execFileSync("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const pid = /^p(\d+)$/m.exec(answer)?.[1];
    return pid === undefined ? undefined : { pid: Number(pid), command: /^c(.+)$/m.exec(answer)?.[1] ?? "" };
  } catch {
    return undefined;
  }
}

/** The code of the listening state in /proc/net/tcp. */
const listening = "0A";

function findHolderInProc(port: number): PortHolder | undefined {
  const wantedPort = port.toString(16).toUpperCase().padStart(4, "0");
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readFileSync(table, "utf8").split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (
        fields[1]?.endsWith(`:${wantedPort}`) === true &&
        fields[3] === listening &&
        fields[9] !== undefined
      ) {
        inodes.add(`socket:[${fields[9]}]`);
      }
    }
  }
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
        if (!inodes.has(readlinkSync(`/proc/${pid}/fd/${descriptor}`))) continue;
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return { pid: Number(pid), command };
      }
    } catch {
      // The process has ended, or belongs to another user.
    }
  }
  return undefined;
}
