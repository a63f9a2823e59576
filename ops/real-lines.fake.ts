import { renewWatches, type RenewWatchesPorts } from "../functions/src/watch/renew-watches.ts";
import { CommitRefused, type SyncPorts } from "../functions/src/ports/sync.port.ts";
import { stretchRound } from "../functions/src/quota/stretch-round.ts";
import { createLog, type LogEntry } from "../functions/src/structured-log.ts";
import { calendarWebhook } from "../functions/src/triggers/calendar-webhook.trigger.ts";
import { startMs } from "../functions/src/sync/testing/virtual-clock.fake.ts";
import { storeOf, SyncWorld } from "../functions/src/sync/testing/sync-world.fake.ts";
import { FakeWatches } from "../functions/src/watch/watches.fake.ts";
import type { Entry } from "./logging-query.fake.ts";

/** Every line is written by the product's own code, and mapped as Cloud Logging maps structured logs of Cloud Run. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * A line on the standard output of a service: `severity` moves into the entry, everything else into `jsonPayload`
 * (docs.cloud.google.com/logging/docs/structured-logging).
 */
function entryOf(line: LogEntry): Entry {
  const { severity, ...jsonPayload } = line;
  const entry = { resource: { type: "cloud_run_revision", labels: {} }, severity, jsonPayload };
  return JSON.parse(JSON.stringify(entry)) as Entry;
}

/** A world of the sync whose lines are written as the deployed functions write them. */
class LoggingWorld extends SyncWorld {
  readonly lines: LogEntry[] = [];
  readonly logging: SyncPorts = {
    ...this.ports,
    log: createLog(this.clock, line => this.lines.push(line)),
  };

  /** The lines of all tasks that are queued now, or of `work`. */
  async written(ports: SyncPorts = this.logging): Promise<Entry[]> {
    this.lines.length = 0;
    this.clock.advance(minuteMs);
    await this.notify();
    await this.drain(100, ports);
    return this.lines.map(entryOf);
  }
}

async function live(): Promise<LoggingWorld> {
  const world = new LoggingWorld();
  world.google.put("event");
  await world.import(world.logging);
  return world;
}

async function fullSync(): Promise<Entry[]> {
  return (await live()).lines.map(entryOf);
}

async function changePulled(): Promise<Entry[]> {
  const world = await live();
  world.google.put("event", { updated: new Date(world.clock.now()).toISOString() });
  return await world.written();
}

async function nothingPulled(): Promise<Entry[]> {
  return await (await live()).written();
}

/** Google refuses a calendar for more than 15 minutes. */
async function calendarInError(): Promise<Entry[]> {
  const world = await live();
  const list = world.google.list.bind(world.google);
  const untilMs = world.clock.now() + 30 * minuteMs;
  world.google.list = async request => {
    if (world.clock.now() > untilMs) return await list(request);
    return { kind: "failed", reason: "unavailable", status: 503 };
  };
  return await world.written();
}

async function eventUnreadable(): Promise<Entry[]> {
  const world = await live();
  world.google.put("event", { start: { dateTime: "tomorrow" } });
  return await world.written();
}

async function seriesUnreadable(): Promise<Entry[]> {
  const world = await live();
  world.google.put("series", { recurrence: ["RRULE:FREQ=SOMETIMES"] });
  return await world.written();
}

async function eventRefused(): Promise<Entry[]> {
  const world = await live();
  world.google.put("event", { summary: "changed" });
  const store = storeOf(world.documents, {
    commit: async (...args) => {
      if (args[2].events.length > 0) throw new CommitRefused("too large");
      return await world.documents.commit(...args);
    },
  });
  return await world.written({ ...world.logging, store });
}

async function alarm(): Promise<Entry[]> {
  const world = await live();
  world.google.nextFailures.push({ kind: "failed", reason: "operator", googleReason: "accessNotConfigured" });
  return await world.written();
}

/** The daily round over calendars whose channels have the given lives; undefined: no channel. */
async function survey(livesMs: readonly (number | undefined)[]): Promise<Entry[]> {
  const lines: LogEntry[] = [];
  const watches = new FakeWatches();
  const clock = { now: () => startMs, sleep: () => Promise.resolve() };
  for (const [index, lifeMs] of livesMs.entries()) {
    const ids = { calendarKey: `calendar${index}`, uid: "uid", accountId: "account", calendarId: "id" };
    const target = { ...ids, resource: "events", active: true, pushUnsupported: false, epoch: 1 } as const;
    watches.targets.set(ids.calendarKey, target);
    if (lifeMs === undefined) continue;
    const channel = { channelId: `channel${index}`, resource: "events", resourceId: "resource" } as const;
    const times = { expiresAtMs: startMs + lifeMs, createdAtMs: startMs - dayMs };
    watches.records.set(channel.channelId, { ...ids, ...channel, ...times, status: "open" });
  }
  const ports: RenewWatchesPorts = {
    watches,
    tasks: {
      maintainWatch: () => Promise.resolve("created"),
      syncCalendarList: () => Promise.resolve("created"),
    },
    clock,
    log: createLog(clock, line => lines.push(line)),
  };
  await renewWatches(ports, "round", "none");
  return lines.map(entryOf);
}

/** The beginning of a scheduled round. */
async function roundBegins(used: number, threshold: number): Promise<Entry[]> {
  const lines: LogEntry[] = [];
  const clock = { now: () => startMs, sleep: () => Promise.resolve() };
  const log = createLog(clock, line => lines.push(line));
  await stretchRound({ calls: { usedOn: () => Promise.resolve(used) }, threshold, clock, log });
  return lines.map(entryOf);
}

/** Cloud Run's own line about a request that the webhook answered (LogEntry, `httpRequest`). */
function requestLine(requestMethod: string, status: number): Entry {
  const [name] = Object.keys({ calendarWebhook });
  return {
    resource: { type: "cloud_run_revision", labels: { service_name: name?.toLowerCase() } },
    severity: status >= 500 ? "ERROR" : status >= 400 ? "WARNING" : "INFO",
    httpRequest: { requestMethod, status },
  };
}

/** The line about a request that the webhook answers. Its headers must be refused, because there is no Firestore. */
async function answered(method: string, headers: Readonly<Record<string, string>>): Promise<Entry[]> {
  const status = await new Promise<number>((resolve, reject) => {
    const response = {
      on: () => response,
      set: () => response,
      sendStatus: resolve,
    };
    Promise.resolve(calendarWebhook({ method, headers } as never, response as never)).catch(reject);
  });
  return [requestLine(method, status)];
}

/** Named groups of lines. */
export async function realLines(): Promise<Readonly<Record<string, readonly Entry[]>>> {
  return {
    "a full sync": await fullSync(),
    "a pull of a change": await changePulled(),
    "a pull of nothing": await nothingPulled(),
    "a calendar that shows an error": await calendarInError(),
    "an unreadable event": await eventUnreadable(),
    "an unreadable series": await seriesUnreadable(),
    "an event that the store refuses": await eventRefused(),
    "an alarm": await alarm(),
    "a daily round": await survey([3 * dayMs, 5 * dayMs, undefined]),
    "a daily round without channels": await survey([]),
    "a round with few calls used": await roundBegins(10, 1_000_000),
    "a round with all calls used": await roundBegins(1_200_000, 1_000_000),
    "a round without a threshold": await roundBegins(10, 0),
    "an accepted push": [requestLine("POST", 204)],
    "a push of a foreign channel": await answered("POST", {
      "x-goog-channel-id": "foreign",
      "x-goog-resource-state": "exists",
    }),
    "a visit of the webhook": await answered("GET", {}),
  };
}
