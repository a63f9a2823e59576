/**
 * One instance: serves the functions of a bundle with Google's functions framework, each at the path of its name, in
 * one process that takes concurrent requests, as in production. The harness starts it and exchanges messages with it.
 *
 * Usage: node serve-functions.ts BUNDLE [NAME…]   (without names: all functions)
 */
import { http as register, type HttpFunction } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { listen, queueOf, timeoutSecondsOf, type Endpoint } from "cloud-tasks-emulator";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { argv, exit, resourceUsage } from "node:process";
import type { DeployedFunction, FromInstance, ToInstance } from "./messages.ts";
import { followClock, type ClockSettings } from "./process-clock.ts";

/** The fields of firebase-functions' own description of a function that are read here. */
interface ServedEndpoint extends Endpoint {
  readonly scheduleTrigger?: object;
  readonly eventTrigger?: object;
}
type Deployed = HttpFunction & { readonly __endpoint: ServedEndpoint };

const [, , bundle, ...names] = argv;
if (bundle === undefined) exit(2);
const clockText = process.env["HARNESS_CLOCK"];
const moveClock =
  clockText === undefined ? undefined : followClock(JSON.parse(clockText) as ClockSettings, bundle);
const exported = createRequire(import.meta.url)(bundle) as Readonly<Record<string, Deployed>>;

const servers = new Map<string, Server>();
const functions: Record<string, DeployedFunction> = {};
for (const [name, handler] of Object.entries(exported)) {
  const described = describe(handler.__endpoint);
  if (described === undefined || (names.length > 0 && !names.includes(name))) continue;
  register(name, handler);
  servers.set(name, getTestServer(name));
  functions[name] = described;
}

/** Undefined for a function that an event starts. */
function describe(endpoint: ServedEndpoint): DeployedFunction | undefined {
  if (endpoint.eventTrigger !== undefined) return undefined;
  const timeoutSeconds = timeoutSecondsOf(endpoint);
  if (endpoint.scheduleTrigger !== undefined) return { kind: "schedule", timeoutSeconds };
  const queue = queueOf(endpoint);
  return queue === undefined ? { kind: "http", timeoutSeconds } : { kind: "task", ...queue };
}

const tell = (message: FromInstance): void => {
  process.send?.(message);
};

const front = createServer((request, response) => {
  const [, name = "", rest = ""] = /^\/([^/?]*)(.*)$/.exec(request.url ?? "/") ?? [];
  const server = servers.get(name);
  if (server === undefined) {
    response.writeHead(404).end();
    return;
  }
  request.url = rest.startsWith("/") ? rest : `/${rest}`;
  server.emit("request", request, response);
});

process.on("message", (message: ToInstance) => {
  if (message.kind === "clock") moveClock?.(message.offsetMs);
  else if (message.kind === "memory") {
    tell({ kind: "memory", rssBytes: process.memoryUsage.rss(), maxRssBytes: resourceUsage().maxRSS * 1024 });
  } else {
    const { user, system } = process.cpuUsage();
    tell({ kind: "cpu", userMicros: user, systemMicros: system });
  }
});
// The harness has ended, so it cannot end this process any more.
process.on("disconnect", () => exit(0));

tell({ kind: "ready", port: await listen(front), functions });
