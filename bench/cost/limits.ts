import {
  backgroundCallsADay,
  backgroundWork,
  backupCallsADay,
  backupsByHour,
  workday,
} from "../background-work.ts";
import { stretchedFrom } from "../../functions/src/model/stretch.ts";
import { assumed } from "./operations.ts";

/** Google's quotas for a project (developers.google.com/workspace/calendar/api/guides/quotas), and the deployment's. */
export const quotas = {
  callsAMinute: 10_000,
  callsAMinuteOfUser: 600,
  callsADay: 1_000_000,
  /** From this share of `callsADay` on, background work is stretched. */
  stretchedFrom,
  /** Background work takes at most this share of `callsAMinute`. */
  backgroundShare: 0.5,
  /** The param SYNCS_PER_SECOND, the rate of the syncCalendar queue. */
  syncsASecond: 120,
  /** The highest rate of any queue (cloud.google.com/tasks/docs/quotas). */
  dispatchesASecond: 500,
  /** The param MAX_INSTANCES, and the concurrency of syncCalendar. */
  instances: 10,
  concurrency: 4,
  /** A calendar is pulled at most once in so many seconds (MIN_PULL_INTERVAL_MS). */
  pullIntervalSeconds: 2,
  /** Firestore: writes a second to new collections (500/50/5). */
  firstWritesASecond: 500,
} as const;

/** The calls of one calendar in one hour of the day. */
interface HourlyCalls {
  readonly edits: number;
  readonly backups: number;
  /** Channels and lists; they are spread over the day. */
  readonly rest: number;
}

/** The calls of one calendar in each hour of the day. */
function hourlyCalls(editsADay: number): readonly HourlyCalls[] {
  const backups = backupsByHour(editsADay);
  const rest = (backgroundCallsADay(editsADay) - backupCallsADay(editsADay)) / 24;
  return Array.from({ length: 24 }, (_, hour) => {
    const isWorked = hour >= workday.beginsAtHour && hour < workday.beginsAtHour + workday.hours;
    return {
      edits: isWorked ? editsADay / workday.hours : 0,
      backups: backups[hour] ?? 0,
      rest,
    };
  });
}

/** The largest sum of `kinds` of calls in an hour of the day. */
function busiestHour(editsADay: number, ...kinds: readonly (keyof HourlyCalls)[]): number {
  const sums = hourlyCalls(editsADay).map(calls => kinds.reduce((sum, kind) => sum + calls[kind], 0));
  return Math.max(...sums);
}

export function callsADay(editsADay: number): number {
  return editsADay + backgroundCallsADay(editsADay);
}

export interface Limit {
  readonly name: string;
  /** What can be done when it is met. */
  readonly remedy: string;
  /** The number of calendars with so many edits a day at which the limit is met. */
  readonly calendarsAt: (editsADay: number) => number;
}

/** Every limit of a whole project, as the number of calendars at which it is met. */
export const limits: readonly Limit[] = [
  {
    name: `Google: ${quotas.stretchedFrom * 100} % of the daily threshold, background work is stretched`,
    remedy: "nothing: backups become rarer, pushes do not",
    calendarsAt: edits => (quotas.stretchedFrom * quotas.callsADay) / callsADay(edits),
  },
  {
    name: "Google: the daily threshold of 1,000,000 calls",
    remedy: "enrol the project in the Scaled Tier; calls are charged",
    calendarsAt: edits => quotas.callsADay / callsADay(edits),
  },
  {
    name: "Google: 10,000 calls a minute, mean of the day",
    remedy: "more quota (Scaled Tier)",
    calendarsAt: edits => (quotas.callsAMinute * 24 * 60) / callsADay(edits),
  },
  {
    name: "Google: 10,000 calls a minute, busiest hour",
    remedy: "more quota (Scaled Tier); until then tasks wait",
    calendarsAt: edits => (quotas.callsAMinute * 60) / busiestHour(edits, "edits", "backups", "rest"),
  },
  {
    name: "Google: half of 10,000 calls a minute for background work, busiest hour",
    remedy: "spread the rounds over more of their six hours",
    calendarsAt: edits =>
      (quotas.backgroundShare * quotas.callsAMinute * 60) / busiestHour(edits, "backups", "rest"),
  },
  {
    name: `syncCalendar: SYNCS_PER_SECOND (${quotas.syncsASecond}), busiest hour`,
    remedy: "more quota (Scaled Tier), then raise the param",
    calendarsAt: edits => (quotas.syncsASecond * 3_600) / busiestHour(edits, "edits", "backups"),
  },
  {
    name: `syncCalendar: MAX_INSTANCES (${quotas.instances}) × ${quotas.concurrency} pulls of ${assumed.taskSeconds} s, busiest hour`,
    remedy: "raise the param and maxConcurrentDispatches",
    calendarsAt: edits =>
      ((quotas.instances * quotas.concurrency) / assumed.taskSeconds) *
      (3_600 / busiestHour(edits, "edits", "backups")),
  },
  {
    name: "Cloud Tasks: 500 dispatches a second a queue, busiest hour",
    remedy: "split the queue by the hash of the calendar",
    calendarsAt: edits => (quotas.dispatchesASecond * 3_600) / busiestHour(edits, "edits", "backups"),
  },
];

/** The limit that is met with the fewest calendars. */
export function firstLimit(editsADay: number): Limit {
  return limits.reduce((first, limit) =>
    limit.calendarsAt(editsADay) < first.calendarsAt(editsADay) ? limit : first,
  );
}

/** The calls of a user in a minute in which all calendars are edited without a pause. */
export function busiestUserCallsAMinute(): number {
  return (60 / quotas.pullIntervalSeconds) * backgroundWork.calendarsOfAccount;
}
