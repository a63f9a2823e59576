import type { CalendarWatches, WatchRecord, WatchTarget } from "../ports/watch.port.ts";
import type { WatchTask } from "../ports/tasks.port.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A channel is replaced this long before Google stops pushing (twice the interval of the schedule that does it). */
const renewBeforeMs = 2 * dayMs;

/** An `opening` record without an answer for this long belongs to a worker that died. */
export const stuckAfterMs = 10 * minuteMs;

/** No channel lives longer: Google has been seen to cut what is asked for to 30 days. */
export const longestLifeMs = 30 * dayMs;

/** Google's default (reference of Events: watch, `params.ttl`), for a channel of which it has not said the end. */
const assumedLifeMs = 7 * dayMs;

/** Until when a channel that was opened now is counted on. An end that is too far would keep it from being replaced. */
export function countedOnUntil(expiresAtMs: number | undefined, nowMs: number): number {
  return Math.min(expiresAtMs ?? nowMs + assumedLifeMs, nowMs + longestLifeMs);
}

/** Messages have been seen after a channel was stopped; for this long they are answered as "known, thank you". */
export const quietMs = 2 * dayMs;

/** What one `maintainWatch` task is to do, in this order. */
export interface MaintenancePlan {
  /** Stop at Google, then close. */
  readonly stop: readonly WatchRecord[];
  /** Close without asking Google: expired, or nothing is known that could be stopped. */
  readonly close: readonly WatchRecord[];
  /** Google has answered for this one, and a worker died before it was put into service: go on there. */
  readonly resume: WatchRecord | undefined;
  /** Open a new channel for this one. */
  readonly open: WatchTarget | undefined;
}

/** True where a channel shall be open. */
export function isWanted(target: WatchTarget | undefined): boolean {
  return target?.active === true && !target.pushUnsupported;
}

/** True for a record of a worker that died before the channel was put into service. */
function isStuck({ status, createdAtMs }: WatchRecord, nowMs: number): boolean {
  return status === "opening" && nowMs - createdAtMs >= stuckAfterMs;
}

/** Decides from the records alone, so that doubles and repetitions of a task find nothing left to do. */
export function planMaintenance(
  { action }: Pick<WatchTask, "action">,
  target: WatchTarget | undefined,
  watches: readonly WatchRecord[],
  nowMs: number,
): MaintenancePlan {
  // Not what the task was called for: a calendar that is switched off and on again may get `stop` after `open`.
  const wanted = isWanted(target);
  // `replace` distrusts what is there, however long it would live, unless it is so new that this task is a double.
  const trusted = (watch: WatchRecord) => action !== "replace" || nowMs - watch.createdAtMs < stuckAfterMs;
  // Never one that Google has not answered for: that one counts for minutes only.
  const lasting = watches.filter(watch => watch.expiresAtMs - nowMs > renewBeforeMs && trusted(watch));
  const served = lasting.some(watch => watch.status === "open");
  const resume = wanted && !served ? lasting.find(watch => watch.status === "opening") : undefined;
  const newest = newestOpen(watches);
  const leftover = watches.filter(watch => {
    if (watch === resume) return false;
    if (watch.status === "open") return !wanted || watch !== newest;
    // One that is being opened at this moment is its worker's, unless nothing may be watched any more.
    const inFlight = watch.status === "opening" && !isStuck(watch, nowMs);
    return !inFlight || (!wanted && watch.resourceId !== null);
  });
  // Its id may be told by the next channel that is opened; it can be stopped then.
  const hopeless = ({ resourceId, createdAtMs }: WatchRecord) =>
    resourceId !== null || nowMs - createdAtMs >= longestLifeMs;
  const stop = leftover.flatMap(stoppable(watches, nowMs));
  const close = leftover
    .filter(watch => stop.every(other => other.channelId !== watch.channelId))
    .filter(hopeless);
  return { stop, close, resume, open: wanted && !served && resume === undefined ? target : undefined };
}

/**
 * A channel whose opening was never answered cannot be stopped for want of its resourceId. But that id has been seen
 * to be the same for all channels on one calendar, so a sibling's is worth a try.
 */
function stoppable(watches: readonly WatchRecord[], nowMs: number) {
  const known = watches.find(watch => watch.resourceId !== null)?.resourceId ?? null;
  return (watch: WatchRecord): WatchRecord[] => {
    const resourceId = watch.resourceId ?? known;
    const endsAtMs = watch.resourceId === null ? watch.createdAtMs + longestLifeMs : watch.expiresAtMs;
    return resourceId !== null && endsAtMs > nowMs ? [{ ...watch, resourceId }] : [];
  };
}

/**
 * The open channel that stays where there are several; the others make way. Workers that open channels at the same time
 * each look after their own is open, so that the later look sees both, and all agree on which one stays.
 */
function newestOpen(watches: readonly WatchRecord[]): WatchRecord | undefined {
  return watches
    .filter(({ status }) => status === "open")
    .reduce<WatchRecord | undefined>(
      (newest, watch) => (newest === undefined || isNewer(watch, newest) ? watch : newest),
      undefined,
    );
}

function isNewer(a: WatchRecord, b: WatchRecord): boolean {
  return a.createdAtMs > b.createdAtMs || (a.createdAtMs === b.createdAtMs && a.channelId > b.channelId);
}

/** What the daily round does about one calendar. */
export interface RenewalStep {
  readonly task: Omit<WatchTask, "calendarKey"> | undefined;
  /** Closed records whose quiet time is over. */
  readonly forget: readonly string[];
  /** Remaining life of the channel that serves the calendar; undefined when none does or should. */
  readonly lifeMs: number | undefined;
  /** Active, may be watched, and no channel is open. */
  readonly unwatched: boolean;
}

/** About a month: no guess about Google is permanent, and each question is a call that is refused as a rule. */
const askEveryDays = 30;

/** True in one daily round of thirty, for each key in another one. */
function isDayToAsk(calendarKey: string, nowMs: number): boolean {
  let hash = 0;
  for (const letter of calendarKey) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return (Math.floor(nowMs / dayMs) + hash) % askEveryDays === 0;
}

/** Finds channels that end soon, that are stuck or still to be stopped, and calendars that have none. */
export function planRenewal({ calendarKey, watches, active }: CalendarWatches, nowMs: number): RenewalStep {
  const forget = watches.filter(watch => watch.status === "closed" && watch.expiresAtMs <= nowMs);
  const alive = watches.filter(watch => watch.status !== "closed");
  const wanted = active !== undefined && !active.pushUnsupported;
  const open = watches.filter(watch => watch.status === "open" && watch.expiresAtMs > nowMs);
  const lifeMs =
    wanted && open.length > 0 ? Math.max(...open.map(watch => watch.expiresAtMs)) - nowMs : undefined;
  const step = {
    forget: forget.map(watch => watch.channelId),
    lifeMs,
    unwatched: wanted && open.length === 0,
  };
  if (active?.pushUnsupported === true && isDayToAsk(calendarKey, nowMs))
    return { ...step, task: { action: "ask" } };
  if (!wanted) return { ...step, task: alive.length > 0 ? { action: "stop" } : undefined };
  if (lifeMs === undefined) return { ...step, task: { action: "open" } };
  if (lifeMs <= renewBeforeMs) return { ...step, task: { action: "replace" } };
  // The channel is fine; what is left to do is tidying, which `open` does on its way, as it takes back that the address
  // is refused.
  const newest = newestOpen(watches);
  const untidy = watches.some(
    watch =>
      watch.status === "retiring" || (watch.status === "open" && watch !== newest) || isStuck(watch, nowMs),
  );
  return { ...step, task: untidy || active.addressRefused ? { action: "open" } : undefined };
}
