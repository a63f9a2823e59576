import { roundsPerTurn, type Stretch } from "../model/stretch.ts";
import type { CalendarWatches, WatchRecord, WatchTarget } from "../ports/watch.port.ts";
import type { WatchTask } from "../ports/tasks.port.ts";
import { spreadOf } from "../model/spread.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A channel is replaced this long before Google stops pushing. Twice the interval of the daily round. */
const renewBeforeMs = 2 * dayMs;

/**
 * The same while background work is stretched: a channel that lasts longer can wait for the next daily round, and then
 * has at least twelve hours left. After half of them its task runs, and its queue repeats it for six hours.
 */
const stretchedRenewBeforeMs = dayMs + 12 * hourMs;

/** An `opening` record that is older than this belongs to a worker that failed. */
export const openingTimeoutMs = 10 * minuteMs;

/** The longest life of a channel. Google has been seen to shorten longer requested lives to 30 days. */
export const longestLifeMs = 30 * dayMs;

/** Google's default (reference of Events: watch, `params.ttl`), assumed if Google's answer does not contain the end. */
const assumedLifeMs = 7 * dayMs;

/**
 * The assumed end of a channel that was opened now, epoch ms. Limited to `longestLifeMs`, because a channel with a
 * later end would never be replaced.
 */
export function assumedEndMs(expiresAtMs: number | undefined, nowMs: number): number {
  return Math.min(expiresAtMs ?? nowMs + assumedLifeMs, nowMs + longestLifeMs);
}

/**
 * A closed record is kept this long, so that late messages get 204 and cause no work. Messages have been seen after a
 * channel was stopped.
 */
export const keepClosedMs = 2 * dayMs;

/** The steps of one `maintainWatch` task, in this order. */
export interface MaintenancePlan {
  /** Channels to stop at Google; their records are then closed. */
  readonly stop: readonly WatchRecord[];
  /** Records to close without a call to Google: the channel has expired, or its resourceId is unknown. */
  readonly close: readonly WatchRecord[];
  /**
   * A channel for which Google has answered, but whose worker failed before it was marked as open. Continue from there.
   */
  readonly resume: WatchRecord | undefined;
  /** The calendar or list for which a new channel must be opened. */
  readonly open: WatchTarget | undefined;
}

/** True if the calendar or list should have an open channel. */
export function shouldBeWatched(target: WatchTarget | undefined): boolean {
  return target?.active === true && !target.pushUnsupported;
}

/** True for a record whose worker failed before the channel was marked as open. */
function isStuck({ status, createdAtMs }: WatchRecord, nowMs: number): boolean {
  return status === "opening" && nowMs - createdAtMs >= openingTimeoutMs;
}

/** Plans one `maintainWatch` task. The plan depends on the stored records, so a repeated task finds nothing to do. */
export function planMaintenance(
  { action }: Pick<WatchTask, "action">,
  target: WatchTarget | undefined,
  watches: readonly WatchRecord[],
  nowMs: number,
): MaintenancePlan {
  // The current state of the calendar decides, not the task's action: if a calendar is disabled and enabled again, the
  // `stop` task may run after the `open` task.
  const wanted = shouldBeWatched(target);
  // `replace` ignores existing channels, whatever their remaining life. A channel that is only minutes old is kept: the
  // task is then a duplicate.
  const trusted = (watch: WatchRecord) =>
    action !== "replace" || nowMs - watch.createdAtMs < openingTimeoutMs;
  // A record without Google's answer is never included, because its `expiresAtMs` is only minutes away.
  const lasting = watches.filter(watch => watch.expiresAtMs - nowMs > renewBeforeMs && trusted(watch));
  const served = lasting.some(watch => watch.status === "open");
  const resume = wanted && !served ? lasting.find(watch => watch.status === "opening") : undefined;
  const newest = newestOpen(watches);
  const leftover = watches.filter(watch => {
    if (watch === resume) return false;
    if (watch.status === "open") return !wanted || watch !== newest;
    // A record that is being opened belongs to its worker, unless the calendar should not be watched.
    const inFlight = watch.status === "opening" && !isStuck(watch, nowMs);
    return !inFlight || (!wanted && watch.resourceId !== null);
  });
  // Closes a record only if its resourceId is known, or if its channel has expired in any case. The next channel opened
  // on this calendar may reveal an unknown resourceId; then this channel can be stopped.
  const closable = ({ resourceId, createdAtMs }: WatchRecord) =>
    resourceId !== null || nowMs - createdAtMs >= longestLifeMs;
  const stop = leftover.flatMap(stoppable(watches, nowMs));
  const close = leftover
    .filter(watch => stop.every(other => other.channelId !== watch.channelId))
    .filter(closable);
  return { stop, close, resume, open: wanted && !served && resume === undefined ? target : undefined };
}

/**
 * Selects the channels that can be stopped. Stopping needs the resourceId, which is unknown if Google's answer to the
 * watch call was lost. All channels on one calendar have been seen to have the same resourceId, so the id of another
 * channel is used.
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
 * The open channel to keep if there are several: the newest. Workers that open channels at the same time each check
 * after their own channel is open, so the later check finds both, and all workers choose the same one.
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

/** The steps of the daily round for one calendar. */
export interface RenewalStep {
  readonly task: Omit<WatchTask, "calendarKey"> | undefined;
  /** The task and the listing run so long after the round, in ms. */
  readonly delayMs: number;
  /** True for an account's list of calendars that is due for a full listing. */
  readonly listing: boolean;
  /** Ids of closed records that are no longer needed. */
  readonly forget: readonly string[];
  /**
   * Remaining life of the calendar's open channel, in ms. Undefined if no channel is open or the calendar should not be
   * watched.
   */
  readonly lifeMs: number | undefined;
  /** True if the calendar should be watched but has no open channel. */
  readonly unwatched: boolean;
}

/**
 * About a month. Google may support push for the calendar some day, but usually the call is refused, so it is made
 * rarely.
 */
const askEveryDays = 30;

/**
 * A list with an open channel is listed again this often. Changes contain only the user's own modifications of the
 * list, so only a full listing finds the others. It takes one call, like a list of changes.
 */
const listEveryDays = 3;

/** A round's calls to Google that can wait are spread over this time, and are made before the next round. */
const roundSpreadMs = 20 * 60 * minuteMs;

/** True in one of `every` daily rounds. The round depends on the key, so the calls are spread over all rounds. */
function isDayOf(calendarKey: string, every: number, nowMs: number): boolean {
  return Math.floor(nowMs / dayMs) % every === spreadOf(calendarKey, every);
}

/** Plans the daily round for one calendar: replaces channels that end soon, opens missing ones, stops unneeded ones. */
export function planRenewal(
  { calendarKey, watches, active }: CalendarWatches,
  nowMs: number,
  stretch: Stretch,
): RenewalStep {
  const forget = watches.filter(watch => watch.status === "closed" && watch.expiresAtMs <= nowMs);
  const alive = watches.filter(watch => watch.status !== "closed");
  const wanted = active !== undefined && !active.pushUnsupported;
  const open = watches.filter(watch => watch.status === "open" && watch.expiresAtMs > nowMs);
  const lifeMs =
    wanted && open.length > 0 ? Math.max(...open.map(watch => watch.expiresAtMs)) - nowMs : undefined;
  const delayMs = spreadOf(calendarKey, roundSpreadMs);
  const step = {
    forget: forget.map(watch => watch.channelId),
    lifeMs,
    unwatched: wanted && open.length === 0,
    delayMs,
    listing:
      active?.resource === "calendarList" &&
      isDayOf(calendarKey, (lifeMs === undefined ? 1 : listEveryDays) * roundsPerTurn[stretch], nowMs),
  };
  if (active?.pushUnsupported === true && isDayOf(calendarKey, askEveryDays, nowMs))
    return { ...step, task: { action: "ask" } };
  if (!wanted) return { ...step, task: alive.length > 0 ? { action: "stop" } : undefined };
  // Without a channel, changes are found by the backup only.
  if (lifeMs === undefined) return { ...step, task: { action: "open" }, delayMs: 0 };
  const soonMs = stretch === "none" ? renewBeforeMs : stretchedRenewBeforeMs;
  if (lifeMs <= soonMs)
    return { ...step, task: { action: "replace" }, delayMs: Math.min(delayMs, Math.floor(lifeMs / 2)) };
  // The channel is in order. `open` stops the other channels, and removes the mark that the address is refused.
  const newest = newestOpen(watches);
  const untidy = watches.some(
    watch =>
      watch.status === "retiring" || (watch.status === "open" && watch !== newest) || isStuck(watch, nowMs),
  );
  return { ...step, task: untidy || active.addressRefused ? { action: "open" } : undefined };
}
