import { chooseWindow } from "../../account/choose-window.ts";
import { setCalendarWindow } from "../../account/user-calendars.ts";
import type { CalendarEvent, SeriesExceptions } from "../../model/calendar-event.ts";
import type { CalendarSettingsStore, WindowChoice, WindowOutcome } from "../../ports/calendars.port.ts";
import type { SyncStore } from "../../ports/sync.port.ts";
import { utc, zoneOr } from "../../recurrence/zone-names.ts";
import { parseItem } from "../parse-event.ts";
import { generate } from "../plan-series.ts";
import { queueHorizons } from "../scheduled-sync.ts";
import { sameContent } from "./same-content.fake.ts";
import { dayMs, storeOf, SyncWorld, uid } from "./sync-world.fake.ts";
import { startMs } from "./virtual-clock.fake.ts";

/** Small numbers, so that a test can look at every event after every commit. */
const small = {
  pastWindowMs: 10 * dayMs,
  retentionMs: 40 * dayMs,
  horizonMs: 30 * dayMs,
  maxBatchWrites: 6,
};
const iso = (day: number, hour = 8) => ({
  dateTime: new Date(startMs + day * dayMs + hour * 3_600_000).toISOString(),
  timeZone: "UTC",
});
export const on = (day: number) => ({ start: iso(day), end: iso(day, 9) });

/** Single events from 60 days ago to 120 days ahead, and series: endless, counted, with exceptions. */
export async function calendarWithSeries(): Promise<SyncWorld> {
  const world = new SyncWorld({}, small);
  const { google } = world;
  for (let day = -60; day <= 120; day += 12) google.put(`single${day + 60}`, on(day));
  google.put("endless", {
    ...on(-50),
    summary: "Every third day",
    recurrence: ["RRULE:FREQ=DAILY;INTERVAL=3"],
  });
  google.put("counted", { ...on(-2), recurrence: ["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=10"] });
  google.put("over", { ...on(-40), recurrence: ["RRULE:FREQ=DAILY;COUNT=9"] });
  for (const [id, day, status] of [
    ["moved", 25, "confirmed"],
    ["cancelled", 22, "cancelled"],
    ["early", -47, "confirmed"],
  ] as const) {
    google.put(`endless_${id}`, {
      recurringEventId: "endless",
      originalStartTime: iso(day),
      ...on(day + 1),
      summary: id,
      status,
    });
  }
  await world.import();
  world.clock.advance(10_000);
  return world;
}

const unused = () => Promise.reject(new Error("not a choice of a window"));

/** The user calls `setCalendarWindow`; its transaction is one step. */
export async function choose(world: SyncWorld, choice: WindowChoice): Promise<WindowOutcome> {
  const { documents, key, clock, queue, ports } = world;
  const calendars: CalendarSettingsStore = {
    enable: unused,
    disable: unused,
    demandSync: unused,
    setWindow: (_uid, _key, chosen, defaults, nowMs) => {
      const outcome = chooseWindow(world.state, chosen, defaults, nowMs);
      if (outcome.kind !== "chosen") return Promise.resolve(outcome);
      const { window, isDemand, needsFullSync } = outcome;
      documents.change(key, { window, ...(isDemand && { fullDemandedAt: nowMs }) });
      const { epoch, active } = world.state;
      return Promise.resolve({ kind: "chosen", epoch, active, needsFullSync });
    },
  };
  const windowDefaults = ports.settings;
  return await setCalendarWindow(
    { calendars, windowDefaults, tasks: queue, clock, newId: ports.newId },
    uid,
    key,
    choice,
  );
}

/** Queues what the daily round and the backup queue, spread over no time. */
export async function runRounds(world: SyncWorld): Promise<void> {
  const { documents, queue, clock, ports } = world;
  const round = { store: documents, tasks: queue, clock, window: ports.settings };
  await queueHorizons(round, clock.now(), 0);
  await world.request("backup");
}

/** What clients see of an event. */
type Seen = Pick<CalendarEvent, "startAtMs" | "endAtMs" | "summary">;
const seen = ({ startAtMs, endAtMs, summary }: CalendarEvent): Seen => ({ startAtMs, endAtMs, summary });

/** The events that Google has in the stored window. */
function eventsInWindow(world: SyncWorld, window = storedWindow(world)): Map<string, Seen> {
  const calendar = { calendarKey: world.key, zone: zoneOr(world.state.timeZone, utc) };
  const items = world.google.events().map(raw => parseItem(raw, calendar));
  const found = new Map<string, Seen>();
  const exceptions = new Map<string, SeriesExceptions>();
  for (const item of items) {
    if (item.kind === "removed" && item.instanceOf !== undefined) {
      const { seriesId, originalStartTime } = item.instanceOf;
      const cancelled = { [item.eventId]: { originalStartTime, cancelled: true } };
      exceptions.set(seriesId, { ...exceptions.get(seriesId), ...cancelled });
    }
    if (item.kind !== "event") continue;
    const { eventId, recurringEventId: seriesId, originalStart: originalStartTime } = item.event;
    if (item.event.endAtMs > window.fromMs) found.set(eventId, seen(item.event));
    if (seriesId === undefined || originalStartTime === undefined) continue;
    const moved = { [eventId]: { originalStartTime, cancelled: false } };
    exceptions.set(seriesId, { ...exceptions.get(seriesId), ...moved });
  }
  for (const item of items) {
    if (item.kind !== "series") continue;
    const own = exceptions.get(item.eventId) ?? {};
    const generated = generate(item.eventId, item.master, own, calendar, window);
    if (generated.kind !== "generated") throw new Error(`${item.eventId} is not readable`);
    for (const [id, event] of generated.events) found.set(id, seen(event));
  }
  return found;
}

/** Between these times everything that Google has is stored. */
function storedWindow({ state: { windowStart, horizon, horizonPendingFrom } }: SyncWorld) {
  return { fromMs: windowStart ?? 0, toMs: Math.min(horizon ?? 0, horizonPendingFrom ?? Infinity) };
}

/** The events of the stored window that are missing or different. */
export function missingInside(world: SyncWorld): string[] {
  return [...eventsInWindow(world)].flatMap(([id, wanted]) => {
    const stored = world.events.get(id);
    return stored !== undefined && sameContent(seen(stored), wanted) ? [] : [id];
  });
}

/** The differences between Firestore and Google's events in the stored window, when nothing is in progress. */
export function outOfStep(world: SyncWorld): string[] {
  const wanted = eventsInWindow(world);
  return [...missingInside(world), ...[...world.events.keys()].filter(id => !wanted.has(id))];
}

/** The stored window in days before and after now. */
export function daysStored({ state, clock }: SyncWorld): readonly [past: number, future: number] {
  const nowMs = clock.now();
  const days = (ms: number) => Math.round((10 * ms) / dayMs) / 10;
  return [days(nowMs - (state.windowStart ?? 0)), days((state.horizon ?? 0) - nowMs)];
}

/** A store that looks at the stored window after each commit. */
export function watchedStore(world: SyncWorld): { readonly store: SyncStore; readonly problems: string[] } {
  const problems: string[] = [];
  const store = storeOf(world.documents, {
    commit: async (...batch) => {
      const outcome = await world.documents.commit(...batch);
      problems.push(...missingInside(world));
      return outcome;
    },
  });
  return { store, problems };
}
